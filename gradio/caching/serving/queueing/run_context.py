"""
The context in which the queue runs events, for all that is done for them ahead of it.

Gradio's checks of paths and addresses ask the context which app they protect, and let
everything pass outside of one.
"""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Callable, Coroutine
from contextvars import Context, copy_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from gradio import processing_utils, utils
from gradio.caching.serving.queueing.current import blocks_of
from gradio.context import LocalContext
from gradio.exceptions import InvalidPathError

if TYPE_CHECKING:
    from gradio.queueing import Event, Queue

P = ParamSpec("P")
T = TypeVar("T")

_contexts: weakref.WeakKeyDictionary[Queue, Context] = weakref.WeakKeyDictionary()
_accepted: weakref.WeakKeyDictionary[Event, set[str]] = weakref.WeakKeyDictionary()


def remember_context(queue: Queue) -> None:
    """Notes the current context as the one that the queue starts its runs from."""
    if queue not in _contexts:
        _contexts[queue] = copy_context()


class RunContext:
    """Calls functions and starts tasks as the queue would for a run of its app."""

    def __init__(self, queue: Queue) -> None:
        self._queue = weakref.ref(queue)

    def call(self, fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Calls a function in a context of its own, made as for a run."""
        return self._new().run(fn, *args, **kwargs)

    def start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Starts a task in a context of its own, made as for a run."""
        loop = asyncio.get_running_loop()
        return self._new().run(lambda: loop.create_task(work))

    def _new(self) -> Context:
        if (queue := self._queue()) is None:
            raise ReferenceError("the app is gone, and with it the context of its runs")
        # Never the caller's: a request's own variables are not there in a run.
        known = _contexts.get(queue)
        context = Context() if known is None else known.copy()
        context.run(LocalContext.blocks.set, blocks_of(queue))
        return context


def accepts_file(event: Event, path: object) -> bool:
    """
    Finds out whether Gradio takes that path from a client, by the check of a run; what
    was accepted for an event is not checked again. Raises RuntimeError outside a run's
    context, where that check lets all pass.
    """
    if not isinstance(path, str):
        return False
    accepted = _accepted.setdefault(event, set())
    if path not in accepted and _passes(path):
        accepted.add(path)
    return path in accepted


def pass_on_accepted(event: Event, other: Event) -> None:
    """Notes what was accepted for an event as accepted for another, of its request."""
    if (accepted := _accepted.get(event)) is not None:
        _accepted[other] = accepted


def _passes(path: str) -> bool:
    if LocalContext.blocks.get(None) is None:
        raise RuntimeError("a path from a client is to be checked in a run's context")
    try:
        # As a Path, so that a text is not first looked up on the disk.
        if utils.is_static_file(Path(path)):
            return True
        processing_utils._check_allowed(path, check_in_upload_folder=True)
    except (InvalidPathError, OSError, RuntimeError, ValueError):
        return False
    return True
