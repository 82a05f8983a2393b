"""The entries of a namespace that were not used for long, however many there are."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any, TypeAlias

from gradio.caching.stores.base import Key
from gradio.caching.stores.packed_entry import KeptEntry, used_of

Bucket: TypeAlias = dict[Key, KeptEntry]

# So few take a moment to split; and so many that what they are in lies close together.
_PER_BUCKET = 4096
_SLACK = 1024


class Resting:
    """
    Entries, found by key and by their use. A large dict would stand still when it
    grows, so they are in buckets, of which one at a time is split. Their order is that
    of the batches of keys in which they came; a key that has left and come again is in
    more than one, of which the last counts. Not thread-safe; but a thread that forks,
    or a user's code that the collector runs, may come in between any two steps.
    """

    __slots__ = (
        "_batches",
        "count",
        "_last_use",
        "_next",
        "_noted",
        "_swept",
        "_table",
    )

    def __init__(self) -> None:
        # What bits of a hash name a slot, the bucket of each slot, and how many buckets
        # there are, which the first slots name one each: changed in one step.
        self._table: tuple[int, list[Bucket], int] = 0, [{}], 1
        self.count = 0
        # The last use of an entry in it, then its keys.
        self._batches: deque[tuple[Any, ...]] = deque()
        # Of the first batch, which is no longer there: its keys, the first one last.
        self._last_use = 0
        self._next: list[Key] = []
        self._noted = self._swept = 0

    def __iter__(self) -> Iterator[Bucket]:
        _, slots, buckets = self._table
        return iter(slots[:buckets])

    def add(self, batch: dict[Key, KeptEntry]) -> None:
        """Adds entries in order of use, all used later than those that are here."""
        self._batches.append((used_of(batch[next(reversed(batch))]), *batch))
        self._noted += len(batch)
        mask, slots, buckets = self._table
        for key, entry in batch.items():
            slots[hash(key) & mask][key] = entry
        self.count += len(batch)
        if self.count > _PER_BUCKET * buckets:
            self._split()
        if self._noted > 2 * self.count + _SLACK:
            self._sweep()

    def get(self, key: Key) -> KeptEntry | None:
        """Finds an entry."""
        mask, slots, _ = self._table
        return slots[hash(key) & mask].get(key)

    def pop(self, key: Key) -> KeptEntry | None:
        """Takes an entry out."""
        mask, slots, _ = self._table
        gone = slots[hash(key) & mask].pop(key, None)
        if gone is not None:
            self.count -= 1
        return gone

    def oldest(self) -> KeptEntry | None:
        """Finds the least recently used entry."""
        while self._next or self._begin_batch():
            found = self.get(self._next[-1])
            if found is not None and used_of(found) <= self._last_use:
                return found
            self._next.pop()
        return None

    def pop_oldest(self) -> KeptEntry | None:
        """Takes the least recently used entry out."""
        while self._next or self._begin_batch():
            key = self._next.pop()
            mask, slots, _ = self._table
            bucket = slots[hash(key) & mask]
            found = bucket.pop(key, None)
            if found is not None and used_of(found) <= self._last_use:
                self.count -= 1
                return found
            if found is not None:  # It has come again.
                bucket[key] = found
        return None

    def _begin_batch(self) -> bool:
        """Makes the keys of the first batch the next ones, if there is one."""
        if not self._batches:
            return False
        batch = self._batches[0]
        last_use, *keys = batch
        if self._batches and self._batches[0] is batch:
            self._last_use, self._next = last_use, keys[::-1]
            self._batches.popleft()
            self._noted -= len(keys)
        return True

    def _split(self) -> None:
        """Splits the bucket whose turn it is, as linear hashing does."""
        before = self.count, self._noted
        mask, slots, new = self._table
        if new > mask:
            mask, slots = 2 * mask + 1, 2 * slots
        old = new & (mask >> 1)
        whole = slots[old].copy()
        moved = {k: entry for k, entry in whole.items() if hash(k) & mask == new}
        left = {k: entry for k, entry in whole.items() if k not in moved}
        slots = [*slots]
        slots[old], slots[new] = left, moved
        # If something came in between, it is left to the next batch.
        if before == (self.count, self._noted):
            self._table = mask, slots, new + 1

    def _sweep(self) -> None:
        """Forgets, of two batches, the keys that have left or come again."""
        for _ in range(min(2, len(self._batches))):
            place = self._swept % len(self._batches)
            last_use, *keys = batch = self._batches[place]
            left = [key for key in keys if self._is_in(key, last_use)]
            if place >= len(self._batches) or self._batches[place] is not batch:
                return
            self._noted -= len(keys) - len(left)
            self._swept = place + 1
            if left:
                self._batches[place] = last_use, *left
            else:
                del self._batches[place]
                self._swept = place

    def _is_in(self, key: Key, last_use: int) -> bool:
        found = self.get(key)
        return found is not None and used_of(found) <= last_use
