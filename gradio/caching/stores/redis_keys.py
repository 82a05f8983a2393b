"""How the keys of a store on a server are named."""

from __future__ import annotations

import re

from gradio.caching.stores.backing import Place

LAYOUT = "v1"
_SHELF = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,119}", re.ASCII)
_PART = re.compile(r"[a-z]{1,8}(:[A-Za-z0-9_-]{1,80})?", re.ASCII)


class RedisKeys:
    """
    The keys behind one prefix. Those of a shelf are in one hash slot, by what stands in
    braces. All raise ValueError for what is no name.
    """

    def __init__(self, prefix: str) -> None:
        self._front = f"{prefix or 'gradio'}:{LAYOUT}:"

    def shelf(self, shelf: str) -> str:
        """Names the hash of a shelf: generation, incarnation and fences."""
        return self._named(shelf, "g")

    def deletions(self, shelf: str) -> str:
        """Names the sorted set of what was deleted, by when."""
        return self._named(shelf, "d")

    def record(self, place: Place) -> str:
        """Names the hash of a record: its parts."""
        return self._named(place.shelf, f"e:{_hex(place)}")

    def lease(self, place: Place) -> str:
        """Names what says who computes a record."""
        return self._named(place.shelf, f"l:{_hex(place)}")

    def of(self, place: Place) -> tuple[str, str, str]:
        """Names what concerns a record: its shelf, itself and its lease."""
        return self.shelf(place.shelf), self.record(place), self.lease(place)

    def _named(self, shelf: str, rest: str) -> str:
        if not _SHELF.fullmatch(shelf):
            raise ValueError(f"{shelf!r} is not the name of a shelf")
        return f"{self._front}{{{shelf}}}:{rest}"


def part(name: str) -> str:
    """Returns the name of a part. Raises ValueError for what is none."""
    if not _PART.fullmatch(name):
        raise ValueError(f"{name!r} names no part of a record")
    return name


def _hex(place: Place) -> str:
    if not 8 <= len(place.key) <= 64:
        raise ValueError(f"{place.key!r} is not the key of a record")
    return place.key.hex()
