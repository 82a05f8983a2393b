"""The store in this process's memory."""

from __future__ import annotations

import itertools
import math
from collections import OrderedDict
from collections.abc import Callable
from typing import TypeAlias

from gradio.caching.entry import MISS, Entry, Miss
from gradio.caching.forks import in_child, new_lock
from gradio.caching.namespace import Namespace
from gradio.caching.stores.base import Key
from gradio.caching.stores.eviction import EvictionOrder, Rank
from gradio.caching.stores.expiry import ExpiryOrder
from gradio.caching.stores.heap import FreedMemory, give_back, let_go

Dropped: TypeAlias = "tuple[Namespace, Entry]"

# So many that are too old leave with each that comes.
_EXPIRED_AT_ONCE = 8


class _Partition:
    """One namespace's entries, the least recently used first."""

    __slots__ = ("entries", "namespace", "size")

    def __init__(self, namespace: Namespace) -> None:
        self.namespace = namespace
        self.entries: OrderedDict[Key, Entry] = OrderedDict()
        self.size = 0

    @property
    def oldest_use(self) -> int:
        return next(iter(self.entries.values())).used


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
        self._partitions: dict[Namespace, _Partition] = {}
        self._uses = itertools.count()
        self._lock = new_lock()
        self._order = EvictionOrder(self._partitions, self._rank, self._lock)
        self._expiry = ExpiryOrder()
        in_child(self._recount)

    def get(self, namespace: Namespace, key: Key) -> Entry | Miss:
        # A quarter of a hit's time could go into a `with`.
        self._lock.acquire()
        try:
            partition = self._partitions.get(namespace)
            found = None if partition is None else partition.entries.get(key)
            if partition is None or found is None:
                return MISS
            if found.life is None or not found.life.is_over:
                found.used = next(self._uses)
                partition.entries.move_to_end(key)
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
            held = self._held(namespace)
            found = [entry for part in held for entry in part.entries.values()]
        self._tell(dropped)
        return found

    def clear(self, namespace: Namespace | None = None, key: Key | None = None) -> int:
        if namespace is not None and key is not None:
            return self._delete(namespace, key)
        with self._lock:
            dropped = self._expire()
            names = list(self._partitions) if namespace is None else [namespace]
            found = [self._partitions.pop(n) for n in names if n in self._partitions]
            count = sum(len(partition.entries) for partition in found)
            self._count -= count
            self._size -= sum(partition.size for partition in found)
        if self.on_drop is not None:
            dropped += [(p.namespace, e) for p in found for e in p.entries.values()]
        self._tell(dropped)
        let_go([partition.entries for partition in found])
        return count

    def count(self, namespace: Namespace | None = None) -> int:
        with self._lock:
            dropped = self._expire()
            count = sum(len(partition.entries) for partition in self._held(namespace))
        self._tell(dropped)
        return count

    def _tell(self, dropped: list[Dropped]) -> None:
        # They are let go after the lock: freeing a value may run its owner's code.
        if dropped and self.on_drop is not None:
            self.on_drop(dropped)

    def _delete(self, namespace: Namespace, key: Key) -> int:
        with self._lock:
            dropped = self._expire(_EXPIRED_AT_ONCE)
            found = self._remove(namespace, key)
        self._tell(dropped + found)
        return sum(entry.life is None or not entry.life.is_over for _, entry in found)

    def _held(self, namespace: Namespace | None) -> list[_Partition]:
        if namespace is None:
            return list(self._partitions.values())
        return [self._partitions[namespace]] if namespace in self._partitions else []

    def _fits(self, entry: Entry) -> bool:
        if entry.life is not None and entry.life.is_over:
            return False
        return self._max_memory is None or entry.size <= self._max_memory

    def _add(self, namespace: Namespace, key: Key, entry: Entry) -> list[Dropped]:
        partition = self._partitions.get(namespace)
        if partition is None:
            partition = self._partitions[namespace] = _Partition(namespace)
            namespace.rank_in(self._order)
        dropped, grown = [], entry.size
        old = partition.entries.get(key)
        if old is None:
            self._count += 1
        else:
            dropped.append((namespace, old))
            self._note_freed(old)
            grown -= old.held
            partition.entries.move_to_end(key)
        partition.entries[key] = entry
        entry.held, entry.used = entry.size, next(self._uses)
        partition.size += grown
        self._size += grown
        if old is None or grown > 0:  # else its rank can only have become greater
            self._order.note_growth(namespace)
        if entry.life is not None:
            self._expiry.add(namespace, key, entry)
        return dropped

    def _remove(self, namespace: Namespace, key: Key) -> list[Dropped]:
        partition = self._partitions.get(namespace)
        if partition is None or key not in partition.entries:
            return []
        gone = partition.entries.pop(key)
        self._note_freed(gone)
        partition.size -= gone.held
        self._size -= gone.held
        self._count -= 1
        if not partition.entries:
            del self._partitions[namespace]
        return [(namespace, gone)]

    def _note_freed(self, gone: Entry) -> None:
        if self._freed is not None:
            self._freed.add(gone.held)

    def _evict(self) -> list[Dropped]:
        dropped: list[Dropped] = []
        while self._over_limit():
            if expired := self._expire(1):
                dropped += expired
                continue
            namespace = self._order.first()
            oldest = next(iter(self._partitions[namespace].entries))
            dropped += self._remove(namespace, oldest)
            self.evictions += 1
        return dropped

    def _expire(self, most: float = math.inf) -> list[Dropped]:
        """Drops what is too old, at most so much."""
        dropped: list[Dropped] = []
        while len(dropped) < most and (found := self._expiry.pop()):
            namespace, key, entry = found
            partition = self._partitions.get(namespace)
            if partition is not None and partition.entries.get(key) is entry:
                dropped += self._remove(namespace, key)
        return dropped

    def _over_limit(self) -> bool:
        too_many = 0 < self._max_size < self._count
        return too_many or (
            self._max_memory is not None and self._size > self._max_memory
        )

    def _rank(self, partition: _Partition) -> Rank:
        entries = len(partition.entries) / self._max_size if self._max_size else 0.0
        memory = partition.size / self._max_memory if self._max_memory else 0.0
        return partition.namespace.liveness, -max(entries, memory), partition.oldest_use

    def _recount(self) -> None:
        """In a forked child, where a change of another thread may be half done."""
        for namespace, partition in list(self._partitions.items()):
            partition.size = sum(entry.held for entry in partition.entries.values())
            if not partition.entries:
                del self._partitions[namespace]
        self._count = sum(
            len(partition.entries) for partition in self._partitions.values()
        )
        self._size = sum(partition.size for partition in self._partitions.values())
        self._order = EvictionOrder(self._partitions, self._rank, self._lock)
        for namespace in self._partitions:
            namespace.rank_in(self._order)
            self._order.note_growth(namespace)
