"""Disks that are full, folders that are not ours, and files that are broken."""

from __future__ import annotations

import errno
import math
import os
import stat
from pathlib import Path

import pytest

from gradio.caching.stores import disk_files, disk_records
from gradio.caching.stores.backing import Claim, Place
from gradio.caching.stores.disk import DiskStore
from gradio.caching.stores.disk_sweeper import HOUR
from support.disk_files import files, put_alone
from support.records import PLACE, SHELF, found, put

KEY = PLACE.key.hex()
OTHER = "cd" * 16


def test_a_broken_head_is_a_miss(store):
    for position in range(disk_records.HEAD_BYTES):
        put(store, life=100)
        (path,) = Path(store.folder).rglob(f"{KEY}.m")
        content = bytearray(path.read_bytes())
        content[position] ^= 1
        path.write_bytes(content)
        assert found(store) is None
    for length in range(disk_records.HEAD_BYTES):
        put(store, life=100)
        path.write_bytes(path.read_bytes()[:length])
        assert found(store) is None


def test_a_generation_that_a_crash_left_half_written_brings_nothing_back(store):
    put(store)
    store.clear(SHELF)
    for content in (b"", b"\0" * 16, b"../../x"):
        Path(store.folder, "v1", SHELF, ".generation").write_bytes(content)
        assert found(store) is None
        assert put(store)
        assert found(store)


def test_what_is_too_long_is_neither_written_nor_read(tmp_path, clock):
    small = DiskStore(str(tmp_path), max_entry=10, clock=clock)
    assert not put(small, v=b"x" * 11)
    assert files(small) == []
    assert put(DiskStore(str(tmp_path), clock=clock), v=b"x" * 11)
    assert found(small, PLACE, "v") == {"m": b"meta"}


@pytest.mark.parametrize(
    "place",
    [
        *(Place("../x", PLACE.key), Place("", PLACE.key), Place(".x", PLACE.key)),
        *(Place("a/b", PLACE.key), Place(SHELF, b""), Place(SHELF, b"x" * 100)),
    ],
)
def test_names_lead_nowhere_else(store, place):
    with pytest.raises(ValueError, match="name"):
        put(store, place)
    assert not os.path.exists(store.folder)


@pytest.mark.parametrize("part", ["", "..", "v/..", "p:", "p:a/b", "P", "v.w"])
def test_parts_have_names(store, part):
    with pytest.raises(ValueError, match="names no part"):
        store.put(PLACE, {"m": [b""], part: [b""]}, Claim("0"), 1)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_nobody_else_may_look_into_it(store):
    put(store)
    assert stat.S_IMODE(os.stat(store.folder).st_mode) == 0o700
    (path,) = Path(store.folder).rglob(f"{KEY}.m")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_folder_that_was_removed_is_made_again(store):
    put(store)
    os.rename(store.folder, store.folder + ".old")
    assert found(store) is None
    assert put(store)
    assert found(store)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO])
def test_a_full_disk_is_logged_once_and_leaves_nothing(
    store, monkeypatch, told, number
):
    put(store, Place(SHELF, bytes.fromhex(OTHER)))
    before, real = files(store), os.replace

    def full(source, target):
        if target.endswith(".m"):
            raise OSError(number, os.strerror(number))
        real(source, target)

    monkeypatch.setattr(os, "replace", full)
    for _ in range(3):
        store._paused_until = -math.inf
        assert not put(store, v=b"value")
    assert files(store) == before
    assert len(told.messages) == 1
    assert os.strerror(number) in told.messages[0]
    assert found(store, Place(SHELF, bytes.fromhex(OTHER)))
    monkeypatch.setattr(os, "replace", real)
    assert not put(store)  # not at once again
    store._paused_until = -math.inf
    assert put(store)


def no_permission(*_):
    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


