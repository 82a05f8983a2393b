"""
Which namespace gives up an entry next, so that nobody's flood pushes out all others.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Hashable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Generic, TypeVar

Owner = TypeVar("Owner", bound=Hashable)
Partition = TypeVar("Partition")
Rank = tuple[float, ...]

_SLACK = 64


class EvictionOrder(Generic[Owner, Partition]):
    """
    A heap of ranks that may be out of date in one direction only: a recorded rank is
    never greater than the true one, because what lowers a rank is noted at once. So the
    first record that is still true is the true minimum. Thread-safe by the lock.
    """

    def __init__(
        self,
        partitions: Mapping[Owner, Partition],
        rank: Callable[[Partition], Rank],
        lock: AbstractContextManager[Any] | None = None,
    ) -> None:
        self._partitions = partitions
        self._rank = rank
        self._lock = lock or nullcontext()
        self._heap: list[tuple[Rank, int, Owner]] = []
        self._numbers = itertools.count()

    def note_growth(self, owner: Owner, /) -> None:
        """
        Must be called whenever the rank of a partition may have become smaller, as when
        it grew.
        """
        if len(self._partitions) == 1 and not self._heap:
            return  # Nobody is to be compared; what comes next has all ranked anew.
        with self._lock:
            if owner not in self._partitions:
                return
            if len(self._partitions) == 1:
                self._heap.clear()
            elif not 0 < len(self._heap) <= 2 * len(self._partitions) + _SLACK:
                self._rebuild()
            else:
                heapq.heappush(self._heap, self._record(owner))

    def first(self) -> Owner:
        """Returns the owner of the smallest rank; there must be one."""
        with self._lock:
            if len(self._partitions) == 1:
                return next(iter(self._partitions))
            while True:
                recorded, _, owner = self._heap[0]
                partition = self._partitions.get(owner)
                if partition is None:
                    heapq.heappop(self._heap)
                elif self._rank(partition) == recorded:
                    return owner
                else:
                    heapq.heapreplace(self._heap, self._record(owner))

    def _record(self, owner: Owner) -> tuple[Rank, int, Owner]:
        return self._rank(self._partitions[owner]), next(self._numbers), owner

    def _rebuild(self) -> None:
        self._heap = [self._record(owner) for owner in self._partitions]
        heapq.heapify(self._heap)
