"""Registers events with their session, ahead of the queue, and lets them enter it."""

from __future__ import annotations

import asyncio

from gradio.caching.serving.queueing.analytics import count_queued
from gradio.queueing import Event, Queue


async def register(queue: Queue, event: Event) -> bool:
    """Registers an event; returns whether it is the first of its session."""
    session = event.session_hash
    is_new = not _has_messages(queue, session)
    queue.create_event_queue_for_fn(event.fn)
    async with queue.pending_message_lock:
        if not _has_messages(queue, session):
            _forget_unread(queue)
            queue.pending_messages_per_session[session] = asyncio.Queue()
        queue.pending_event_ids_session.setdefault(session, set()).add(event._id)
    return is_new


def _has_messages(queue: Queue, session_hash: str | None) -> bool:
    """Tells whether messages of a session can be awaited in the running loop."""
    messages = queue.pending_messages_per_session.get(session_hash or "")
    # Those of a client that left without reading stay when the app is closed.
    loop = getattr(messages, "_loop", None)
    return messages is not None and loop in (None, asyncio.get_running_loop())


def _forget_unread(queue: Queue) -> None:
    """Makes room as Gradio will, which keeps the ids of what was answered for ever."""
    sessions = queue.pending_messages_per_session
    if len(sessions) < sessions.max_size:
        return
    session = next(iter(sessions))
    del sessions[session]
    ids = queue.pending_event_ids_session.get(session, set())
    ids.intersection_update(queue.event_ids_to_events)
    if not ids:
        queue.pending_event_ids_session.pop(session, None)


def unregister(queue: Queue, event: Event, session_is_new: bool) -> None:
    session = event.session_hash
    pending = queue.pending_event_ids_session[session]
    pending.discard(event._id)
    if session_is_new and not pending:
        queue.pending_event_ids_session.pop(session)
        queue.pending_messages_per_session.pop(session, None)


def forget_answered(queue: Queue, session_hash: str) -> None:
    """Forgets the events of a session that has ended, but for those in the queue."""
    pending = queue.pending_event_ids_session.get(session_hash, set())
    pending.intersection_update(queue.event_ids_to_events)


def has_room(queue: Queue, besides: int = 0) -> bool:
    """Tells whether one more event may enter, and so many besides."""
    return queue.max_size is None or len(queue) + besides < queue.max_size


def is_queued(queue: Queue, event: Event) -> bool:
    """Tells whether an event waits in the queue, or runs."""
    return event._id in queue.event_ids_to_events


def enqueue(queue: Queue, event: Event) -> None:
    """
    Lets a registered event wait for its run, and tells all how long that may take.
    """
    queue.event_ids_to_events[event._id] = event
    waiting = waiting_with(queue, event)
    waiting.append(event)
    count_queued(queue, event)
    queue.broadcast_estimations(event.concurrency_id, len(waiting) - 1)


def waiting_with(queue: Queue, event: Event) -> list[Event]:
    """Finds the events that wait where an event waits, or would."""
    return queue.event_queue_per_concurrency_id[event.concurrency_id].queue
