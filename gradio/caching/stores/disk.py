"""The store on disk: plain files, shared by the processes that are given one folder."""

from __future__ import annotations

import contextlib
import math
import os
import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence

from gradio.caching.errors import log_once, logger
from gradio.caching.forks import new_lock
from gradio.caching.stores import disk_files, disk_records, disk_sweeper
from gradio.caching.stores.backing import (
    MAX_ENTRY,
    META,
    Absent,
    Buffer,
    Buffers,
    Claim,
    Hit,
    Look,
    Place,
    size_of,
)
from gradio.caching.stores.disk_deletions import UNKNOWN
from gradio.caching.stores.disk_generations import FIRST, DiskGenerations
from gradio.caching.stores.disk_sweeper import HOUR, IDLE, remove_added, remove_record
from gradio.caching.stores.disk_trouble import or_else
from gradio.caching.stores.schemes import MAX_SIZE, Address

LAYOUT = "v1"
_SWEEP_AFTER = 0.05
_PAUSE = 30.0
# What the shortest file takes.
_LEAST = 4096


class DiskStore:
    """
    A backing of files. Thread-safe, and safe for any number of processes: a file is
    there as a whole or not at all, and whatever vanishes meanwhile was a miss.
    """

    leases = None

    def __init__(
        self,
        folder: str,
        max_size: int = MAX_SIZE,
        max_entry: int = MAX_ENTRY,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.folder = folder
        self.max_size = max_size
        self._root = os.path.join(folder, LAYOUT)
        self._max_entry = max_entry
        self._clock = clock
        self._lock = new_lock()
        # As if something had been written already, so that processes which never write
        # much have their turn too.
        self._written = random.uniform(0, max_size * _SWEEP_AFTER)
        self._look_at = -math.inf
        self._paused_until = -math.inf
        # Shelves and places that could not be forgotten on the disk.
        self._forgotten: set[str | Place] = set()
        self.generations = DiskGenerations(self._root)

    @or_else(lambda: Absent(Claim(FIRST, mark=UNKNOWN)))
    def look(self, place: Place, parts: Sequence[str], token: bytes = b"") -> Look:  # noqa: ARG002
        forgotten = self._is_forgotten(place)
        # Before a record is read: a run is late for what is deleted after that.
        mark = self.generations.deletions.mark(place.shelf)
        claim = Claim(self.generations.of(place.shelf), mark=mark)
        if forgotten:
            return Absent(claim)
        path, now = self._path(place, claim, META), self._clock()
        found = disk_records.read(path, {META, *parts}, self._max_entry, now)
        if found is None:
            return Absent(claim)
        used = max(found.status.st_atime, found.status.st_mtime)
        is_idle = found.life == math.inf and now - used > IDLE
        if found.life <= 0 or is_idle or META not in found.parts:
            remove_record(path)
            return Absent(claim)
        if now - found.status.st_atime > HOUR:
            with contextlib.suppress(OSError):
                os.utime(path, (now, found.status.st_mtime))
        fetched = self._with_added(place, claim, found.parts, parts)
        # Who wants none of it is not about to run, and replaces it at once.
        return Hit(claim if parts else claim._replace(mark=""), fetched, found.life)

    @or_else(dict)
    def parts(self, place: Place, names: Sequence[str]) -> dict[str, Buffer]:
        if self._is_forgotten(place):
            return {}
        claim = Claim(self.generations.of(place.shelf))
        path = self._path(place, claim, META)
        found = disk_records.read(path, names, self._max_entry, self._clock())
        if found is None or found.life <= 0:
            return {}
        return self._with_added(place, claim, found.parts, names)

    @or_else(lambda: False)
    def put(
        self, place: Place, parts: Mapping[str, Buffers], claim: Claim, life: float
    ) -> bool:
        sizes = [sum(map(size_of, pieces)) for pieces in parts.values()]
        is_paused = time.monotonic() < self._paused_until
        if not life > 0 or max(sizes, default=0) > self._max_entry or is_paused:
            return False
        if claim.generation != self.generations.of(place.shelf):
            return False
        for name in parts:
            self._path(place, claim, name)  # raises, before anything is written
        put = self._put_record if META in parts else self._add_parts
        if is_kept := put(place, parts, claim, life):
            self._count(sum(max(size, _LEAST) for size in sizes))
        return is_kept

    @or_else(lambda: None)
    def delete(self, place: Place) -> None:
        self._forgotten.add(place)
        claim = Claim(self.generations.of(place.shelf))
        path = self._path(place, claim, META)
        remove_record(path)
        try:
            os.lstat(path)
        except FileNotFoundError:
            self._forgotten.discard(place)
        # Then, as who is told must not find it; also of none, as it may be computed.
        disk_files.make_folders(self.folder, self._root)
        self.generations.deletions.add(place, is_deleted=True)
        # One that was written meanwhile, and did not know of it yet.
        if os.path.lexists(path):
            remove_record(path)
            self.generations.deletions.add(place, is_deleted=True)

    @or_else(lambda: None)
    def clear(self, shelf: str) -> None:
        self._forgotten.add(shelf)
        disk_files.make_folders(self.folder, self._root)
        self.generations.begin_anew(shelf)
        self._forgotten.discard(shelf)

    def _put_record(
        self, place: Place, parts: Mapping[str, Buffers], claim: Claim, life: float
    ) -> bool:
        path = self._path(place, claim, META)
        if self.generations.deletions.is_late(place, claim):
            return False
        is_there = os.path.lexists(path)
        self._write(place, parts, claim, life)
        if is_there:
            # They were made of what is gone.
            remove_added(path)
        self._forgotten.discard(place)
        # Once more: what was deleted while it was written would be there again.
        is_late = self.generations.deletions.is_late(place, claim, or_replaced=False)
        if is_late:
            self.delete(place)
        return not is_late

    def _add_parts(
        self, place: Place, parts: Mapping[str, Buffers], claim: Claim, life: float
    ) -> bool:
        path = self._path(place, claim, META)
        found = disk_records.read(path, parts, self._max_entry, self._clock())
        if found is None:
            return False
        missing = {name: parts[name] for name in parts.keys() - found.parts.keys()}
        self._write(place, missing, claim, life)
        return True

    def _is_forgotten(self, place: Place) -> bool:
        """Whether something was forgotten that is still on the disk."""
        if place.shelf in self._forgotten:
            self.clear(place.shelf)
        return not self._forgotten.isdisjoint((place.shelf, place))

    def _path(self, place: Place, claim: Claim, part: str) -> str:
        return disk_files.path_of(self._root, place, claim.generation, part)

    def _with_added(
        self, place: Place, claim: Claim, found: dict[str, Buffer], names: Sequence[str]
    ) -> dict[str, Buffer]:
        """Reads what was added to a record later, each in a file of its own."""
        for name in names:
            if name not in found and name != META:
                path = self._path(place, claim, name)
                if (content := disk_files.read(path, self._max_entry)) is not None:
                    found[name] = content
        return found

    def _write(
        self, place: Place, parts: Mapping[str, Buffers], claim: Claim, life: float
    ) -> None:
        disk_files.make_folders(self.folder, self._root)
        now, written = self._clock(), list[str]()
        contents: dict[str, Iterable[Buffer]] = dict(parts)
        if META in parts:
            contents = {META: disk_records.laid_out(parts, now, life)}
        try:
            for name, pieces in contents.items():
                path = self._path(place, claim, name)
                disk_files.write(path, pieces, now)
                written.append(path)
        except OSError:
            self._paused_until = time.monotonic() + _PAUSE
            disk_sweeper.remove(written)
            raise

    @or_else(lambda: None)
    def _count(self, size: int) -> None:
        """Sweeps when much was written here, or nobody has swept for long."""
        now = self._clock()
        with self._lock:
            self._written += size
            is_much = self._written >= self.max_size * _SWEEP_AFTER
            looks = now >= self._look_at
            if looks:
                self._look_at = now + HOUR
            if not (is_much or (looks and disk_sweeper.is_due(self._root, now))):
                return
            self._written = 0
        disk_sweeper.sweep_alone(self._root, self.max_size, now, self._tell)

    def _tell(self, evicted: int) -> None:
        log_once(
            (self.folder, "cap"),
            f"The cache in {self.folder} has reached its cap of {self.max_size} bytes: "
            f"{evicted} results that were not used for longest were removed.",
        )


def open_disk(address: Address) -> DiskStore:
    """Opens the store in a folder."""
    options = address.options
    # No warning, but to be seen where nobody has set up any logs: it may be personal.
    logger.warning(
        "Results are kept in %s, up to %d MB.", address.target, options.max_size >> 20
    )
    return DiskStore(address.target, options.max_size, options.max_entry)
