"""The cache of a function, which all its wrappers share."""

from __future__ import annotations

import weakref
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from gradio.caching.context import sessions
from gradio.caching.entry import Entry, entries_in_words
from gradio.caching.forks import new_lock
from gradio.caching.inflight.flights import Flights
from gradio.caching.inflight.stream_table import StreamTable
from gradio.caching.keys import CacheKey
from gradio.caching.namespace import Namespace
from gradio.caching.settings import Settings
from gradio.caching.stores.base import Store


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


@dataclass(eq=False, repr=False)
class FunctionCache:
    """
    The entries of a function made by `gr.cache`, as its attribute `cache`. Thread-safe.
    Inside an event of an app, a per-session cache shows the calling session's entries
    alone.
    Parameters:
        settings: what its user asked for.
        store: where the entries are.
    """

    settings: Settings
    store: Store
    flights: Flights[Entry] = field(default_factory=Flights)
    streams: StreamTable[Any] = field(default_factory=StreamTable)
    uncached: MeanTime = field(default_factory=MeanTime)
    waits: MeanTimes = field(default_factory=MeanTimes)
    generation: int = 0
    _own_generations: WeakKeyDictionary[Namespace, int] = field(
        default_factory=WeakKeyDictionary
    )
    _has_own_generations: bool = False
    _clearing: Any = field(default_factory=new_lock)

    def __post_init__(self) -> None:
        if self.settings.per_session:
            sessions.SESSIONS.watch(self.store)

    def clear(self) -> None:
        """
        Forgets the entries, and does not store results that are still being computed.
        """
        namespace = self._visible()
        with self._clearing:
            if namespace is None:
                self.generation += 1
            else:
                made = self._own_generations.get(namespace, 0)
                self._own_generations[namespace] = made + 1
                self._has_own_generations = True
            self.store.clear(namespace)

    def __len__(self) -> int:
        return self.store.count(self._visible())

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f"<the cache of a function with {entries_in_words(len(self))}>"

    def generation_of(self, namespace: Namespace) -> int:
        """Counts how often what that namespace holds was cleared."""
        if not self._has_own_generations:
            return self.generation
        return self.generation + self._own_generations.get(namespace, 0)

    def put(self, key: CacheKey, entry: Entry) -> None:
        """Stores an entry, unless its namespace was cleared since its key was made."""
        # In one step: a clearing in between would leave what it was to forget.
        with self._clearing:
            if key.generation == self.generation_of(key.namespace):
                self.store.put(key.namespace, key.digest, entry)

    def _visible(self) -> Namespace | None:
        return sessions.visible(self.settings.per_session)
