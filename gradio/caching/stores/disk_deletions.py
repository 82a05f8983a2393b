"""What was deleted from a shelf on disk, or replaced: a file in it with a line each."""

from __future__ import annotations

import os
import re
import secrets

from gradio.caching.forks import in_child
from gradio.caching.stores import disk_files
from gradio.caching.stores.backing import Deletions, Place

FILE = ".deletions"
_FIRST = "0"
_LONGEST = 2**16
_NAME = re.compile(rb"#([0-9a-f]{16})\n")
_LINE = re.compile(rb"=([0-9a-f]{16,128}) ([0-9a-f]{16})")
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
        self._begin()
        in_child(self._begin)

    def since(self, shelf: str, mark: str) -> Deletions:
        """Reads what others added after a mark; no mark reads none. Raises OSError."""
        found = disk_files.read(self._path(shelf), 2 * _LONGEST)
        content = b"" if found is None else found
        named = _NAME.match(content)
        name = _FIRST if named is None else named[1].decode()
        # A line may not be there as a whole yet.
        end = content.rfind(b"\n") + 1
        now = f"{name}:{end}"
        known, _, start = mark.partition(":")
        if not mark:
            return Deletions(now)
        if known != name or int(start) > end:
            return Deletions(now, None)
        return Deletions(now, self._keys(content[int(start) : end]))

    def add(self, place: Place) -> None:
        """Lets the other processes know of a record. Raises OSError."""
        path = self._path(place.shelf)
        line = f"={place.key.hex()} {self._own}\n".encode()
        # What was added to a file that just gave way is added to the one after it.
        for _ in range(_TRIES):
            if _append(path, line):
                return

    def _path(self, shelf: str) -> str:
        return os.path.join(disk_files.folder_of(self._root, shelf), FILE)

    def _keys(self, lines: bytes) -> tuple[bytes, ...] | None:
        keys = []
        for line in lines.splitlines():
            # A crash may leave a part of one, before that of another.
            if (whole := _LINE.fullmatch(line)) is None:
                return None
            if whole[2].decode() != self._own:
                keys.append(bytes.fromhex(whole[1].decode()))
        return tuple(keys)

    def _begin(self) -> None:
        """In a forked child, what its parent adds is of another process."""
        self._own = secrets.token_hex(8)


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
