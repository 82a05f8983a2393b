from __future__ import annotations

import math
import os
import threading
import time
from pathlib import Path

import pytest

from gradio.caching import errors
from gradio.caching.stores import disk_sweeper
from gradio.caching.stores.backing import Claim, Hit, Place
from gradio.caching.stores.disk import DiskStore
from gradio.caching.stores.disk_sweeper import DAY, HOUR, sweep, sweep_alone

SHELF = "app.f-0123"
BLOCK = 4096
NOW = time.time()


def place(number, shelf=SHELF):
    return Place(shelf, number.to_bytes(16, "big"))


class Folder:
    """A store of which each record has an age and a size of its own."""

    def __init__(self, path):
        self.path = path
        self.now = NOW
        self.store = DiskStore(str(path), max_size=2**60, clock=lambda: self.now)
        self.root = self.store._root

    def put(self, number, age=0.0, life=math.inf, size=1, shelf=SHELF, **parts):
        self.now = NOW - age
        where = place(number, shelf)
        claim = self.store.look(where, []).claim
        pieces = {"m": [b"meta"], "v": [b"x" * size]} | parts
        assert self.store.put(where, pieces, claim, life)
        self.now = NOW

    def sweep(self, max_size=2**60):
        return sweep(self.root, max_size, self.now)

    def left(self, shelf=SHELF):
        shelves = Path(self.root, shelf).rglob("?" * 32 + ".m")
        return sorted(int(p.name[:32], 16) for p in shelves)

    def files(self):
        found = (p for p in self.path.rglob("*") if p.is_file())
        return [p.name for p in found if p.name not in (".lock", ".swept")]

    def is_there(self, number, shelf=SHELF):
        return type(self.store.look(place(number, shelf), [])) is Hit


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path / "cache")


def test_over_the_cap_the_oldest_leave_down_to_nine_tenths(folder):
    for number in range(20):
        folder.put(number, age=HOUR * (number + 1))
    # A record takes a block at least, however short it is.
    swept = folder.sweep(max_size=BLOCK * 19)
    assert folder.left() == list(range(17))
    assert swept == (3, BLOCK * 17)
    assert folder.sweep(max_size=BLOCK * 19).evicted == 0


