"""How long users wait for events that are not answered from the cache."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, NamedTuple

from gradio.caching.context.sessions import has_hit
from gradio.caching.engine import Engine
from gradio.caching.forks import new_lock
from gradio.caching.serving.lookup.preprocessed import PreprocessedPayload
from gradio.caching.serving.queueing.events import body_of

if TYPE_CHECKING:
    from gradio.block_function import BlockFunction
    from gradio.queueing import Event


class _Miss(NamedTuple):
    engine: Engine
    prepared: float


_lock = new_lock()
_misses: weakref.WeakKeyDictionary[Event, _Miss] = weakref.WeakKeyDictionary()


def note_miss(event: Event, engine: Engine, prepared: float) -> None:
    """Notes an event that will run, and the seconds that preprocessing took before."""
    if not isinstance(body_of(event).data, PreprocessedPayload):
        # The run will preprocess again.
        prepared = 0.0
    with _lock:
        _misses[event] = _Miss(engine, prepared)


def note_run(event: Event) -> None:
    """Remembers how long an event took that has missed, and has run well."""
    with _lock:
        miss = _misses.pop(event, None)
    if miss is not None and not has_hit(event, miss.engine.cache):
        seconds = miss.prepared + event.run_time
        miss.engine.cache.waits.add(event.fn, seconds)


def mean_wait(fn: BlockFunction, engine: Engine) -> float | None:
    """
    Returns the mean seconds of a listener's uncached events, without their time in the
    queue; before the first, that of all of the function's; before these, its own.
    """
    cache = engine.cache
    seconds = cache.waits.seconds(fn)
    return cache.uncached.seconds if seconds is None else seconds
