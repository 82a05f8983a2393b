"""What all the wrappers of the same function share."""

from __future__ import annotations

import weakref
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from gradio.caching.context import sessions
from gradio.caching.entry import Entry
from gradio.caching.forks import new_lock
from gradio.caching.inflight.flights import Flights
from gradio.caching.inflight.stream_table import Rides
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


@dataclass(eq=False)
class Shelf:
    """What all the wrappers of the same function share."""

    settings: Settings
    store: Store
    flights: Flights[Entry] = field(default_factory=Flights)
    rides: Rides[Any] = field(default_factory=Rides)
    uncached: MeanTime = field(default_factory=MeanTime)
    waits: MeanTimes = field(default_factory=MeanTimes)
    clearings: int = 0
    _parts_cleared: WeakKeyDictionary[Namespace, int] = field(
        default_factory=WeakKeyDictionary
    )
    _has_cleared_parts: bool = False
    _clearing: Any = field(default_factory=new_lock)

    def __post_init__(self) -> None:
        if self.settings.per_session:
            sessions.SESSIONS.watch(self.store)

    def clearings_of(self, namespace: Namespace) -> int:
        """Counts how often what that namespace holds was cleared."""
        if not self._has_cleared_parts:
            return self.clearings
        return self.clearings + self._parts_cleared.get(namespace, 0)

    def clear(self) -> None:
        """
        Forgets the entries that the caller may see, and such results on their way.
        """
        namespace = sessions.visible(self.settings.per_session)
        with self._clearing:
            if namespace is None:
                self.clearings += 1
            else:
                made = self._parts_cleared.get(namespace, 0)
                self._parts_cleared[namespace] = made + 1
                self._has_cleared_parts = True
            self.store.clear(namespace)

    def put(
        self, namespace: Namespace, key: bytes, entry: Entry, clearing: int
    ) -> None:
        """Stores an entry, unless its namespace was cleared since it was begun."""
        # In one step: a clearing in between would leave what it was to forget.
        with self._clearing:
            if clearing == self.clearings_of(namespace):
                self.store.put(namespace, key, entry)
