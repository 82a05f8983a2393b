"""The store in this process's memory."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import TypeAlias

from gradio.caching.entry import MISS, Entry, Miss
from gradio.caching.forks import in_child, new_lock
from gradio.caching.namespace import Namespace
from gradio.caching.stores.base import Key
from gradio.caching.stores.contents import Contents, parts_of, recount, unpacked
from gradio.caching.stores.eviction import EvictionOrder, Rank
from gradio.caching.stores.expiry import ExpiryOrder
from gradio.caching.stores.heap import FreedMemory, give_back, let_go
from gradio.caching.stores.packed_entry import KeptEntry, held_of
from gradio.caching.stores.partition import Partition, oldest_use

Dropped: TypeAlias = "tuple[Namespace, Entry]"
_Gone: TypeAlias = "list[tuple[Namespace, KeptEntry]]"

# So many that are too old leave with each that comes.
_EXPIRED_AT_ONCE = 8


class MemoryStore:
    """
    Entries in memory, thread-safe. Over a limit, what is too old goes first; then, of
    the namespaces whose session has the least of a client, the one that holds the
    greatest part gives up its least recently used entry; with one namespace that is
    plain LRU.
    """

    def __init__(self, max_size: int = 0, max_memory: int | None = None) -> None:
        self.on_drop: Callable[[list[Dropped]], None] | None = None
        self.evictions = 0
        self._max_size = max_size
        self._max_memory = max_memory
        self._count = 0
        self._size = 0
        self._freed = None if max_memory is None else FreedMemory(max_memory)
        self._partitions: dict[Namespace, Partition] = {}
        self._uses = itertools.count()
        self._lock = new_lock()
        self.contents = Contents(self._partitions, self._lock)
        self._rank = _ranking(max_size, max_memory)
        self._order = EvictionOrder(self._partitions, self._rank, self._lock)
        self._expiry = ExpiryOrder()
        in_child(self._recount)

    def get(self, namespace: Namespace, key: Key) -> Entry | Miss:
        # A quarter of a hit's time could go into a `with`.
        self._lock.acquire()
        try:
            partition = self._partitions.get(namespace)
            if partition is None:
                return MISS
            found = partition.recent.get(key)
            if found is None and (found := partition.wake(key)) is None:
                return MISS
            if found.life is None or not found.life.is_over:
                found.used = next(self._uses)
                partition.recent.move_to_end(key)
                return found
            dropped = self._remove(namespace, key)
        finally:
            self._lock.release()
        self._tell(dropped)
        return MISS

    def put(self, namespace: Namespace, key: Key, entry: Entry) -> bool:
        with self._lock:
            # Of earlier evictions: what is dropped now is not free yet.
            is_due = self._freed is not None and self._freed.is_due()
            kept = not namespace.ended and self._fits(entry)
            if kept:
                dropped = self._add(namespace, key, entry)
            else:
                dropped = self._remove(namespace, key)
            if self._expiry.records:
                dropped += self._expire(_EXPIRED_AT_ONCE)
            if self._over_limit():
                dropped += self._evict()
        if dropped:
            self._tell(dropped)
        if is_due:
            give_back()
        return kept

    def entries(self, namespace: Namespace | None = None) -> list[Entry]:
        with self._lock:
            dropped = self._expire()
            held = self.contents.partitions(namespace)
            found = [entry for partition in held for entry in unpacked(partition)]
        self._tell(dropped)
        return found

    def clear(self, namespace: Namespace | None = None, key: Key | None = None) -> int:
        if namespace is not None and key is not None:
            return self._delete(namespace, key)
        with self._lock:
            dropped = self._expire()
            names = list(self._partitions) if namespace is None else [namespace]
            found = [self._partitions.pop(n) for n in names if n in self._partitions]
            count = sum(map(len, found))
            self._count -= count
            self._size -= sum(partition.size for partition in found)
        parts = [(p.namespace, part) for p in found for part in parts_of(p)]
        if self.on_drop is not None:
            dropped += [(n, e) for n, part in parts for e in part.values()]
        self._tell(dropped)
        let_go([part for _, part in parts])
        return count

    def count(self, namespace: Namespace | None = None) -> int:
        with self._lock:
            dropped = self._expire()
            count = sum(map(len, self.contents.partitions(namespace)))
        self._tell(dropped)
        return count

    def _tell(self, dropped: _Gone) -> None:
        # They are let go after the lock: freeing a value may run its owner's code.
        if dropped and self.on_drop is not None:
            # What is packed is known to nobody.
            self.on_drop([(n, e) for n, e in dropped if isinstance(e, Entry)])

    def _delete(self, namespace: Namespace, key: Key) -> int:
        with self._lock:
            dropped = self._expire(_EXPIRED_AT_ONCE)
            found = self._remove(namespace, key)
        self._tell(dropped + found)
        return len(found) - sum(isinstance(e, Entry) and e.is_over for _, e in found)

    def _fits(self, entry: Entry) -> bool:
        if entry.life is not None and entry.is_over:
            return False
        return self._max_memory is None or entry.size <= self._max_memory

    def _add(self, namespace: Namespace, key: Key, entry: Entry) -> _Gone:
        partition = self._partitions.get(namespace)
        if partition is None:
            partition = self._partitions[namespace] = Partition(namespace)
            namespace.rank_in(self._order)
        entry.used = next(self._uses)
        old: KeptEntry | None = partition.recent.get(key)
        if old is None:
            old = partition.add(key, entry)
        else:
            partition.recent.move_to_end(key)
            partition.recent[key] = entry
        grown = entry.size if old is None else entry.size - self._note_freed(old)
        entry.held = entry.size
        partition.size += grown
        self._size += grown
        self._count += old is None
        if old is None or grown > 0:  # else its rank can only have become greater
            self._order.note_growth(namespace)
        if entry.life is not None:
            self._expiry.add(namespace, key, entry)
        return [] if old is None else [(namespace, old)]

    def _remove(self, namespace: Namespace, key: Key) -> _Gone:
        partition = self._partitions.get(namespace)
        gone = None if partition is None else partition.pop(key)
        if partition is None or gone is None:
            return []
        self._note_removed(partition, gone)
        return [(namespace, gone)]

    def _note_removed(self, partition: Partition, gone: KeptEntry) -> None:
        size = self._note_freed(gone)
        partition.size -= size
        self._size -= size
        self._count -= 1
        if not (partition.recent or len(partition)):
            del self._partitions[partition.namespace]

    def _note_freed(self, gone: KeptEntry) -> int:
        size = gone.held if isinstance(gone, Entry) else held_of(gone)
        if self._freed is not None:
            self._freed.add(size)
        return size

    def _evict(self) -> _Gone:
        dropped: _Gone = []
        while self._over_limit():
            if expired := self._expire(1):
                dropped += expired
                continue
            partition = self._partitions[self._order.first()]
            gone = partition.pop_oldest()
            self._note_removed(partition, gone)
            dropped.append((partition.namespace, gone))
            self.evictions += 1
        return dropped

    def _expire(self, most: float = math.inf) -> _Gone:
        """Drops what is too old, at most so much."""
        dropped: _Gone = []
        while len(dropped) < most and (found := self._expiry.pop()):
            namespace, key, entry = found
            partition = self._partitions.get(namespace)
            if partition is not None and partition.get(key) is entry:
                dropped += self._remove(namespace, key)
        return dropped

    def _over_limit(self) -> bool:
        too_many = 0 < self._max_size < self._count
        return too_many or (
            self._max_memory is not None and self._size > self._max_memory
        )

    def _recount(self) -> None:
        """In a forked child, where a change of another thread may be half done."""
        for namespace, partition in list(self._partitions.items()):
            recount(partition)
            if not partition:
                del self._partitions[namespace]
        self._count = sum(map(len, self._partitions.values()))
        self._size = sum(partition.size for partition in self._partitions.values())
        self._order = EvictionOrder(self._partitions, self._rank, self._lock)
        for namespace in self._partitions:
            namespace.rank_in(self._order)
            self._order.note_growth(namespace)


def _ranking(max_size: int, max_memory: int | None) -> Callable[[Partition], Rank]:
    """Makes what ranks partitions; it does not hold the store, which holds it."""

    def rank(partition: Partition) -> Rank:
        entries = len(partition) / max_size if max_size else 0.0
        memory = partition.size / max_memory if max_memory else 0.0
        return (
            partition.namespace.liveness,
            -max(entries, memory),
            oldest_use(partition),
        )

    return rank
