"""Moves work whose cost grows with a value from an event loop to threads of its own."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Collection
from typing import Any, TypeVar

import anyio
from anyio.lowlevel import RunVar
from anyio.to_thread import run_sync

from gradio.caching.mentions import may_be_full_path

T = TypeVar("T")

QUICK_BYTES = 64 * 1024
"""Up to this size, working on a value takes less time than handing it to a thread."""

_MOST_PARTS = 1024
_LONGEST_PATH = 4096
_THREADS = 4
_FIXED = frozenset({bool, complex, float, int, type(None), type(...)})
_TEXTS = frozenset({bytes, str})
_CONTAINERS = frozenset({dict, list, tuple})

_store_threads: RunVar[anyio.CapacityLimiter] = RunVar("threads for stores")
_threads: RunVar[anyio.CapacityLimiter] = RunVar("threads of the cache")


def is_light(*values: Any) -> bool:
    """
    Decides in bounded time whether values are plain and small enough to be worked on
    in an event loop.
    """
    todo: list[Any] = list(values)
    parts = size = 0
    while todo:
        current = todo.pop()
        kind = type(current)
        if kind in _CONTAINERS:
            parts += len(current)
            if parts > _MOST_PARTS:
                return False
            todo += _to_be_weighed(current)
            if kind is dict:
                todo += _to_be_weighed(current.values())
        elif kind not in _FIXED:
            size += _bytes_of(current, kind)
        if size > QUICK_BYTES:
            return False
    return True


def any_part(value: Any, holds: Callable[[Any], bool]) -> bool:
    """Tells whether a light value or one of its parts is of some sort."""
    todo = [value]
    while todo:
        current = todo.pop()
        if holds(current):
            return True
        if type(current) in _CONTAINERS:
            todo += current.values() if type(current) is dict else current
    return False


def may_be_file(part: Any) -> bool:
    """Whether a plain value may be the path of a file, which may be read for a key."""
    if type(part) is not str or len(part) > _LONGEST_PATH:
        return False
    return may_be_full_path(part) and os.path.isabs(part)


def is_short(value: Any) -> bool:
    """Whether a value is one number, or one text of no great length: light for sure."""
    kind = type(value)
    if kind is str:
        return len(value) <= _LONGEST_PATH and not may_be_file(value)
    return kind in _FIXED


async def off_loop(
    limiter: anyio.CapacityLimiter, fn: Callable[..., T], *args: Any
) -> T:
    """
    Calls a function in one of a limited number of threads, in a copy of the context.
    A caller that is cancelled leaves at once; the thread counts until it has ended.
    """
    work = asyncio.ensure_future(run_sync(fn, *args, limiter=limiter))
    return await outlasting(work)


async def outlasting(work: asyncio.Future[T]) -> T:
    """Waits for work that goes on to its end when the caller is cancelled."""
    work.add_done_callback(_retrieve_exception)
    return await asyncio.shield(work)


async def off_loop_if_heavy(value: Any, fn: Callable[..., T], *args: Any) -> T:
    """Calls a function that works on a value: here if it is light, else in a thread."""
    if is_light(value):
        return fn(*args)
    return await off_loop(own_threads(), fn, *args)


def own_threads() -> anyio.CapacityLimiter:
    """Returns what limits the cache's threads in the running loop."""
    return limiter_of_loop(_threads, _THREADS)


def store_threads() -> anyio.CapacityLimiter:
    """
    Returns what limits the threads that ask stores in the running loop: others than
    those for work on values, as a server may keep them waiting.
    """
    return limiter_of_loop(_store_threads, _THREADS)


def limiter_of_loop(
    limiter: RunVar[anyio.CapacityLimiter], most: int
) -> anyio.CapacityLimiter:
    """Returns the running loop's own limiter, made when it is asked for first."""
    try:
        return limiter.get()
    except LookupError:
        made = anyio.CapacityLimiter(most)
        limiter.set(made)
        return made


def _to_be_weighed(parts: Collection[Any]) -> Collection[Any]:
    return () if _FIXED.issuperset(map(type, parts)) else parts


def _bytes_of(value: Any, kind: type) -> int:
    if kind in _TEXTS:
        return len(value)
    # An array says its size; what else an object holds can't be told at a glance.
    is_array = kind.__module__ == "numpy" and kind.__name__ == "ndarray"
    if is_array and not value.dtype.hasobject:
        return value.nbytes
    return QUICK_BYTES + 1


def _retrieve_exception(work: asyncio.Future[Any]) -> None:
    """Keeps asyncio from reporting an error that a cancelled caller did not fetch."""
    if not work.cancelled():
        work.exception()
