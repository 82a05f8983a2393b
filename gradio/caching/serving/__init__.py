"""What Gradio's own files call: events that a cache can answer before they enter the queue."""

from __future__ import annotations

from gradio.caching.injectable import Cache
from gradio.caching.scope.sessions import SESSIONS
from gradio.caching.serving.admission import answer, end_session, is_full, leave
from gradio.caching.serving.reports import report

__all__ = [
    "answer",
    "end_session",
    "is_full",
    "is_injected",
    "leave",
    "report",
    "wants_heartbeat",
]


def is_injected(default: object) -> bool:
    """
    Parameters:
        default: the default value of a function's parameter.
    Returns:
        True if Gradio passes it itself: a `gr.Cache`.
    """
    return isinstance(default, Cache)


def wants_heartbeat() -> bool:
    """
    Returns:
        True if pages must tell when their session ends, as something is kept per session.
    """
    return SESSIONS.any
