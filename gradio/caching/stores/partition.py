"""The entries of one namespace, the least recently used first."""

from __future__ import annotations

from collections import OrderedDict
from itertools import islice

from gradio.caching.entry import Entry
from gradio.caching.namespace import Namespace
from gradio.caching.stores.base import Key
from gradio.caching.stores.packed_entry import KeptEntry, pack, unpack, used_of
from gradio.caching.stores.resting import Resting

# So many are not packed, as they may be asked for again at any time.
_MOST_RECENT = 2048
# So many come to rest together, which takes less time than one by one.
_AT_ONCE = 128


class Partition:
    """
    What one namespace holds: the most recently used entries, and all others, at rest.
    Not thread-safe; but a thread that forks, or a user's code that the collector runs,
    may come in between any two steps.
    """

    __slots__ = ("namespace", "recent", "resting", "size")

    def __init__(self, namespace: Namespace) -> None:
        self.namespace = namespace
        self.recent: OrderedDict[Key, Entry] = OrderedDict()
        self.resting: Resting | None = None
        self.size = 0

    def __len__(self) -> int:
        return len(self.recent) + (0 if self.resting is None else self.resting.count)

    def get(self, key: Key) -> KeptEntry | None:
        """Finds an entry, as it is kept."""
        found: KeptEntry | None = self.recent.get(key)
        if found is None and self.resting is not None:
            found = self.resting.get(key)
        return found

    def wake(self, key: Key) -> Entry | None:
        """Has an entry that is at rest be the most recently used one."""
        if self.resting is None or (found := self.resting.get(key)) is None:
            return None
        entry = unpack(key, found)
        if self.resting.pop(key) is None:
            return self.recent.get(key)
        self.recent[key] = entry
        if len(self.recent) > _MOST_RECENT:
            self._let_rest()
        return entry

    def add(self, key: Key, entry: Entry) -> KeptEntry | None:
        """
        Has an entry be the most recently used one, under a key of none of the recent;
        returns what it replaces.
        """
        self.recent[key] = entry
        old = None if self.resting is None else self.resting.pop(key)
        if len(self.recent) > _MOST_RECENT:
            self._let_rest()
        return old

    def pop(self, key: Key) -> KeptEntry | None:
        """Takes an entry out, as it was kept."""
        gone: KeptEntry | None = self.recent.pop(key, None)
        if self.resting is not None:
            gone = self.resting.pop(key) or gone
        return gone

    def pop_oldest(self) -> KeptEntry:
        """Takes the least recently used entry out, as it was kept."""
        gone = None if self.resting is None else self.resting.pop_oldest()
        return self.recent.popitem(last=False)[1] if gone is None else gone

    def _let_rest(self) -> None:
        """Packs the least recently used of the recent entries, if they can be."""
        keys = [*islice(self.recent, _AT_ONCE)]
        try:
            batch = {key: pack(self.recent, key) or self.recent[key] for key in keys}
        except KeyError:
            return
        # Else they were used by what came in between, and are left to the next time.
        if keys == [*islice(self.recent, _AT_ONCE)]:
            for key in keys:
                del self.recent[key]
            if self.resting is None:
                self.resting = Resting()
            self.resting.add(batch)


def oldest_use(partition: Partition) -> int:
    """Tells when the least recently used entry was used."""
    resting = partition.resting
    found = None if resting is None else resting.oldest()
    return used_of(found or next(iter(partition.recent.values())))
