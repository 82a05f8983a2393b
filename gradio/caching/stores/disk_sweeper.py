"""Keeps the store on disk below its cap, and free of what nobody reads any more."""

from __future__ import annotations

import contextlib
import math
import os
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from gradio.caching.stores import (
    disk_deletions,
    disk_files,
    disk_generations,
    disk_records,
)
from gradio.caching.stores.disk_generations import DiskGenerations

DAY = 86400.0
IDLE = 30 * DAY
"""Seconds. What has no end of its own is forgotten when it was not used for so long."""

HOUR = 3600.0
_FULL_TO = 0.9
_BLOCK = 4096
_META = ".m"
_LOCK, _SWEPT = ".lock", ".swept"
_OF_A_SHELF = frozenset({disk_generations.FILE, disk_deletions.FILE})


class Record(NamedTuple):
    """A record as a sweeper finds it: when it was last used, its size, its files."""

    used: float
    size: int
    paths: tuple[str, ...]


class Swept(NamedTuple):
    """What a sweep removed for want of room, and the bytes that are left."""

    evicted: int
    size: int


def sweep(root: str, max_size: int, now: float) -> Swept:
    """
    Goes through a whole store, whoever wrote it, and removes what is over its end, or
    over the cap: what was not used for longest. What vanishes meanwhile is no error.
    """
    records: list[Record] = []
    for shelf in filter(_is_shelf, _folders(root)):
        records += _kept_records(root, shelf, now)
        _remove_if_empty(shelf, now)
    size, evicted = sum(record.size for record in records), 0
    if size > max_size:
        for record in sorted(records):
            if size <= max_size * _FULL_TO:
                break
            remove(record.paths)
            size -= record.size
            evicted += 1
    return Swept(evicted, size)


def remove_record(path: str) -> None:
    """Removes the file of a record, and after that the parts that were added."""
    remove([path])
    remove_added(path)


def remove_added(path: str) -> None:
    """Removes the parts that were added to the record in a file."""
    folder, name = os.path.split(path)
    key = disk_files.key_of(name)
    for file in _scan(folder):
        if disk_files.key_of(file.name) == key and file.name != name:
            remove([file.path])


def _is_shelf(folder: os.DirEntry[str]) -> bool:
    return disk_files.SHELF.fullmatch(folder.name) is not None


def _kept_records(root: str, shelf: os.DirEntry[str], now: float) -> Iterator[Record]:
    for folder in _folders(shelf.path):
        # Nothing else is removed: it may be a folder that is not ours alone.
        if disk_files.GENERATION.fullmatch(folder.name):
            for part in _folders(folder.path):
                is_dead = _is_dead(root, shelf.name, folder.name)
                for record in _records(part.path, now):
                    if is_dead or _is_over(record, now):
                        remove(record.paths)
                    else:
                        yield record
                _remove_folder(part.path)
            _remove_folder(folder.path)


def _is_dead(root: str, shelf: str, generation: str) -> bool:
    with contextlib.suppress(OSError):
        return DiskGenerations(root).of(shelf) != generation
    return False


def _records(folder: str, now: float) -> Iterator[Record]:
    found: dict[str, list[os.DirEntry[str]]] = {}
    for file in _scan(folder):
        if file.name.endswith(disk_files.TEMPORARY):
            _remove_if_older(file, HOUR, now)
        elif (key := disk_files.key_of(file.name)) is not None:
            found.setdefault(key, []).append(file)
    for files in found.values():
        files.sort(key=lambda file: not file.name.endswith(_META))
        states = [state for file in files if (state := _state(file)) is not None]
        if states:
            used = max(max(state.st_mtime, state.st_atime) for state in states)
            size = sum(map(_size_on_disk, states))
            yield Record(used, size, tuple(file.path for file in files))


def _is_over(record: Record, now: float) -> bool:
    first = record.paths[0]
    if not first.endswith(_META):  # its writer died, or has not come to its end yet
        return now - record.used > HOUR
    life = _life_left(first, now)
    return life <= 0 or (life == math.inf and now - record.used > IDLE)


def _life_left(path: str, now: float) -> float:
    try:
        front = disk_files.read_front(path, disk_records.HEAD_BYTES)
        return disk_records.life_left(front, now)
    except OSError:
        return math.inf


def _size_on_disk(state: os.stat_result) -> int:
    """What a file takes, which is much more than its length if that is short."""
    blocks = getattr(state, "st_blocks", None)
    return -(-state.st_size // _BLOCK) * _BLOCK if blocks is None else blocks * 512


def _state(file: os.DirEntry[str]) -> os.stat_result | None:
    with contextlib.suppress(OSError):
        return file.stat(follow_symlinks=False)
    return None


def _scan(folder: str) -> Iterator[os.DirEntry[str]]:
    with contextlib.suppress(OSError), os.scandir(folder) as found:
        yield from found


def _folders(folder: str) -> list[os.DirEntry[str]]:
    return [found for found in _scan(folder) if found.is_dir(follow_symlinks=False)]


def remove(paths: Iterable[str]) -> None:
    """Removes files, those that are gone already too."""
    for path in paths:
        with contextlib.suppress(OSError):
            os.unlink(path)


def _remove_folder(path: str) -> None:
    """Removes a folder, if nothing is in it."""
    with contextlib.suppress(OSError):
        os.rmdir(path)


def _remove_if_older(file: os.DirEntry[str], seconds: float, now: float) -> None:
    state = _state(file)
    if state is not None and now - state.st_mtime > seconds:
        remove([file.path])


def _remove_if_empty(shelf: os.DirEntry[str], now: float) -> None:
    """Removes a shelf whose function is no more, as it was in an old release."""
    left = list(_scan(shelf.path))
    if _OF_A_SHELF.issuperset(file.name for file in left):
        states = [state for file in left if (state := _state(file)) is not None]
        if all(now - state.st_mtime > IDLE for state in states):
            remove(file.path for file in left)
    _remove_folder(shelf.path)


def is_due(root: str, now: float) -> bool:
    """Tells whether nobody has swept for long."""
    try:
        return not 0 <= now - os.stat(os.path.join(root, _SWEPT)).st_mtime < DAY
    except OSError:
        return True


def sweep_alone(
    root: str, max_size: int, now: float, tell: Callable[[int], None]
) -> None:
    """
    Sweeps, unless another thread or process does, and tells how many records had to go.
    Raises OSError.
    """
    from filelock import FileLock, Timeout  # only where there is a store

    lock = FileLock(os.path.join(root, _LOCK))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return
    try:
        if evicted := sweep(root, max_size, now).evicted:
            tell(evicted)
        disk_files.write(os.path.join(root, _SWEPT), [], now)
    finally:
        lock.release()
