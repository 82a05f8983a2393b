"""Which entries in memory are of records that other processes may delete."""

from __future__ import annotations

from collections.abc import Collection, Generator, Hashable, Iterable
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

from gradio.caching.entry import Entry
from gradio.caching.forks import in_child, new_lock
from gradio.caching.keys import CacheKey


class Copies:
    """
    The keys of entries that are held by anybody, and of those that are being read.
    Thread-safe.
    """

    def __init__(self) -> None:
        self._entries: WeakKeyDictionary[Entry, CacheKey] = WeakKeyDictionary()
        self._read: list[CacheKey] = []
        self._lock = new_lock()
        in_child(self._forget)

    def add(self, key: CacheKey, entry: Entry) -> None:
        """Notes of which record an entry is a copy, or is to become one."""
        if key.lasting is not None:
            with self._lock:
                self._entries[entry] = key

    @contextmanager
    def reading(self, key: CacheKey) -> Generator[None, None, None]:
        """Surrounds what looks for a record, and makes an entry of it."""
        with self._lock:
            self._read.append(key)
        try:
            yield
        finally:
            with self._lock:
                if key in self._read:
                    self._read.remove(key)

    def of(
        self, records: Collection[bytes], under_way: Iterable[Hashable] = ()
    ) -> set[CacheKey]:
        """Finds the keys of records, among those that are under way too."""
        with self._lock:
            keys: list[Any] = [*self._entries.values(), *self._read, *under_way]
        return {key for key in keys if key.lasting and key.lasting.digest in records}

    def _forget(self) -> None:
        """In a forked child nobody reads, but who forked."""
        self._read = []
