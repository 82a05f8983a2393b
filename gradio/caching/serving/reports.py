"""Looks at the messages that leave the queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradio.caching.context.sessions import EVENTS_WITH_HITS
from gradio.caching.errors import log_failure_once
from gradio.caching.serving.hooks import finish, observe
from gradio.caching.serving.queueing.retries import judge
from gradio.caching.serving.queueing.waits import note_run
from gradio.caching.serving.replay.addresses import (
    is_shared,
    run_without_address,
    write_address,
)
from gradio.server_messages import EventMessage, ProcessCompletedMessage

if TYPE_CHECKING:
    from gradio.queueing import Event, Queue


def report(queue: Queue, event: Event, message: EventMessage) -> bool:
    """
    Tells the page if an event that ran had used a cache, and those who wait for the
    same result what it sends.
    """
    _tell_use(event, message)
    judge(event, message)
    if not observe(queue, event, message):
        return False
    write_address(event, message)
    return True


def root_of_run(queue: Queue, events: list[Event], root: str) -> str:
    """
    Return the address that a run takes for its app's: `root`, unless what it sends may
    be for more clients than its own.
    """
    if not any(map(is_shared, events)):
        return root
    try:
        return run_without_address(queue, events, root)
    except Exception as error:
        log_failure_once("root_of_run", error)
        for event in events:
            finish(queue, event._id)
        return root


def _tell_use(event: Event, message: EventMessage) -> None:
    if not isinstance(message, ProcessCompletedMessage) or not message.success:
        return
    if message.used_cache is not None:
        return
    note_run(event)
    if event in EVENTS_WITH_HITS:
        message.used_cache = "partial"
        message.cache_duration = event.run_time
