"""
Batch functions: a cached item is answered as a batch of one, and only the misses run.
"""

from __future__ import annotations

import copy
import functools
import inspect
import time
import weakref
from collections.abc import Callable, Generator
from functools import partial
from typing import TYPE_CHECKING, Any

from gradio.caching.asking import leading
from gradio.caching.context.parameters import passed_by_gradio
from gradio.caching.context.toasts import recording_toasts
from gradio.caching.drivers import drive, drive_async
from gradio.caching.engine import Engine
from gradio.caching.entry import MISS, Entry
from gradio.caching.errors import UncopyableError
from gradio.caching.keys import CacheKey
from gradio.caching.read_through import last_resort
from gradio.caching.serving.queueing.events import python_function_of

if TYPE_CHECKING:
    from gradio.block_function import BlockFunction

# One list per output, as batch functions return them.
Outputs = list[list[Any]]
_ITEMS = object()
Steps = Generator[tuple[Any, ...], Any, Outputs]


class Batches:
    """
    Finds for each batch listener one that runs the misses alone. For one event loop.
    """

    def __init__(self) -> None:
        self._runners: weakref.WeakKeyDictionary[BlockFunction, BlockFunction] = (
            weakref.WeakKeyDictionary()
        )

    def runner(self, fn: BlockFunction, engine: Engine) -> BlockFunction:
        """
        Returns the listener that runs a batch function's misses; always the same, so
        that the queue forms batches of it.
        """
        if fn not in self._runners:
            listener = self._runners[fn] = copy.copy(fn)
            listener.fn = _runner(fn, engine)
        return self._runners[fn]


def unbatched(outputs: Any) -> Any:
    """
    Turns what a batch function returned for a batch of one into what another would have
    returned.
    """
    values = tuple(values[0] for values in outputs)
    return values[0] if len(values) == 1 else values


def _runner(fn: BlockFunction, engine: Engine) -> Callable[..., Any]:
    places, function = _batched_places(fn), python_function_of(fn)
    run = engine.fn

    if inspect.iscoroutinefunction(run):

        @functools.wraps(function)
        async def run_async(*args: Any) -> Outputs:
            steps = _read_through(engine, args, places)
            return await drive_async(steps, run, _run)

        return run_async

    @functools.wraps(function)
    def run_sync(*args: Any) -> Outputs:
        return drive(_read_through(engine, args, places), run, _run)

    return run_sync


def _batched_places(fn: BlockFunction) -> list[int]:
    """
    Which of the function's arguments are lists of inputs; Gradio fills in the others.
    """
    passed = passed_by_gradio(python_function_of(fn), [_ITEMS] * len(fn.inputs))
    return [i for i, value in enumerate(passed) if value is _ITEMS]


def _read_through(engine: Engine, args: tuple[Any, ...], places: list[int]) -> Steps:
    """
    Yields the arguments with which the function is to run, and returns all outputs.
    """
    size = len(args[places[0]])
    keys = [engine.key_of(_part(args, places, [i]), {}) for i in range(size)]
    results = [_stored(engine, key) for key in keys]
    misses = _first_of_each([i for i in range(size) if results[i] is None], keys)
    if misses:
        missed = [keys[i] for i in misses]
        with leading(engine, missed):
            made = yield from _made(engine, missed, _part(args, places, list(misses)))
        for result, equals in zip(made, misses.values(), strict=True):
            for i in equals:
                results[i] = result
    return [[one[0] for one in column] for column in zip(*results, strict=True)]


def _made(
    engine: Engine, missed: list[CacheKey | None], args: tuple[Any, ...]
) -> Generator[tuple[Any, ...], Any, list[Outputs]]:
    """Runs the misses, and returns the result of each."""
    begun = engine.begin(*(key for key in missed if key is not None))
    started, toasts = time.perf_counter(), []
    try:
        with recording_toasts(toasts):
            outputs = yield args
    except Exception as error:
        instead = (_instead(engine, key, error) for key in missed)
        made = [old for old in instead if old is not None]
        if len(made) < len(missed):
            raise
        return made
    seconds = (time.perf_counter() - started) / len(missed)
    store = partial(engine.store_if_same, begun)
    return _kept(store, missed, outputs, seconds, toasts)


def _kept(
    store: Callable[..., Any],
    keys: list[CacheKey | None],
    outputs: Outputs,
    *of_run: Any,
) -> list[Outputs]:
    """The result of each item that ran; those that have a key are stored."""
    made = [[[column[i]] for column in outputs] for i in range(len(keys))]
    for key, result in zip(keys, made, strict=True):
        if key is not None:
            store(key, result, *of_run)
    return made


def _instead(engine: Engine, key: CacheKey | None, error: Exception) -> Outputs | None:
    """An old result of an item whose run failed, if it may be given then."""
    found = MISS if key is None else last_resort(engine, key, error)
    return None if found is MISS else _copy(engine, found)


def _part(
    args: tuple[Any, ...], places: list[int], items: list[int]
) -> tuple[Any, ...]:
    part = list(args)
    for place in places:
        part[place] = tuple(args[place][i] for i in items)
    return tuple(part)


def _stored(engine: Engine, key: CacheKey | None) -> Outputs | None:
    """A fresh result: what is stale is made anew with the others."""
    found = MISS if key is None else engine.lookup(key)
    if found is MISS or not (found.life is None or found.life.is_fresh):
        return None
    return _copy(engine, found)


def _copy(engine: Engine, entry: Entry) -> Outputs | None:
    try:
        value = engine.copy_of(entry.value)
    except UncopyableError:
        return None
    engine.count_hit(entry)
    return value


def _first_of_each(
    misses: list[int], keys: list[CacheKey | None]
) -> dict[int, list[int]]:
    """
    The misses that have to run, each with those that are equal to it, itself included.
    """
    firsts: dict[Any, int] = {}
    groups: dict[int, list[int]] = {}
    for i in misses:
        first = firsts.setdefault(keys[i] or i, i)
        groups.setdefault(first, []).append(i)
    return groups


def _run(items: tuple[Any, ...], run: Callable[..., Any]) -> Any:
    return run(*items)
