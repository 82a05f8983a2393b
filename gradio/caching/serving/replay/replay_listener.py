"""A stored result in the place of a function's run."""

from __future__ import annotations

import copy
import inspect
from collections.abc import AsyncIterator, Callable, Sequence
from typing import TYPE_CHECKING, Any

from gradio.caching.context.event_files import note_result
from gradio.caching.engine import Engine
from gradio.caching.entry import MISS, Entry, Recording
from gradio.caching.offload import QUICK_BYTES, off_loop, own_threads
from gradio.caching.release.calls import take_no_inputs
from gradio.caching.serving.batch import unbatched
from gradio.caching.serving.wrappers import rewrapped
from gradio.context import LocalContext

if TYPE_CHECKING:
    from gradio.block_function import BlockFunction


def replay_listener(
    fn: BlockFunction, engine: Engine, entry: Entry, arguments: Sequence[Any]
) -> BlockFunction:
    """
    A copy, so that its run counts in no average; it takes no input and needs no thread.
    """
    if entry.value is MISS:
        raise LookupError("only what was shown of the result was read")
    listener = copy.copy(fn)
    listener.fn = rewrapped(fn.fn, _replay_function(fn, engine, entry), arguments)
    listener.batch = False
    take_no_inputs(listener)
    return listener


def _replay_function(
    fn: BlockFunction, engine: Engine, entry: Entry
) -> Callable[..., Any]:
    unwrap = unbatched if fn.batch else _as_it_is
    leave = _nothing if _runs_on_loop(fn) else _leave_call

    is_quick = _size_of_step(entry) <= QUICK_BYTES

    async def private(value: Any) -> Any:
        if is_quick:
            return engine.copy_of(value)
        return await off_loop(own_threads(), engine.copy_of, value)

    async def replay(*_: Any) -> Any:
        note_result(entry)
        result = unwrap(await private(entry.value))
        leave()
        return result

    async def replay_all(*_: Any) -> AsyncIterator[Any]:
        note_result(entry)
        for item in entry.value.yields:
            result = await private(item)
            leave()
            yield result

    return replay_all if isinstance(entry.value, Recording) else replay


def _size_of_step(entry: Entry) -> float:
    """Bytes; of a recording's steps the mean."""
    if not isinstance(entry.value, Recording):
        return entry.size
    return entry.size / max(1, len(entry.value.yields))


def _runs_on_loop(fn: BlockFunction) -> bool:
    return inspect.iscoroutinefunction(fn.fn) or inspect.isasyncgenfunction(fn.fn)


def _leave_call() -> None:
    """What runs in a thread leaves the event's id to nothing that comes after it."""
    LocalContext.event_id.set(None)


def _nothing() -> None:
    pass


def _as_it_is(value: Any) -> Any:
    return value
