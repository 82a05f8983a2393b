"""Which entries are too old, found without looking at all of them."""

from __future__ import annotations

import heapq
import itertools
from typing import TypeAlias
from weakref import ref

from gradio.caching import ages
from gradio.caching.entry import Entry
from gradio.caching.namespace import Namespace
from gradio.caching.stores.base import Key

# Weak: of an entry that was replaced or evicted, no more is left than this.
_Record: TypeAlias = "tuple[float, int, ref[Namespace], Key, ref[Entry]]"

_SLACK = 64


class ExpiryOrder:
    """
    The entries of a store that grow old, by their ends. A record outlives its entry
    until its time comes, or until there are too many such. Not thread-safe.
    """

    def __init__(self) -> None:
        self.records: list[_Record] = []
        self._limit = _SLACK
        self._numbers = itertools.count()

    def add(self, namespace: Namespace, key: Key, entry: Entry) -> None:
        """Notes an entry that was stored, if it grows old."""
        if entry.life is None:
            return
        if len(self.records) >= self._limit:
            self._forget_the_gone()
        place = ref(namespace), key, ref(entry)
        heapq.heappush(self.records, (entry.life.ends, next(self._numbers), *place))

    def pop(self) -> tuple[Namespace, Key, Entry] | None:
        """Returns one that is too old, if any; it may have left the store since."""
        while self.records and self.records[0][0] <= ages.clock():
            _, _, whose, key, which = heapq.heappop(self.records)
            namespace, entry = whose(), which()
            if namespace is not None and entry is not None:
                return namespace, key, entry
        return None

    def _forget_the_gone(self) -> None:
        self.records = [record for record in self.records if record[-1]() is not None]
        heapq.heapify(self.records)
        self._limit = 2 * len(self.records) + _SLACK
