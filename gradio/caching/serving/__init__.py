"""
What Gradio's own files call: events that a cache can answer before they enter the
queue.
"""

from __future__ import annotations

from gradio.caching.injectable import Cache
from gradio.caching.scope.sessions import SESSIONS
from gradio.caching.scope.toasts import Level, Toast, note
from gradio.caching.serving.admission import (
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
from gradio.caching.serving.analytics import process_times
from gradio.caching.serving.connections import connected
from gradio.caching.serving.file_notes import (
    note_served,
    noted,
    preprocessed,
    watch_results,
)
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
    """
    Parameters:
        default: the default value of a function's parameter.
    Returns:
        True if Gradio passes it itself: a `gr.Cache`.
    """
    return isinstance(default, Cache)


def note_toast(
    message: str, title: str, level: Level, duration: float | None, visible: bool
) -> None:
    """
    Remembers a toast with the result of the cached function that raises it.
    Parameters:
        message: the text, which may be HTML.
        title: the heading.
        level: "info", "warning" or "success".
        duration: seconds that it stays, None for until it is closed.
        visible: whether it is shown.
    """
    note(Toast(message, title, level, duration, visible))


def wants_heartbeat() -> bool:
    """
    Returns:
        True if pages must tell when their session ends, as something is kept per
        session.
    """
    return SESSIONS.any
