"""The read-through behind every cached function: look up, join, compute, store."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from gradio.caching.asking import Ask, Pause, ask, candidate_for, is_asked_for, wanted
from gradio.caching.context.rendering import render_state
from gradio.caching.context.toasts import recording_toasts
from gradio.caching.engine import Engine
from gradio.caching.entry import MISS, Entry, Miss
from gradio.caching.errors import log_failed_run_once
from gradio.caching.inflight.flights import Flight, Outcome, lead_all_processes
from gradio.caching.keys import CacheKey

if TYPE_CHECKING:
    from gradio.caching.candidate import Candidate


class Work(NamedTuple):
    """Something to do whose cost grows with a value: in a thread, if it is much."""

    value: Any
    do: Callable[[], Any]


class Renewal(NamedTuple):
    """An entry that is to be replaced by a run for which the caller does not wait."""

    engine: Engine
    key: CacheKey
    entry: Entry

    @property
    def is_wanted(self) -> bool:
        """Whether the entry is still there: it may have been replaced, or forgotten."""
        store, key = self.engine.cache.store, self.key
        found = store.get(key.namespace, key.digest)
        # One without its value is never in memory.
        return found is self.entry or (found is MISS and self.entry.value is MISS)


# What a read-through asks of its driver: to wait for a flight, to do some work, to ask
# a store, to pause, to have an entry renewed, or, if None, to compute.
Step = Flight[Entry] | Work | Ask | Pause | Renewal | None
ReadThrough = Generator[Step, Any, Any]


def read_through(
    engine: Engine, key: CacheKey, old: Entry | Miss = MISS
) -> ReadThrough:
    """
    The one way to a result, for functions and coroutine functions alike: it yields what
    its driver is to do, and returns the result; never that of `old`, which it replaces.
    """
    try:
        while True:
            found = wanted(engine, key, old)
            if found is MISS:
                flight, is_leader = engine.cache.flights.join(key)
                if flight is None:
                    return (yield from _alone(engine))
                if is_leader:
                    lead = _lead if key.lasting is None else _lead_behind
                    return (yield from lead(engine, key, flight, old))
                found = yield flight
            if isinstance(found, Entry):
                return (yield from _hit(engine, key, found))
            if found is Outcome.UNSHARED:
                return (yield from _alone(engine))
    except Exception as error:
        found = last_resort(engine, key, error, old)
        if found is MISS:
            raise
    return (yield from _hit(engine, key, found))


def renewal_of(engine: Engine, key: CacheKey, entry: Entry) -> Renewal | None:
    """Tells whoever gives a stale entry to have it renewed: one caller at a time."""
    if entry.life is None or not entry.life.claim():
        return None
    return Renewal(engine, key, entry)


def settle(renewal: Renewal, is_failure: bool = True) -> None:
    """Is called at the end of a renewal: it may have failed without an error."""
    life = renewal.entry.life
    if life is not None and renewal.is_wanted:
        life.fail() if is_failure else life.release()


def last_resort(
    engine: Engine, key: CacheKey, error: Exception, old: Entry | Miss = MISS
) -> Entry | Miss:
    """
    Finds an old entry to give instead of an error of the function; none for a run that
    replaces one, as nobody waits for that.
    """
    limits = engine.cache.settings.ages
    if old is not MISS or limits is None or not limits.stale_if_error:
        return MISS
    found = engine.lookup(key, is_failing=True)
    if found is not MISS:
        log_failed_run_once(engine.name, error)
    return found


def _hit(engine: Engine, key: CacheKey, entry: Entry) -> ReadThrough:
    if entry.life is not None and (renewal := renewal_of(engine, key, entry)):
        yield renewal
    value = yield Work(entry.value, partial(engine.give_out, entry))
    return (yield from _alone(engine)) if value is MISS else value


def _alone(engine: Engine) -> ReadThrough:
    engine.cache.counts.misses += 1
    return (yield None)


def _lead_behind(
    engine: Engine, key: CacheKey, flight: Flight[Entry], old: Entry | Miss
) -> ReadThrough:
    """Computes what may be in a store, and what other processes may want too."""
    with candidate_for(engine, key) or nullcontext() as candidate:
        return (yield from _lead(engine, key, flight, old, candidate))


def _lead(
    engine: Engine,
    key: CacheKey,
    flight: Flight[Entry],
    old: Entry | Miss,
    candidate: Candidate | None = None,
) -> ReadThrough:
    with engine.cache.flights.lead(flight):
        if key.lasting is not None and not (
            yield from ask(engine, key, old, candidate)
        ):
            return (yield from _leave(engine, key, flight))
        # Another leader may have stored it since this one looked.
        if (found := wanted(engine, key, old)) is not MISS:
            engine.cache.flights.resolve(flight, found)
            return (yield from _hit(engine, key, found))
        if is_asked_for(engine, key, old):
            engine.cache.counts.misses += 1
        if candidate is not None and candidate.begin():
            lead_all_processes(flight)
        return (yield from _fill(engine, key, flight))


def _fill(engine: Engine, key: CacheKey, flight: Flight[Entry]) -> ReadThrough:
    started, toasts, before = time.perf_counter(), [], render_state()
    run = engine.begin(key)
    with recording_toasts(toasts):
        result = yield None
    if render_state() != before:
        engine.warn_of_drawing()
        return result
    seconds = time.perf_counter() - started
    store = partial(engine.store_if_same, run, key, result)
    entry = yield Work(result, partial(store, seconds, toasts))
    # After it is stored: who comes now finds either the flight or the entry.
    engine.cache.flights.resolve(flight, entry or Outcome.UNSHARED)
    return result


def _leave(engine: Engine, key: CacheKey, flight: Flight[Entry]) -> ReadThrough:
    """Leaves a renewal to another process; an event of it gets the old result."""
    engine.cache.flights.resolve(flight, Outcome.ABANDONED)
    found = engine.lookup(key)
    if found is MISS:
        return None
    return (yield Work(found.value, partial(engine.copy_of, found.value)))
