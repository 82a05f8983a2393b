"""
What Gradio's own files call. They import this module at their top, when most of what
the hooks need is not there yet, so each is imported when it is first called.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOOKS = {
    "context.connections": ["connected"],
    "context.parameters": ["inject_cache", "is_injected"],
    "context.sessions": ["wants_heartbeat"],
    "context.toasts": ["note_toast"],
    "serving.hooks": [
        "before_send",
        "has_state",
        "is_full",
        "on_client_left",
        "on_run_ended",
        "on_run_started",
        "on_session_ended",
        "on_state_created",
        "root_of_run",
        "stop",
        "try_cache",
        "wait_for_work",
    ],
    "serving.lookup.file_notes": [
        "note_served",
        "noted",
        "preprocessed",
        "watch_results",
    ],
    "serving.queueing.analytics": ["process_times"],
}
_HOMES = {name: home for home, names in _HOOKS.items() for name in names}


def __getattr__(name: str) -> Any:
    """Imports a hook, and keeps it here: the next call finds it at once."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    hook = getattr(import_module(f"gradio.caching.{_HOMES[name]}"), name)
    globals()[name] = hook
    return hook
