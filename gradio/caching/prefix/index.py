"""The longest stored key that a text, or a sequence of tokens, starts with."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from gradio.caching.entry import MISS, Entry, Miss
from gradio.caching.forks import in_child, new_lock
from gradio.caching.namespace import Namespace
from gradio.caching.prefix.encoding import prefix_bytes
from gradio.caching.prefix.intervals import Encoded, PrefixIndex, index_bytes
from gradio.caching.stores.base import Key
from gradio.caching.stores.memory import Dropped, MemoryStore


class PrefixIndexes:
    """
    The prefix indexes of a store's namespaces. Each is made when it is first asked, so
    that those who never ask don't pay. Thread-safe.
    """

    def __init__(self, store: MemoryStore, memory_key_of: Callable[[Any], Key]) -> None:
        self._store = store
        self._memory_key_of = memory_key_of
        self._indexes: WeakKeyDictionary[Namespace, PrefixIndex] = WeakKeyDictionary()
        # Re-entrant for the same reason as the store's. A change that comes in the
        # middle of another one waits for its turn.
        self._lock = new_lock()
        # Held while an entry gets its size and its place: an index may be made at once.
        self._sizes = new_lock()
        self._were_asked = False
        self._changes: deque[Callable[[], None]] = deque()
        in_child(self._forget)

    def find(self, namespace: Namespace, encoded: bytes) -> Entry | Miss:
        """
        Finds the entry with the longest key that the text or tokens start with, or
        MISS; it does not count as a use.
        """
        if namespace.ended:
            return MISS
        index = self._indexes.get(namespace)
        if index is None or not index.complete:
            index = self._filled(namespace)
        with self._lock:
            found = MISS if self._changes else index.find(encoded)
        if found is MISS or found.life is None or not found.life.is_over:
            return found
        return self._younger(namespace, encoded)

    def _younger(self, namespace: Namespace, encoded: bytes) -> Entry | Miss:
        """Looks again once what is too old has left the store and the index."""
        self._store.count(namespace)
        index = self._indexes.get(namespace)
        with self._lock:
            found = MISS if index is None or self._changes else index.find(encoded)
        if found is MISS or found.life is None or not found.life.is_over:
            return found
        return MISS

    def put(self, namespace: Namespace, place: Key, entry: Entry) -> None:
        """Stores an entry, which counts with what it takes in the index if any."""
        if not self._were_asked:
            self._store.put(namespace, place, entry)
            # If it still is so, an index that is made later lists the entry.
            if self._were_asked:
                self.add(namespace, place, entry)
            return
        with self._sizes:
            index = self._indexes.get(namespace)
            encoded = None if index is None else prefix_bytes(entry.label)
            if encoded is not None:
                entry.size += index_bytes(encoded)
            kept = self._store.put(namespace, place, entry)
        if kept:
            self.add(namespace, place, entry)

    def add(self, namespace: Namespace, place: Key, entry: Entry) -> None:
        """Lets an entry that was put into the store be found."""
        index = self._indexes.get(namespace)
        encoded = None if index is None else prefix_bytes(entry.label)
        if index is None or encoded is None:
            return
        self._change(partial(index.add, encoded, entry))
        # If it was dropped before it was added, the index was told too early.
        if self._store.get(namespace, place) is not entry:
            self._change(partial(index.drop, encoded, entry))

    def drop(self, dropped: list[Dropped]) -> None:
        """
        Takes entries that have left the store out of the indexes of their namespaces.
        """
        entries: dict[Namespace, list[Entry]] = {}
        for namespace, entry in dropped:
            if namespace in self._indexes:
                entries.setdefault(namespace, []).append(entry)
        for namespace, gone in entries.items():
            self._drop(namespace, gone)

    def _drop(self, namespace: Namespace, entries: list[Entry]) -> None:
        index = self._indexes.get(namespace)
        if index is None:
            return
        if 1 < len(entries) >= len(index):
            self._indexes.pop(namespace, None)  # made anew when it is asked again
            return
        for encoded, entry in _encoded(entries):
            self._change(partial(index.drop, encoded, entry))

    def _filled(self, namespace: Namespace) -> PrefixIndex:
        # It has to be told of changes from before the entries are listed.
        with self._sizes:
            self._were_asked = True
            if namespace not in self._indexes:
                self._grow(namespace)
            with self._lock:
                index = self._indexes.setdefault(namespace, PrefixIndex())
        self._store.on_drop = self.drop
        entries = self._store.entries(namespace)
        self._change(partial(index.fill, _encoded(entries)))
        gone = set(entries).difference(self._store.entries(namespace))
        for encoded, entry in _encoded(gone):
            self._change(partial(index.drop, encoded, entry))
        return index

    def _grow(self, namespace: Namespace) -> None:
        """Lets entries of no index yet count with what they will take in it."""
        for encoded, entry in _encoded(self._store.entries(namespace)):
            place = self._memory_key_of(entry.label)
            if self._store.get(namespace, place) is entry:
                entry.size += index_bytes(encoded)
                self._store.put(namespace, place, entry)

    def _change(self, change: Callable[[], None]) -> None:
        with self._lock:
            self._changes.append(change)
            if len(self._changes) > 1:
                return
            while self._changes:
                try:
                    self._changes[0]()
                finally:
                    self._changes.popleft()

    def _forget(self) -> None:
        """In a forked child a change may be half done: all are made anew when asked."""
        self._changes.clear()
        self._indexes = WeakKeyDictionary()


def _encoded(entries: Iterable[Entry]) -> list[Encoded]:
    encodings = [(prefix_bytes(entry.label), entry) for entry in entries]
    return [(encoded, entry) for encoded, entry in encodings if encoded is not None]
