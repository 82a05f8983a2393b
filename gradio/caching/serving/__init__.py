"""
What Gradio's own files call: events that a cache can answer before they enter the
queue.
"""

from __future__ import annotations

from gradio.caching.context.sessions import SESSIONS
from gradio.caching.context.toasts import Level, Toast, record_toast
from gradio.caching.injectable import Cache
from gradio.caching.serving.hooks import (
    answer,
    end_session,
    finish,
    has_state,
    is_full,
    leave,
    rest,
    restore_values,
    stop,
    watch,
)
from gradio.caching.serving.lookup.file_notes import (
    note_served,
    noted,
    preprocessed,
    watch_results,
)
from gradio.caching.serving.queueing.analytics import process_times
from gradio.caching.serving.queueing.connections import connected
from gradio.caching.serving.reports import report, root_of_run

__all__ = [
    "answer",
    "connected",
    "end_session",
    "finish",
    "has_state",
    "is_full",
    "is_injected",
    "leave",
    "note_served",
    "note_toast",
    "noted",
    "preprocessed",
    "process_times",
    "report",
    "rest",
    "restore_values",
    "root_of_run",
    "stop",
    "wants_heartbeat",
    "watch",
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
