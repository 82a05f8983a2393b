"""Finds the longest of many keys that a spelling starts with, however nested."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from typing import TypeAlias

from gradio.caching.entry import MISS, Entry, Miss
from gradio.caching.prefix.encoding import END

Spelled: TypeAlias = "tuple[bytes, Entry]"

KEY_BYTES = 720
"""What an index holds of a key besides its spelling, which it holds twice."""


def index_bytes(spelling: bytes) -> int:
    """Measures what an entry takes in an index, in bytes."""
    return KEY_BYTES + 2 * len(spelling)


class _Key:
    """A key among those of one namespace."""

    __slots__ = ("around", "entries", "spelling", "within")

    def __init__(self, spelling: bytes, around: _Key | None = None) -> None:
        self.spelling = spelling
        self.around = around
        self.within: set[_Key] = set()
        self.entries: dict[Entry, None] = {}


class PrefixIndex:
    """
    The entries of one namespace by the spelling of their label. A lookup is one binary
    search, however the keys are nested. Not thread-safe.
    """

    def __init__(self) -> None:
        self.complete = False
        self._known: dict[bytes, _Key] = {}
        self._arrange()

    def __len__(self) -> int:
        return len(self._known)

    def find(self, spelling: bytes) -> Entry | Miss:
        """
        Finds the entry with the longest key that the text or tokens start with; of
        several the latest.
        """
        return next(reversed(self._longest(spelling).entries), MISS)

    def fill(self, entries: Iterable[Spelled]) -> None:
        """Lets entries be found as well from now on, each with its label's spelling."""
        for spelling, entry in entries:
            key = self._known.setdefault(spelling, _Key(spelling))
            key.entries[entry] = None
        self._arrange()
        self.complete = True

    def add(self, spelling: bytes, entry: Entry) -> None:
        """
        Lets an entry be found from now on by its label's spelling, if it is not yet.
        """
        key = self._known.get(spelling) or self._insert(spelling)
        key.entries[entry] = None

    def drop(self, spelling: bytes, entry: Entry) -> None:
        """Lets an entry not be found any more by its label's spelling, if it was."""
        key = self._known.get(spelling)
        if key is not None:
            key.entries.pop(entry, None)
            if not key.entries:
                self._remove(key)

    def _arrange(self) -> None:
        # What starts with a key lies side by side in the order of spellings, so the
        # longest key that a spelling starts with changes at keys and at their ends
        # alone: these are the points, each with the key that begins or ends there.
        self._points: list[bytes] = []
        self._keys: list[_Key] = []
        around = self._begin(_Key(b""))
        for spelling in sorted(self._known):
            key = self._known[spelling]
            while not spelling.startswith(around.spelling):
                around = self._end(around)
            key.around, key.within = around, set()
            around.within.add(key)
            around = self._begin(key)
        while around.around is not None:
            around = self._end(around)

    def _begin(self, key: _Key) -> _Key:
        self._points.append(key.spelling)
        self._keys.append(key)
        return key

    def _end(self, key: _Key) -> _Key:
        self._points.append(key.spelling + END)
        self._keys.append(key)
        return key.around or key

    def _longest(self, spelling: bytes) -> _Key:
        place = bisect_right(self._points, spelling) - 1
        key = self._keys[place]
        begins = key.around is None or self._points[place] is key.spelling
        return key if begins else key.around

    def _interval(self, spelling: bytes) -> tuple[int, int]:
        points = self._points
        return bisect_left(points, spelling), bisect_left(points, spelling + END)

    def _insert(self, spelling: bytes) -> _Key:
        around = self._longest(spelling)
        key = self._known[spelling] = _Key(spelling, around)
        first, last = self._interval(spelling)
        inside = {k for k in self._keys[first:last] if k.around is around}
        for place, point in (last, spelling + END), (first, spelling):
            self._points.insert(place, point)
            self._keys.insert(place, key)
        _move(inside, around, key)
        around.within.add(key)
        return key

    def _remove(self, key: _Key) -> None:
        del self._known[key.spelling]
        for place in reversed(self._interval(key.spelling)):
            del self._points[place], self._keys[place]
        if key.around is not None:
            key.around.within.remove(key)
            _move(key.within, key, key.around)


def _move(keys: set[_Key], old: _Key, new: _Key) -> None:
    for key in keys:
        key.around = new
    new.within |= keys
    old.within -= keys
