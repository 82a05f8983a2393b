"""What was deleted from a shelf on disk, or replaced: a file in it with a line each."""

from __future__ import annotations

import contextlib
import functools
import os
import re
import secrets
from typing import TypeAlias

from gradio.caching.forks import in_child
from gradio.caching.stores import disk_files
from gradio.caching.stores.backing import Claim, Deletions, Place

FILE = ".deletions"
UNKNOWN = "?"
"""A mark after which anything may have been deleted."""

_FIRST = "0"
_LONGEST = 2**16
_NAME = re.compile(rb"#([0-9a-f]{16})\n")
_DELETED, _REPLACED = "=", "~"
_LINE = re.compile(rb"([=~])([0-9a-f]{16,128}) ([0-9a-f]{16})")
_Line: TypeAlias = "tuple[str, bytes]"
_TRIES = 5
_FLAGS = (
    os.O_WRONLY
    | os.O_CREAT
    | os.O_APPEND
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
)


class DiskDeletions:
    """
    Tells processes what others have deleted. A mark is the name of a file and a length
    of it; one that is too long gives way to another. Thread-safe, over processes too.
    """

    def __init__(self, root: str) -> None:
        self._root = root
        self._marks: dict[str, tuple[tuple[int, ...], str]] = {}
        self._begin()
        in_child(self._begin)

    def mark(self, shelf: str) -> str:
        """Finds the mark of now; cheap where nothing was added. Raises OSError."""
        try:
            status = os.stat(_path(self._root, shelf))
        except (FileNotFoundError, NotADirectoryError):
            return f"{_FIRST}:0"
        state = status.st_ino, status.st_size, status.st_mtime_ns
        known = self._marks.get(shelf)
        if known is None or known[0] != state:
            known = self._marks[shelf] = state, self.since(shelf, "").mark
        return known[1]

    def since(self, shelf: str, mark: str) -> Deletions:
        """Reads what others added after a mark; no mark reads none. Raises OSError."""
        now, lines = self._after(shelf, mark)
        keys = None if lines is None else tuple(key for _, key in lines)
        return Deletions(now, keys)

    def is_late(self, place: Place, claim: Claim, or_replaced: bool = True) -> bool:
        """Tells if others may have deleted a record, or replaced it, since a claim."""
        if not claim.mark:
            return False
        try:
            _, lines = self._after(place.shelf, claim.mark)
        except OSError:
            return True
        if lines is None or (_DELETED, place.key) in lines:
            return True
        return or_replaced and (_REPLACED, place.key) in lines

    def add(self, place: Place, is_deleted: bool) -> None:
        """Lets the other processes know of a record, if the disk lets it."""
        # Whoever writes makes the folder, which is for nobody else to read.
        if os.path.isdir(self._root):
            with contextlib.suppress(OSError):
                self._add(place, is_deleted)

    def _add(self, place: Place, is_deleted: bool) -> None:
        path = _path(self._root, place.shelf)
        kind = _DELETED if is_deleted else _REPLACED
        line = f"{kind}{place.key.hex()} {self._own}\n".encode()
        # What was added to a file that just gave way is added to the one after it.
        for _ in range(_TRIES):
            if _append(path, line):
                return

    def _after(self, shelf: str, mark: str) -> tuple[str, list[_Line] | None]:
        found = disk_files.read(_path(self._root, shelf), 2 * _LONGEST)
        content = b"" if found is None else found
        named = _NAME.match(content)
        name = _FIRST if named is None else named[1].decode()
        # A line may not be there as a whole yet.
        end = content.rfind(b"\n") + 1
        now = f"{name}:{end}"
        known, _, start = mark.partition(":")
        if not mark:
            return now, []
        if known != name or int(start) > end:
            return now, None
        return now, self._of_others(content[int(start) : end])

    def _of_others(self, content: bytes) -> list[_Line] | None:
        found = []
        for line in content.splitlines():
            # A crash may leave a part of one, before that of another.
            if (whole := _LINE.fullmatch(line)) is None:
                return None
            kind, key, by = (group.decode() for group in whole.groups())
            if by != self._own:
                found.append((kind, bytes.fromhex(key)))
        return found

    def _begin(self) -> None:
        """In a forked child, what its parent adds is of another process."""
        self._own = secrets.token_hex(8)


@functools.lru_cache
def _path(root: str, shelf: str) -> str:
    return os.path.join(disk_files.folder_of(root, shelf), FILE)


def _append(path: str, line: bytes) -> bool:
    """Adds a line; False if that was in vain."""
    with open(_opened(path), "ab", buffering=0) as file:
        state = os.fstat(file.fileno())
        if state.st_size <= _LONGEST:
            file.write(line)
            now = os.stat(path)
            return (now.st_dev, now.st_ino) == (state.st_dev, state.st_ino)
    disk_files.write(path, [b"#%s\n" % secrets.token_hex(8).encode()])
    return False


def _opened(path: str) -> int:
    try:
        return os.open(path, _FLAGS, 0o600)
    except FileNotFoundError:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return os.open(path, _FLAGS, 0o600)
