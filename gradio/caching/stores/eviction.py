"""
Which namespace gives up an entry next, so that nobody's flood pushes out all others.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Hashable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Generic, TypeVar

Holder = TypeVar("Holder", bound=Hashable)
Holding = TypeVar("Holding")
Rank = tuple[float, ...]

_SLACK = 64


class EvictionOrder(Generic[Holder, Holding]):
    """
    A heap of ranks that may be out of date in one direction only: a recorded rank is
    never greater than the true one, because what lowers a rank is noted at once. So the
    first record that is still true is the true minimum. Thread-safe by the lock.
    """

    def __init__(
        self,
        holdings: Mapping[Holder, Holding],
        rank: Callable[[Holding], Rank],
        lock: AbstractContextManager[Any] | None = None,
    ) -> None:
        self._holdings = holdings
        self._rank = rank
        self._lock = lock or nullcontext()
        self._heap: list[tuple[Rank, int, Holder]] = []
        self._numbers = itertools.count()

    def note_growth(self, holder: Holder, /) -> None:
        """
        Must be called whenever the rank of a holding may have become smaller, as when
        it grew.
        """
        with self._lock:
            if holder not in self._holdings:
                return
            if len(self._holdings) == 1:
                self._heap.clear()
            elif not 0 < len(self._heap) <= 2 * len(self._holdings) + _SLACK:
                self._rebuild()
            else:
                heapq.heappush(self._heap, self._record(holder))

    def first(self) -> Holder:
        """Returns the holder of the smallest rank; there must be one."""
        with self._lock:
            if len(self._holdings) == 1:
                return next(iter(self._holdings))
            while True:
                recorded, _, holder = self._heap[0]
                holding = self._holdings.get(holder)
                if holding is None:
                    heapq.heappop(self._heap)
                elif self._rank(holding) == recorded:
                    return holder
                else:
                    heapq.heapreplace(self._heap, self._record(holder))

    def _record(self, holder: Holder) -> tuple[Rank, int, Holder]:
        return self._rank(self._holdings[holder]), next(self._numbers), holder

    def _rebuild(self) -> None:
        self._heap = [self._record(holder) for holder in self._holdings]
        heapq.heapify(self._heap)
