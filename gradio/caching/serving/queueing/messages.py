"""What is sent to the client of an event, and what it has not read."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradio.queueing import Event, Queue
    from gradio.server_messages import EventMessage


def send(queue: Queue, event: Event, message: EventMessage) -> None:
    """Sends a message, unless Gradio has forgotten the session."""
    # It forgets those that were not heard of longest.
    if event.session_hash in queue.pending_messages_per_session:
        queue.send_message(event, message)


def unread(queue: Queue, session_hash: str | None) -> int:
    """Counts the messages that a session has not read."""
    messages = queue.pending_messages_per_session.get(session_hash or "")
    return 0 if messages is None else messages.qsize()
