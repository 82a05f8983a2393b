"""The generations of shelves on disk: a file in each that was ever cleared."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Mapping, Sequence

from gradio.caching.stores import disk_files
from gradio.caching.stores.backing import Deletions, Place
from gradio.caching.stores.disk_deletions import DiskDeletions

FIRST = "0"
FILE = ".generation"
_LONGEST = 64


class DiskGenerations:
    """
    Which folder of a shelf counts. Another one counts after a clearing, so that what
    was begun before it is written where nobody looks. Thread-safe, over processes too.
    """

    def __init__(self, root: str) -> None:
        self._root = root
        self._known: dict[str, str] = {}
        self.deletions = DiskDeletions(root)

    def current(self, shelves: Sequence[str]) -> list[str]:
        for shelf in shelves:
            with contextlib.suppress(OSError):
                self._known[shelf] = self.of(shelf)
        return [self._known.get(shelf, FIRST) for shelf in shelves]

    def deleted(self, since: Mapping[str, str]) -> dict[str, Deletions]:
        found: dict[str, Deletions] = {}
        for shelf, mark in since.items():
            with contextlib.suppress(OSError):
                found[shelf] = self.deletions.since(shelf, mark)
        return found

    def note(self, place: Place) -> None:
        self.deletions.add(place, is_deleted=False)

    def of(self, shelf: str) -> str:
        """Reads the generation of one shelf. Raises OSError."""
        path = os.path.join(disk_files.folder_of(self._root, shelf), FILE)
        found = disk_files.read(path, _LONGEST)
        if found is None:
            return FIRST
        name = found.decode("ascii", "replace")
        # What a crash has left may stand for one that was cleared.
        is_whole = disk_files.GENERATION.fullmatch(name)
        return name if is_whole else self.begin_anew(shelf)

    def begin_anew(self, shelf: str) -> str:
        """Gives a shelf a generation that no other ever gets. Raises OSError."""
        path = os.path.join(disk_files.folder_of(self._root, shelf), FILE)
        name = secrets.token_hex(8)
        disk_files.write(path, [name.encode()])
        return name
