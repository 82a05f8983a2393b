"""What is asked of a store before a result is computed: one run over all processes."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from gradio.caching import ages, backoff
from gradio.caching.engine import Engine
from gradio.caching.entry import MISS, Entry, Miss
from gradio.caching.errors import log_failure_once
from gradio.caching.inflight.flights import holds_up_others
from gradio.caching.inflight.streams import running_streams
from gradio.caching.keys import CacheKey, renews, was_looked_up

if TYPE_CHECKING:
    from gradio.caching.candidate import Candidate

PATIENCE = 5.0
"""Seconds that one waits for another process, if that may wait for it in turn."""


class Ask(NamedTuple):
    """A question to a store that outlives the process: in a thread, as it blocks."""

    do: Callable[[], None]


class Pause(NamedTuple):
    """A time to wait before a store is asked again; nothing is held meanwhile."""

    seconds: float


Asking = Generator["Ask | Pause", Any, bool]


def wanted(engine: Engine, key: CacheKey, old: Entry | Miss = MISS) -> Entry | Miss:
    """Looks an entry up, but for the one that the caller is to replace."""
    # What is there may have come from a store since, and be of before.
    found = MISS if _is_anew(key) else engine.lookup(key)
    if found is MISS or found is old:
        return MISS
    if found.life is None or found.life.is_fresh or not renews(engine.cache, key):
        return found
    return MISS


def is_asked_for(engine: Engine, key: CacheKey, old: Entry | Miss) -> bool:
    """Tells whether a run is for a call, and not to replace an entry."""
    return old is MISS and not renews(engine.cache, key)


def candidate_for(engine: Engine, key: CacheKey) -> Candidate | None:
    """
    Makes one who asks to compute a result for all processes; None where each computes
    for itself, as with the runs of generators.
    """
    shelf = engine.cache.shelf
    if shelf is None or key.lasting is None or engine.kind.endswith("generator"):
        return None
    try:
        return shelf.candidate(key.lasting.digest)
    except Exception as error:
        log_failure_once("asking for a lease", error)
        return None


def take(engine: Engine, key: CacheKey, candidate: Candidate) -> None:
    """Asks to compute a result though there is a record. Blocks."""
    try:
        if engine.cache.shelf is not None and key.lasting is not None:
            engine.cache.shelf.take(key.lasting.digest, candidate)
    except Exception as error:
        log_failure_once("taking a lease", error)


def _adopts(engine: Engine, key: CacheKey, candidate: Candidate) -> bool:
    """Has a candidate take part in what this process leads; False if nothing."""
    shelf = engine.cache.shelf
    if shelf is None or key.lasting is None:
        return False
    return shelf.adopt(key.lasting.digest, candidate)


@contextmanager
def leading(
    engine: Engine, keys: Iterable[CacheKey | None]
) -> Generator[None, None, None]:
    """Surrounds a run that makes several results, some of which this process leads."""
    with ExitStack() as stack:
        for key in keys:
            candidate = None if key is None else candidate_for(engine, key)
            if candidate is not None and key is not None:
                stack.enter_context(candidate)
                if _adopts(engine, key, candidate):
                    candidate.begin()
        yield


def ask(
    engine: Engine, key: CacheKey, old: Entry | Miss, candidate: Candidate | None
) -> Asking:
    """
    Looks behind the memory, which has what is found there afterwards. If it is nothing,
    the caller is to compute: it leads all processes, or none does. Waits for another
    that leads; returns False if a renewal is to be left to that.
    """
    if candidate is None:
        yield Ask(partial(engine.recall, key))
        return True
    if _adopts(engine, key, candidate):
        return True
    if is_asked_for(engine, key, old) or _is_anew(key):
        yield from _ask_until_known(engine, key, old, candidate)
        return True
    yield Ask(partial(_look_and_take, engine, key, old, candidate))
    return not candidate.is_busy


def _ask_until_known(
    engine: Engine, key: CacheKey, old: Entry | Miss, candidate: Candidate
) -> Generator[Ask | Pause, Any, None]:
    started, pauses = ages.clock(), backoff.pauses()
    # An event that was looked up has waited before the queue, where it takes no slot.
    may_wait = not (_is_anew(key) or was_looked_up(engine.cache, key))
    while True:
        yield Ask(partial(_look_and_take, engine, key, old, candidate))
        if not (may_wait and candidate.is_busy):
            return
        if _is_known(engine, key, old) or _is_over(started, candidate):
            return
        yield Pause(next(pauses))


def _look_and_take(
    engine: Engine, key: CacheKey, old: Entry | Miss, candidate: Candidate
) -> None:
    if not _is_anew(key):
        is_call = is_asked_for(engine, key, old)
        engine.recall(key, candidate if is_call else None)
        if (is_call and not candidate.should_take) or _is_known(engine, key, old):
            return
    take(engine, key, candidate)


def _is_known(engine: Engine, key: CacheKey, old: Entry | Miss) -> bool:
    return wanted(engine, key, old) is not MISS


def _is_anew(key: CacheKey) -> bool:
    return key.lasting is not None and not key.lasting.may_be_given


def _is_over(started: float, candidate: Candidate) -> bool:
    """
    Whether a wait has taken long, and the other process may wait for this one: for what
    it leads itself, or for the thread or slot in which it waits.
    """
    if ages.clock() - started < PATIENCE:
        return False
    return candidate.runs_are_due or holds_up_others() or bool(running_streams.get())
