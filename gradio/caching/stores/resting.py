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
        # What bits of a hash name a bucket, and the buckets: changed in one step.
        self._table: tuple[int, list[Bucket]] = 0, [{}]
        self.count = 0
        # The last use of an entry in it, then its keys.
        self._batches: deque[tuple[Any, ...]] = deque()
        # Of the first batch, which is no longer there: its keys, the first one last.
        self._last_use = 0
        self._next: list[Key] = []
        self._noted = self._swept = 0

    def __iter__(self) -> Iterator[Bucket]:
        return iter(self._table[1])

    def add(self, batch: dict[Key, KeptEntry]) -> None:
        """Adds entries in order of use, all used later than those that are here."""
        self._batches.append((used_of(batch[next(reversed(batch))]), *batch))
        self._noted += len(batch)
        mask, buckets = self._table
        for key, entry in batch.items():
            number = hash(key) & mask
            if number >= len(buckets):
                number &= mask >> 1
            buckets[number][key] = entry
        self.count += len(batch)
        if self.count > _PER_BUCKET * len(buckets):
            self._split()
        if self._noted > 2 * self.count + _SLACK:
            self._sweep()

    def get(self, key: Key) -> KeptEntry | None:
        """Finds an entry."""
        return self._bucket_of(key).get(key)

    def pop(self, key: Key) -> KeptEntry | None:
        """Takes an entry out."""
        gone = self._bucket_of(key).pop(key, None)
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
            bucket = self._bucket_of(key)
            found = bucket.pop(key, None)
            if found is not None and used_of(found) <= self._last_use:
                self.count -= 1
                return found
            if found is not None:  # It has come again.
                bucket[key] = found
        return None

    def _bucket_of(self, key: Key) -> Bucket:
        mask, buckets = self._table
        number = hash(key) & mask
        return buckets[number if number < len(buckets) else number & (mask >> 1)]

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
        new = len(self._table[1])
        mask = (1 << new.bit_length()) - 1
        old = new & (mask >> 1)
        whole = self._table[1][old].copy()
        moved = {k: entry for k, entry in whole.items() if hash(k) & mask == new}
        buckets = [*self._table[1], moved]
        buckets[old] = {k: entry for k, entry in whole.items() if k not in moved}
        # If something came in between, it is left to the next batch.
        if before == (self.count, self._noted):
            self._table = mask, buckets

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