@pytest.mark.parametrize("call", ["open", "mkdir", "scandir", "unlink", "utime"])
def test_without_permission_all_goes_on(store, clock, monkeypatch, told, call):
    put(store)
    clock.now += 2 * HOUR
    monkeypatch.setattr(os, call, no_permission)
    with monkeypatch.context() as patch:
        patch.setattr(os.path, "isdir", lambda path: call != "mkdir")
        put(store, v=b"v")
    found(store)
    store.parts(PLACE, ["v"])
    store.delete(PLACE)
    store.clear(SHELF)
    store.generations.current([SHELF])
    assert len(told.messages) <= 1


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="asks for root")
@pytest.mark.parametrize("mode", [0o500, 0o000])
def test_a_folder_of_another_user(store, told, mode):
    put(store)
    for path in Path(store.folder).rglob("*"):
        path.chmod(path.stat().st_mode | 0o055)
    os.chmod(store.folder, mode | mode >> 3 | mode >> 6)
    for parent in Path(store.folder).parents:
        if parent != Path("/tmp"):
            parent.chmod(parent.stat().st_mode | 0o055)
        if parent.parent == Path("/tmp"):
            break
    os.seteuid(65534)
    try:
        assert (found(store, PLACE) is not None) == (mode == 0o500)
        assert not put(store, Place(SHELF, bytes.fromhex(OTHER)))
        assert not put(store, Place("app.g-4567", PLACE.key[::-1]))
        store.delete(PLACE)
        store.clear(SHELF)
    finally:
        os.seteuid(0)
    assert len(told.messages) == 1
    os.chmod(store.folder, 0o700)
    assert found(DiskStore(store.folder))
    assert found(store) is None  # as it was forgotten here


def test_a_folder_that_is_a_file(tmp_path, told):
    (tmp_path / "cache").write_text("a file")
    for folder in (tmp_path / "cache", tmp_path / "cache" / "below"):
        store = DiskStore(str(folder))
        for _ in range(2):
            assert found(store) is None
            assert not put(store)
            store.clear(SHELF)
            store.delete(PLACE)
    assert len(told.messages) == 2
    assert (tmp_path / "cache").read_text() == "a file"


def test_a_folder_in_the_place_of_a_file_is_a_miss(store):
    put(store)
    put_alone(store, "v", b"v")
    (path,) = Path(store.folder).rglob(f"{KEY}.v")
    path.unlink()
    path.mkdir()
    assert found(store, PLACE, "v") == {"m": b"meta"}
    path.with_suffix(".m").unlink()
    path.with_suffix(".m").mkdir()
    assert found(store) is None


def test_what_can_t_be_removed_is_forgotten_all_the_same(store, monkeypatch):
    put(store)
    put(store, Place(SHELF, bytes.fromhex(OTHER)))
    put(store, Place("app.g-4567", PLACE.key))
    with monkeypatch.context() as patch:
        patch.setattr(os, "unlink", no_permission)
        patch.setattr(os, "replace", no_permission)
        store.delete(PLACE)
        store.clear("app.g-4567")
        assert found(store) is None
        assert store.parts(PLACE, ["m"]) == {}
        assert found(store, Place("app.g-4567", PLACE.key)) is None
        assert found(store, Place(SHELF, bytes.fromhex(OTHER)))
    store._paused_until = -math.inf
    assert found(store, Place("app.g-4567", PLACE.key)) is None
    assert found(DiskStore(store.folder), Place("app.g-4567", PLACE.key)) is None
    assert put(store)
    assert found(store)


def test_folders_that_are_swept_while_they_are_made_are_made_again(
    tmp_path, monkeypatch
):
    makedirs, path = os.makedirs, tmp_path / "shelf" / "0" / "ab" / "file"
    made = iter(["around it", "itself"])

    def swept(folder, **how):
        match next(made, None):
            case "around it":
                raise FileNotFoundError(folder)
            case "itself":
                makedirs(folder, **how)
                os.rmdir(folder)
            case None:
                makedirs(folder, **how)

    monkeypatch.setattr(os, "makedirs", swept)
    disk_files.write(str(path), [b"content"])
    assert path.read_bytes() == b"content"


def test_where_no_folder_can_be_made_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "makedirs", lambda *_, **__: None)
    with pytest.raises(FileNotFoundError):
        disk_files.write(str(tmp_path / "shelf" / "file"), [b"content"])
