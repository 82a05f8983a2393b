"""
What Gradio's own files call. They import this module at their top, when most of what
the hooks need is not there yet, so each is imported when it is first called, also by
the decorators of Gradio's functions, which are here.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

_HOOKS = {
    "context.connections": ["connected"],
    "context.parameters": ["inject_cache", "is_injected"],
    "context.sessions": ["wants_heartbeat"],
    "context.toasts": ["note_toast"],
    "serving.heartbeat": ["heartbeat"],
    "serving.hooks": [
        "before_send",
        "has_state",
        "is_full",
        "on_client_left",
        "on_removed",
        "on_run_started",
        "on_state_created",
        "root_of_run",
        "try_cache",
        "wait_for_work",
        "wake",
    ],
    "serving.lookup.file_notes": [
        "note_served",
        "noted",
        "preprocessed",
        "watch_results",
    ],
    "serving.queueing.analytics": ["process_times"],
    "serving.queueing.join_response": ["joined"],
    "serving.queueing.event_routes": ["events_first"],
    "serving.replay.addresses": ["with_own_root"],
}
_HOMES = {name: home for home, names in _HOOKS.items() for name in names}
_SERVING: Any = sys.modules[__name__]


def preprocessing(method: Callable[..., Any]) -> Callable[..., Any]:
    """Decorates what preprocesses inputs, which may have been done for the look-up."""

    @functools.wraps(method)
    async def preprocess_data(
        self: Any, block_fn: Any, inputs: Any, *args: Any, **kwargs: Any
    ) -> Any:
        if (values := _SERVING.preprocessed(block_fn, inputs)) is not None:
            return values
        values = await method(self, block_fn, inputs, *args, **kwargs)
        return _SERVING.noted(block_fn, inputs, values)

    return preprocess_data


class _AnsweredError(Exception):
    """An event is taken out of the hands of what lets events enter the queue."""

    def __init__(self, answer: Any) -> None:
        super().__init__(answer)
        self.answer = answer


def answering(method: Callable[..., Any]) -> Callable[..., Any]:
    """Decorates what lets events enter the queue: what is known is answered before."""

    @functools.wraps(method)
    async def push(self: Any, body: Any, request: Any, username: Any) -> Any:
        if body.fn_index is not None:
            answer = await _SERVING.try_cache(self, body, request, username)
            if answer is not None:
                return answer
        try:
            return await method(self, body, request, username)
        except _AnsweredError as taken:
            return taken.answer
        finally:
            _SERVING.wake(self)

    return push


async def try_validated(*event: Any) -> None:
    """Looks up what its validator has accepted; an answer leaves `push` at once."""
    answer = await _SERVING.try_cache(*event, validated=True)
    if answer is not None:
        raise _AnsweredError(answer)


def noting_served(check: Callable[..., None]) -> Callable[..., None]:
    """Decorates the check of paths, so that what it lets pass as a result is noted."""

    @functools.wraps(check)
    def _check_allowed(path: Any, check_in_upload_folder: bool) -> None:
        check(path, check_in_upload_folder)
        _SERVING.note_served(path, not check_in_upload_folder)

    return _check_allowed


def __getattr__(name: str) -> Any:
    """Imports a hook, and keeps it here: the next call finds it at once."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    hook = getattr(import_module(f"gradio.caching.{_HOMES[name]}"), name)
    globals()[name] = hook
    return hook