def test_what_was_hit_lately_stays(folder):
    for number in range(10):
        folder.put(number, age=DAY * (number + 1))
    assert folder.is_there(9)
    folder.sweep(max_size=BLOCK * 3 // 2)
    assert folder.left() == [9]


def test_sizes_are_what_files_take(folder):
    folder.put(1, size=1)
    folder.put(2, size=10 * BLOCK + 1)
    claim = folder.store.look(place(2), []).claim
    assert folder.store.put(place(2), {"p:1": [b"more"]}, claim, math.inf)
    assert folder.sweep().size == (1 + 11 + 1) * BLOCK


def test_a_shelf_of_another_process_counts_too(folder, tmp_path):
    Folder(tmp_path / "cache").put(1, age=DAY, shelf="app.g-4567")
    folder.put(2)
    folder.sweep(max_size=BLOCK * 3 // 2)
    assert folder.left() == [2]
    assert folder.left("app.g-4567") == []


def test_what_is_over_its_end_leaves_though_there_is_room(folder):
    folder.put(1, age=11, life=10)
    folder.put(2, age=9, life=10)
    folder.put(3, age=31 * DAY)
    folder.put(4, age=29 * DAY)
    folder.put(5, age=80 * DAY, life=90 * DAY)
    folder.sweep()
    assert folder.left() == [2, 4, 5]


def test_dead_generations_leave(folder):
    folder.put(1)
    folder.store.clear(SHELF)
    folder.put(2)
    folder.sweep()
    assert folder.left() == [2]
    assert folder.is_there(2)


def test_a_late_writer_can_t_bring_a_dead_generation_back(folder):
    folder.put(1)
    late = folder.store.look(place(2), []).claim
    folder.store.clear(SHELF)
    # As if the clearing had come between its look and its write.
    folder.store._write(place(2), {"m": [b"late"]}, late, math.inf)
    assert not folder.is_there(2)
    folder.sweep()
    assert folder.left() == []


def test_what_dead_writers_left_goes_after_an_hour(folder):
    folder.put(1)
    inside = next(folder.path.rglob("*.m")).parent
    for name, age in (("old", HOUR + 60), ("new", HOUR - 60)):
        file = inside / f".{name}.tmp"
        file.write_bytes(b"x")
        os.utime(file, (NOW - age, NOW - age))
    for number, age in ((8, HOUR + 60), (9, HOUR - 60)):
        file = inside / f"{number:032x}.v"
        file.write_bytes(b"x")
        os.utime(file, (NOW - age, NOW - age))
    folder.sweep()
    assert sorted(folder.files()) == sorted([".new.tmp", f"{9:032x}.v", f"{1:032x}.m"])


def test_the_shelves_of_old_releases_vanish(folder):
    folder.put(1, age=31 * DAY, shelf="app.old-89ab")
    folder.store.clear("app.cleared-cdef")
    folder.put(2)
    folder.sweep()
    shelves = {p.name for p in Path(folder.root).iterdir() if p.is_dir()}
    assert shelves == {SHELF, "app.cleared-cdef"}
    folder.now += 31 * DAY
    folder.sweep()
    assert not any(p.is_dir() for p in Path(folder.root).iterdir())
    folder.now = NOW
    folder.put(3)
    assert folder.is_there(3)


def test_what_is_not_ours_is_left_alone(folder):
    folder.put(1, age=31 * DAY)
    root = Path(folder.root)
    theirs = [root / "train" / "0" / "ab" / "notes.txt", root / "x" / "y.tmp"]
    theirs += [root / SHELF / "their" / "a.m", root / "README", root / ".git" / "HEAD"]
    for file in theirs:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("theirs")
        os.utime(file, (1, 1))
    os.symlink(theirs[0].parent, root / SHELF / "0" / "cd")
    folder.sweep(max_size=0)
    assert [file.read_text() for file in theirs] == ["theirs"] * len(theirs)
    assert folder.left() == []


def test_what_vanishes_meanwhile_is_no_error(folder, monkeypatch):
    for number in range(6):
        folder.put(number, age=HOUR * number)
    real = os.unlink

    def unlink_twice(path):
        real(path)
        real(path)

    monkeypatch.setattr(os, "unlink", unlink_twice)
    assert folder.sweep(max_size=0) == (6, 0)
    assert folder.left() == []


def test_a_file_that_can_t_be_removed_does_not_stop_the_others(folder, monkeypatch):
    for number in range(3):
        folder.put(number)
    real = os.unlink

    def in_use(path):
        if f"{1:032x}" in path:
            raise PermissionError(13, "in use")
        real(path)

    monkeypatch.setattr(os, "unlink", in_use)
    folder.sweep(max_size=0)
    assert folder.left() == [1]


def test_one_sweeps_at_a_time(folder, monkeypatch):
    folder.put(1)
    swept = []

    def sweeping(*args):
        swept.append(args)
        other = threading.Thread(
            target=sweep_alone, args=(folder.root, 0, NOW, swept.append)
        )
        other.start()
        other.join()
        return disk_sweeper.Swept(0, 0)

    monkeypatch.setattr(disk_sweeper, "sweep", sweeping)
    sweep_alone(folder.root, 0, NOW, swept.append)
    assert len(swept) == 1
    sweep_alone(folder.root, 0, NOW, swept.append)
    assert len(swept) == 2


@pytest.fixture
def sweeps(monkeypatch):
    made = []
    monkeypatch.setattr(disk_sweeper, "sweep_alone", lambda *a: made.append(a[2]))
    return made


def write(store, number, size):
    return store.put(place(number), {"m": [b"x" * size]}, Claim("0"), math.inf)


def test_who_wrote_a_twentieth_of_the_cap_sweeps(tmp_path, sweeps, monkeypatch):
    monkeypatch.setattr(disk_sweeper, "is_due", lambda *_: False)
    store = DiskStore(str(tmp_path), max_size=100 * BLOCK)
    store._written = 0
    for number in range(12):
        assert write(store, number, 10)
    assert len(sweeps) == 2  # the shortest file takes a block


def test_processes_that_write_little_have_their_turn(tmp_path):
    begun = [DiskStore(str(tmp_path), max_size=1000)._written for _ in range(200)]
    assert all(0 <= written <= 50 for written in begun)
    assert len(set(begun)) > 100


def test_a_folder_is_swept_once_a_day_at_least(tmp_path):
    now = [NOW]
    store = DiskStore(str(tmp_path), clock=lambda: now[0])
    store._written = 0
    marker = Path(store._root, ".swept")
    write(store, 1, 10)
    assert marker.stat().st_mtime == pytest.approx(NOW)
    now[0] += DAY - 1
    write(store, 2, 10)
    assert marker.stat().st_mtime == pytest.approx(NOW)
    now[0] += HOUR + 1
    write(store, 3, 10)
    assert marker.stat().st_mtime == pytest.approx(now[0])


def test_the_first_eviction_is_logged(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(errors, "_logged", errors.OncePerSubject())
    store = DiskStore(str(tmp_path / "cache"), max_size=10 * BLOCK)
    for number in range(40):
        assert write(store, number, 10)
    assert len(caplog.messages) == 1
    assert "reached its cap" in caplog.messages[0]
    assert len(list(tmp_path.rglob("*.m"))) <= 10
