"""
What Gradio's own files call: events that a cache can answer before they enter the
queue.
"""

from __future__ import annotations

from gradio.caching.context.sessions import SESSIONS
from gradio.caching.context.toasts import Level, Toast, record_toast
from gradio.caching.injectable import Cache
from gradio.caching.serving.hooks import (
    before_send,
    has_state,
    is_full,
    on_client_left,
    on_run_ended,
    on_run_started,
    on_session_ended,
    on_state_created,
    root_of_run,
    stop,
    try_cache,
    wait_for_work,
)
from gradio.caching.serving.lookup.file_notes import (
    note_served,
    noted,
    preprocessed,
    watch_results,
)
from gradio.caching.serving.queueing.analytics import process_times
from gradio.caching.serving.queueing.connections import connected

__all__ = [
    "before_send",
    "connected",
    "has_state",
    "is_full",
    "is_injected",
    "note_served",
    "note_toast",
    "noted",
    "on_client_left",
    "on_run_ended",
    "on_run_started",
    "on_session_ended",
    "on_state_created",
    "preprocessed",
    "process_times",
    "root_of_run",
    "stop",
    "try_cache",
    "wait_for_work",
    "wants_heartbeat",
    "watch_results",
]


def is_injected(default: object) -> bool:
    """Tells whether a default value is one that Gradio passes itself: a `gr.Cache`."""
    return isinstance(default, Cache)


def note_toast(
    message: str, title: str, level: Level, duration: float | None, visible: bool
) -> None:
    """Remembers a toast with the result of the cached function that raises it."""
    record_toast(Toast(message, title, level, duration, visible))


def wants_heartbeat() -> bool:
    """
    Tells whether pages must report the end of their session, as something is kept per
    session.
    """
    return SESSIONS.any
