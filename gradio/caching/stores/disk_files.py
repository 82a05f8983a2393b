"""Files as the store on disk writes them: all of one or nothing, each with its end."""

from __future__ import annotations

import contextlib
import errno
import functools
import itertools
import os
import re
import secrets
import stat
from collections.abc import Iterable

from gradio.caching.stores.backing import Buffer, Place

TEMPORARY = ".tmp"

SHELF = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,119}", re.ASCII)
GENERATION = re.compile(r"0|[0-9a-f]{16}", re.ASCII)
_KEY = re.compile(r"[0-9a-f]{16,128}", re.ASCII)
_PART = re.compile(r"[a-z]{1,8}(:[A-Za-z0-9_-]{1,80})?", re.ASCII)
READ_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_UNNOTED = getattr(os, "O_NOATIME", 0)
_NEW_FLAGS = (
    os.O_WRONLY
    | os.O_CREAT
    | os.O_EXCL
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
)
# A sweeper can remove as many folders as there are around a file, once each.
_TRIES = 8
_numbers = itertools.count()


def make_folders(folder: str, root: str) -> None:
    """Makes the folder, which is for nobody else to read or write. Raises OSError."""
    if os.path.isdir(root):
        return
    try:
        os.makedirs(os.path.dirname(os.path.abspath(folder)), exist_ok=True)
    except FileExistsError as error:
        raise NotADirectoryError(errno.ENOTDIR, *error.args[1:]) from error
    with contextlib.suppress(FileExistsError):
        os.mkdir(folder, 0o700)
    os.makedirs(root, exist_ok=True)


@functools.lru_cache
def folder_of(root: str, shelf: str) -> str:
    """Finds the folder of a shelf. Raises ValueError for what is no name."""
    if not SHELF.fullmatch(shelf):
        raise ValueError(f"{shelf!r} is not the name of a shelf")
    return os.path.join(root, shelf)


def path_of(root: str, place: Place, generation: str, part: str) -> str:
    """Finds the file of a part. Raises ValueError for what is no name."""
    key = place.key.hex()
    parts = (_KEY, key), (GENERATION, generation), (_PART, part)
    for form, name in parts:
        if not form.fullmatch(name):
            raise ValueError(f"{name!r} names no part of a record")
    file = f"{key}.{part.replace(':', '-')}"
    return os.path.join(folder_of(root, place.shelf), generation, key[:2], file)


def key_of(name: str) -> str | None:
    """Finds the key of a file by its name; None of what is no part of a record."""
    key = name.partition(".")[0]
    return key if _KEY.fullmatch(key) else None


def write(path: str, pieces: Iterable[Buffer], now: float | None = None) -> None:
    """
    Puts a file in place at once, so that nobody reads half of it; of that time, as a
    file server has its own. Not synced: who reads it has a digest. Raises OSError.
    """
    unique = f".{os.getpid()}-{next(_numbers)}-{secrets.token_hex(6)}{TEMPORARY}"
    temporary = os.path.join(os.path.dirname(path), unique)
    try:
        with open(_new_file(temporary), "wb", buffering=0) as file:
            for piece in pieces:
                left = memoryview(piece).cast("B")
                while left:
                    left = left[file.write(left) :]
        if now is not None:
            os.utime(temporary, (now, now))
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def _new_file(path: str) -> int:
    # A sweeper may remove a folder as soon as it is made, and what is to be around it.
    for _ in range(_TRIES):
        with contextlib.suppress(FileNotFoundError):
            return os.open(path, _NEW_FLAGS, 0o600)
        with contextlib.suppress(FileNotFoundError):
            os.makedirs(os.path.dirname(path), exist_ok=True)
    return os.open(path, _NEW_FLAGS, 0o600)


def read(path: str, limit: int) -> bytes | None:
    """Reads a regular file; None if there is none, or it is longer than allowed."""
    try:
        with open(os.open(path, READ_FLAGS), "rb", buffering=0) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode) or status.st_size > limit:
                return None
            return file.read()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return None


def read_front(path: str, size: int) -> bytes:
    """Reads the first bytes of a file, which is no use of it. Raises OSError."""
    state = None if _UNNOTED else os.stat(path)
    try:
        descriptor = os.open(path, READ_FLAGS | _UNNOTED)
    except PermissionError:  # another user's file
        descriptor = os.open(path, READ_FLAGS)
    with open(descriptor, "rb", buffering=0) as file:
        found = file.read(size)
    if state is not None:
        os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    return found
