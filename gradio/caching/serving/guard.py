"""Keeps a failure inside the cache from breaking an app that would run without it."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import Any, ParamSpec, TypeVar

from gradio.caching.errors import log_failure_once

P = ParamSpec("P")
T = TypeVar("T")


def guarded(instead: Any) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Makes a function return `instead` when it fails; the failure is logged."""

    def decorate(fn: Callable[P, T]) -> Callable[P, T]:
        name = getattr(fn, "__name__", "serving")

        @functools.wraps(fn)
        def call(*args: P.args, **kwargs: P.kwargs) -> T:
            try:
                return fn(*args, **kwargs)
            except Exception as error:
                log_failure_once(name, error)
                return instead

        return call

    return decorate


def guarded_async(
    instead: Any,
) -> Callable[[Callable[P, Awaitable[T]]], Callable[P, Awaitable[T]]]:
    """
    Makes a coroutine function return `instead` when it fails; the failure is logged.
    """

    def decorate(fn: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
        name = getattr(fn, "__name__", "serving")

        @functools.wraps(fn)
        async def call(*args: P.args, **kwargs: P.kwargs) -> T:
            try:
                return await fn(*args, **kwargs)
            except Exception as error:
                log_failure_once(name, error)
                return instead

        return call

    return decorate
