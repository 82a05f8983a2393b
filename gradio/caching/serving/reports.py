"""Looks at the messages that leave the queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradio.caching.scope.sessions import EVENTS_WITH_HITS
from gradio.caching.serving.admission import observe
from gradio.caching.serving.waits import note_run
from gradio.server_messages import EventMessage, ProcessCompletedMessage

if TYPE_CHECKING:
    from gradio.queueing import Event, Queue


def report(queue: Queue, event: Event, message: EventMessage) -> bool:
    """
    Tells the page if an event that ran had used a cache, and those who wait for the
    same result what it sends.
    Parameters:
        queue: the queue.
        event: the event.
        message: what is about to be sent for it.
    Returns:
        False if it is not to be sent, as the event has been sent it already.
    """
    _tell_use(event, message)
    return observe(queue, event, message)


def _tell_use(event: Event, message: EventMessage) -> None:
    if not isinstance(message, ProcessCompletedMessage) or not message.success:
        return
    if message.used_cache is not None:
        return
    note_run(event)
    if event in EVENTS_WITH_HITS:
        message.used_cache = "partial"
        message.cache_duration = event.run_time
