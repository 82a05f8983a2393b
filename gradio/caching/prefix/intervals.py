"""Finds the longest of many keys that an encoded text starts with, however nested."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from typing import TypeAlias

from gradio.caching.entry import MISS, Entry, Miss
from gradio.caching.prefix.encoding import END

Encoded: TypeAlias = "tuple[bytes, Entry]"

KEY_BYTES = 720
"""What an index holds of a key besides its encoding, which it holds twice."""


def index_bytes(encoded: bytes) -> int:
    """Measures what an entry takes in an index, in bytes."""
    return KEY_BYTES + 2 * len(encoded)


class _Key:
    """A key among those of one namespace."""

    __slots__ = ("parent", "entries", "encoded", "children")

    def __init__(self, encoded: bytes, parent: _Key | None = None) -> None:
        self.encoded = encoded
        self.parent = parent
        self.children: set[_Key] = set()
        self.entries: dict[Entry, None] = {}


class PrefixIndex:
    """
    The entries of one namespace by the encoding of their label. A lookup is one binary
    search, however the keys are nested. Not thread-safe.
    """

    def __init__(self) -> None:
        self.complete = False
        self._known: dict[bytes, _Key] = {}
        self._arrange()

    def __len__(self) -> int:
        return len(self._known)

    def find(self, encoded: bytes) -> Entry | Miss:
        """
        Finds the entry with the longest key that the text or tokens start with; of
        several the latest.
        """
        return next(reversed(self._longest(encoded).entries), MISS)

    def fill(self, entries: Iterable[Encoded]) -> None:
        """Lets entries be found as well from now on, each with its label's encoding."""
        for encoded, entry in entries:
            key = self._known.setdefault(encoded, _Key(encoded))
            key.entries[entry] = None
        self._arrange()
        self.complete = True

    def add(self, encoded: bytes, entry: Entry) -> None:
        """
        Lets an entry be found from now on by its label's encoding, if it is not yet.
        """
        key = self._known.get(encoded) or self._insert(encoded)
        key.entries[entry] = None

    def drop(self, encoded: bytes, entry: Entry) -> None:
        """Lets an entry not be found any more by its label's encoding, if it was."""
        key = self._known.get(encoded)
        if key is not None:
            key.entries.pop(entry, None)
            if not key.entries:
                self._remove(key)

    def _arrange(self) -> None:
        # What starts with a key lies side by side in the order of encodings, so the
        # longest key that an encoded text starts with changes at keys and at their ends
        # alone: these are the bounds, each with the key that begins or ends there.
        self._bounds: list[bytes] = []
        self._keys: list[_Key] = []
        parent = self._begin(_Key(b""))
        for encoded in sorted(self._known):
            key = self._known[encoded]
            while not encoded.startswith(parent.encoded):
                parent = self._end(parent)
            key.parent, key.children = parent, set()
            parent.children.add(key)
            parent = self._begin(key)
        while parent.parent is not None:
            parent = self._end(parent)

    def _begin(self, key: _Key) -> _Key:
        self._bounds.append(key.encoded)
        self._keys.append(key)
        return key

    def _end(self, key: _Key) -> _Key:
        self._bounds.append(key.encoded + END)
        self._keys.append(key)
        return key.parent or key

    def _longest(self, encoded: bytes) -> _Key:
        place = bisect_right(self._bounds, encoded) - 1
        key = self._keys[place]
        begins = key.parent is None or self._bounds[place] is key.encoded
        return key if begins else key.parent

    def _interval(self, encoded: bytes) -> tuple[int, int]:
        bounds = self._bounds
        return bisect_left(bounds, encoded), bisect_left(bounds, encoded + END)

    def _insert(self, encoded: bytes) -> _Key:
        parent = self._longest(encoded)
        key = self._known[encoded] = _Key(encoded, parent)
        first, last = self._interval(encoded)
        inside = {k for k in self._keys[first:last] if k.parent is parent}
        for place, bound in (last, encoded + END), (first, encoded):
            self._bounds.insert(place, bound)
            self._keys.insert(place, key)
        _move(inside, parent, key)
        parent.children.add(key)
        return key

    def _remove(self, key: _Key) -> None:
        del self._known[key.encoded]
        for place in reversed(self._interval(key.encoded)):
            del self._bounds[place], self._keys[place]
        if key.parent is not None:
            key.parent.children.remove(key)
            _move(key.children, key, key.parent)


def _move(keys: set[_Key], old: _Key, new: _Key) -> None:
    for key in keys:
        key.parent = new
    new.children |= keys
    old.children -= keys
