"""Files at given paths: their stamps, and the digest of their content."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import replace

from blake3 import blake3

from gradio.caching.entry import FileStamp
from gradio.caching.forks import in_child, new_lock

UNHURRIED: ContextVar[bool] = ContextVar("unhurried", default=False)
"""Whether files are read for somebody who lets all else go first."""

_REMEMBERED = 4096
_LOW_PRIORITY = 10
_CHUNK = 2**20
# File systems note times in ticks: who writes twice in one may leave no trace.
_TICK_NS = 20_000_000
# No file that is larger is written anew within a tick.
_MOST_IN_A_TICK = 8 * 2**20
# Never waits for the other end of a pipe, nor takes over a terminal.
_OPEN_FLAGS = os.O_RDONLY
for _flag in ("O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_BINARY"):
    _OPEN_FLAGS |= getattr(os, _flag, 0)


def stamp(path: str) -> FileStamp | None:
    """Looks up the regular file at a path; None if there is none."""
    try:
        return _stamp(path, os.stat(path))
    except (OSError, ValueError):
        return None


def lasting_stamp(path: str) -> FileStamp | None:
    """
    Looks up the file at a path, for a comparison much later: its content is read if it
    was written this very moment.
    """
    if (found := stamp(path)) is None or not _is_young(found):
        return found
    if found.size > _MOST_IN_A_TICK:
        return found
    try:
        return replace(found, content=CONTENTS.of(found))
    except OSError:
        return stamp(path)


def lasting_stamps(paths: Iterable[str]) -> tuple[FileStamp, ...]:
    """Looks up the files at some paths, each once; what is no file is left out."""
    found = map(lasting_stamp, dict.fromkeys(paths))
    return tuple(file for file in found if file is not None)


def unchanged(files: tuple[FileStamp, ...]) -> bool:
    """Compares stamps taken earlier with what is there: True if each file still is."""
    return all(map(_is_unchanged, files))


class ContentDigests:
    """
    The digests of files by content, read again only when a stamp changed, and by one
    thread for all that ask meanwhile. Thread-safe.
    """

    def __init__(self) -> None:
        self._known: OrderedDict[FileStamp, bytes] = OrderedDict()
        self._being_read: dict[FileStamp, Future[bytes]] = {}
        self._lock = new_lock()
        # The threads that read are not there in a child.
        in_child(self._begin_anew)

    def _begin_anew(self) -> None:
        self._being_read.clear()

    def knows(self, file: FileStamp) -> bool:
        """Tells whether a file need not be read again."""
        return file in self._known

    def of(self, file: FileStamp) -> bytes:
        """
        Digests the content of a file by BLAKE3, 32 bytes. Raises OSError when it can't
        be read, or is no longer what the stamp says.
        """
        # Who reads a young file may have begun before it was written last.
        if _is_young(file):
            return _digest(file)
        with self._lock:
            if (known := self._known.get(file)) is not None:
                self._known.move_to_end(file)
                return known
            reading = self._being_read.get(file)
            if reading is None:
                mine = self._being_read[file] = Future()
        return self._read(file, mine) if reading is None else reading.result()

    def _read(self, file: FileStamp, told: Future[bytes]) -> bytes:
        try:
            content = _digest(file)
            self._remember(file, content)
            told.set_result(content)
            return content
        except BaseException as error:
            told.set_exception(error)
            raise
        finally:
            self._being_read.pop(file, None)

    def _remember(self, file: FileStamp, content: bytes) -> None:
        with self._lock:
            self._known[file] = content
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)


CONTENTS = ContentDigests()


def _stamp(path: str, status: os.stat_result) -> FileStamp | None:
    if not stat.S_ISREG(status.st_mode):
        return None
    times = status.st_mtime_ns, status.st_ctime_ns
    return FileStamp(path, status.st_size, *times, status.st_ino)


def _is_young(file: FileStamp) -> bool:
    return abs(time.time_ns() - file.ctime_ns) < _TICK_NS


def _is_unchanged(file: FileStamp) -> bool:
    found = stamp(file.path)
    if found is None or file.content is None:
        return found == file
    try:
        return replace(found, content=CONTENTS.of(found)) == file
    except OSError:
        return False


def _digest(file: FileStamp) -> bytes:
    """Reads the very file that the stamp is of, and no more than it then held."""
    if not UNHURRIED.get():
        return _read_digest(file)
    # A thread can't raise its priority again, so that none is lent for this.
    with ThreadPoolExecutor(1, initializer=_lower_priority) as thread:
        return thread.submit(_read_digest, file).result()


def _lower_priority() -> None:
    """Lets all else go first where priorities are those of threads, as on Linux."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _LOW_PRIORITY)


def _read_digest(file: FileStamp) -> bytes:
    digest, buffer, left = blake3(), memoryview(bytearray(_CHUNK)), file.size
    with open(os.open(file.path, _OPEN_FLAGS), "rb", buffering=0) as source:
        _expect(file, source.fileno())
        while left and (count := source.readinto(buffer[:left])):
            digest.update(buffer[:count])
            left -= count
        _expect(file, source.fileno())
    return digest.digest()


def _expect(file: FileStamp, descriptor: int) -> None:
    if _stamp(file.path, os.fstat(descriptor)) != replace(file, content=None):
        raise OSError(f"{file.path} is being changed")
