"""How much use a cache is of, in numbers, and how long runs take."""

from __future__ import annotations

import weakref
from typing import Any, NamedTuple

from gradio.caching.forks import new_lock


class FunctionCacheInfo(NamedTuple):
    """
    How much use the cache of a function is of, as `fn.cache.info()` tells.
    Parameters:
        hits: calls that were answered without a run of their own.
        misses: calls for which the function ran; what renews a result is no call.
        stale_hits: those of the hits that were given a result older than its `ttl`.
        store_hits: those of the hits whose result came from a store that outlives the
            process.
        evictions: results that had to leave for want of room.
        entries: results that are kept.
        bytes: the memory that they take.
        seconds_saved: what the runs took that hits made unnecessary.
        mean_seconds: what a run takes on average; None before the first.
    """

    hits: int
    misses: int
    stale_hits: int
    store_hits: int
    evictions: int
    entries: int
    bytes: int
    seconds_saved: float
    mean_seconds: float | None


class CacheInfo(NamedTuple):
    """
    How much use a `gr.Cache` is of, as its `info()` tells.
    Parameters:
        hits: calls of `get` that found data.
        misses: calls of `get` that found none.
        evictions: entries that had to leave for want of room.
        entries: entries that are kept.
        bytes: the memory that they take.
    """

    hits: int
    misses: int
    evictions: int
    entries: int
    bytes: int


class Counts:
    """
    What happened so far. Without a lock, as a hit must cost next to nothing: with a
    global interpreter lock, nothing comes in between the halves of an addition.
    """

    __slots__ = ("hits", "misses", "seconds_saved", "stale_hits", "store_hits")

    def __init__(self) -> None:
        self.hits = 0
        self.misses = 0
        self.stale_hits = 0
        self.store_hits = 0
        self.seconds_saved = 0.0

    def of_cache(self, entries: int, size: int, evictions: int) -> CacheInfo:
        """Says the same of a `gr.Cache`, with what is known of its entries."""
        return CacheInfo(self.hits, self.misses, evictions, entries, size)


class MeanTime:
    """The mean duration of uncached runs. Thread-safe."""

    def __init__(self) -> None:
        self._lock = new_lock()
        self._seconds = 0.0
        self._runs = 0

    def add(self, seconds: float) -> None:
        """Counts a run that took so many seconds."""
        with self._lock:
            self._seconds += seconds
            self._runs += 1

    @property
    def seconds(self) -> float | None:
        """The mean in seconds, None before the first run."""
        with self._lock:
            return self._seconds / self._runs if self._runs else None


class MeanTimes:
    """The mean durations of uncached runs, of each kind and of all. Thread-safe."""

    def __init__(self) -> None:
        self._lock = new_lock()
        self._of_all = MeanTime()
        self._by_kind: weakref.WeakKeyDictionary[Any, MeanTime] = (
            weakref.WeakKeyDictionary()
        )

    def add(self, kind: object, seconds: float) -> None:
        """Counts a run of so many seconds; a kind is not kept alive."""
        self._of_all.add(seconds)
        with self._lock:
            self._by_kind.setdefault(kind, MeanTime()).add(seconds)

    def seconds(self, kind: object) -> float | None:
        """Returns the mean of a kind; of all before the first; None before any."""
        with self._lock:
            mean = self._by_kind.get(kind, self._of_all)
        return mean.seconds
