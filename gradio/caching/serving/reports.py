"""Tells the page that an event which ran had used a cache."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradio.server_messages import EventMessage, ProcessCompletedMessage

if TYPE_CHECKING:
    from gradio.queueing import Event


def report(event: Event, message: EventMessage) -> None:
    """
    Fills in the fields of the message that completes an event, if a lookup of the event hit.
    Parameters:
        event: the event.
        message: what is about to be sent for it.
    """
    if not isinstance(message, ProcessCompletedMessage) or not message.success:
        return
    if message.used_cache is None and getattr(event, "used_cache", False):
        message.used_cache = "partial"
        message.cache_duration = event.run_time
