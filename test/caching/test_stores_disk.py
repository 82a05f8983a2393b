from __future__ import annotations

import errno
import logging
import math
import os
import stat
import time
from pathlib import Path

import pytest

from gradio.caching import errors
from gradio.caching.stores import disk_records
from gradio.caching.stores.backing import Absent, Claim, Hit, Place
from gradio.caching.stores.disk import DiskStore
from gradio.caching.stores.disk_sweeper import DAY, HOUR

SHELF = "app.f-0123"
KEY, OTHER = "ab" * 16, "cd" * 16
PLACE = Place(SHELF, bytes.fromhex(KEY))


class Clock:
    def __init__(self):
        self.now = time.time()

    def __call__(self):
        return self.now


@pytest.fixture(autouse=True)
def told(monkeypatch, caplog):
    """What is logged, where nothing was logged before."""
    monkeypatch.setattr(errors, "_logged", errors.OncePerSubject())
    caplog.set_level(logging.WARNING, logger="gradio.caching")
    return caplog


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def store(tmp_path, clock):
    return DiskStore(str(tmp_path / "cache"), clock=clock)


def put(store, place=PLACE, life=math.inf, claim=None, **parts):
    claim = claim or store.look(place, []).claim
    pieces = {name: [content] for name, content in ({"m": b"meta"} | parts).items()}
    return store.put(place, pieces, claim, life)


def put_alone(store, part, content):
    claim = store.look(PLACE, []).claim
    return store.put(PLACE, {part: [content]}, claim, math.inf)


def found(store, place=PLACE, *parts):
    """The parts that a look finds, None for a miss."""
    look = store.look(place, parts)
    return {k: bytes(v) for k, v in look.parts.items()} if type(look) is Hit else None


def files(store):
    return sorted(p.name for p in Path(store.folder).rglob("*") if p.is_file())


def test_what_was_put_is_found_by_every_process(store, clock):
    assert type(store.look(PLACE, ["v"])) is Absent
    assert put(store, v=b"value")
    other = DiskStore(store.folder, clock=clock)
    assert found(other, PLACE, "v") == {"m": b"meta", "v": b"value"}
    assert other.parts(PLACE, ["v", "p:none"]) == {"v": b"value"}
    assert found(other, Place(SHELF, bytes.fromhex(OTHER))) is None
    assert found(other, Place("app.g-4567", PLACE.key)) is None


def test_parts_come_in_pieces_of_any_kind(store):
    pieces = [
        b"a",
        bytearray(b"bc"),
        memoryview(b"de"),
        memoryview(b"\0" * 8).cast("d"),
    ]
    claim = store.look(PLACE, []).claim
    assert store.put(PLACE, {"m": [b""], "v": pieces}, claim, 1)
    assert found(store, PLACE, "v") == {"m": b"", "v": b"abcde" + b"\0" * 8}


def test_a_part_may_come_later(store):
    put(store)
    assert store.put(
        PLACE, {"p:1": [b"payload"]}, store.look(PLACE, []).claim, math.inf
    )
    assert found(store, PLACE, "p:1") == {"m": b"meta", "p:1": b"payload"}


def test_without_meta_there_is_no_record(store):
    assert not put_alone(store, "v", b"value")
    assert found(store, PLACE, "v") is None
    assert not os.path.exists(store.folder)


def test_delete_forgets_one_record(store):
    put(store, v=b"1")
    put_alone(store, "p:1", b"payload")
    put(store, Place(SHELF, bytes.fromhex(OTHER)))
    assert f"{KEY}.p-1" in files(store)
    store.delete(PLACE)
    store.delete(PLACE)
    assert found(store) is None
    assert found(store, Place(SHELF, bytes.fromhex(OTHER)))
    assert f"{OTHER}.m" in files(store)
    assert not any(name.startswith(KEY) for name in files(store))


def test_what_was_added_goes_with_what_it_was_added_to(store):
    put(store, v=b"1")
    put_alone(store, "p:1", b"payload")
    put(store, v=b"2")
    assert found(store, PLACE, "v", "p:1") == {"m": b"meta", "v": b"2"}
    assert f"{KEY}.p-1" not in files(store)


def test_parts_of_two_runs_are_never_mixed(store, clock):
    class Interrupted(list):
        """Another process writes the same record while these pieces are written."""

        def __iter__(self):
            put(DiskStore(store.folder, clock=clock), m=b"b", v=b"b" * 20_000)
            return super().__iter__()

    put(store)
    claim = store.look(PLACE, []).claim
    parts = {"m": [b"a"], "v": Interrupted([b"a" * 20_000])}
    assert store.put(PLACE, parts, claim, math.inf)
    assert found(store, PLACE, "v") == {"m": b"a", "v": b"a" * 20_000}


@pytest.mark.parametrize("size", [0, 1, 63, 64, 16_000, 20_000, 3_000_000])
def test_parts_of_any_size_are_read_by_themselves(store, size):
    content = bytes(range(256)) * (size // 256 + 1)
    put(store, a=content[:size], v=content[1 : size + 1], z=b"last")
    for names in (["a"], ["v", "z"], ["z", "a"]):
        parts = found(store, PLACE, *names)
        whole = {"a": content[:size], "v": content[1 : size + 1], "z": b"last"}
        assert parts == {"m": b"meta", **{name: whole[name] for name in names}}
    assert store.parts(PLACE, ["v", "none"]) == {"v": content[1 : size + 1]}


def test_a_record_may_have_very_many_parts(store):
    put(store, **{f"f:{number:064}": b"%d" % number for number in range(1000)})
    assert found(store, PLACE, f"f:{999:064}")[f"f:{999:064}"] == b"999"


def test_what_is_cut_lacks_parts_and_is_no_error(store):
    put(store, v=b"value" * 5000)
    (path,) = Path(store.folder).rglob(f"{KEY}.m")
    content = path.read_bytes()
    for length in (*range(64, 260, 7), 10_000, 20_000, len(content) - 64):
        path.write_bytes(content[:length])
        parts = found(store, PLACE, "v") or {}
        assert parts.get("v", content)[: length - 192] in content
        put(store, v=b"value" * 5000)


def test_large_parts_are_memory_that_an_array_may_take_over(store):
    put(store, v=b"value" * 50_000)
    part = store.look(PLACE, ["v"]).parts["v"]
    assert not memoryview(part).readonly


def test_clear_forgets_a_shelf_everywhere(store, clock):
    put(store)
    put(store, Place("app.g-4567", PLACE.key))
    other = DiskStore(store.folder, clock=clock)
    before = other.generations.current([SHELF, "app.g-4567"])
    store.clear(SHELF)
    assert found(other) is None
    assert found(other, Place("app.g-4567", PLACE.key))
    after = other.generations.current([SHELF, "app.g-4567"])
    assert after[0] != before[0]
    assert after[1] == before[1]


def test_what_was_begun_before_a_clearing_is_not_kept(store):
    late = store.look(PLACE, []).claim
    store.clear(SHELF)
    assert not put(store, claim=late)
    assert found(store) is None
    assert put(store)
    store.clear(SHELF)
    assert found(store) is None


def test_a_life_ends_by_the_clock(store, clock):
    put(store, life=10)
    assert store.look(PLACE, []).life == 10
    clock.now += 4
    assert store.look(PLACE, []).life == pytest.approx(6)
    clock.now += 6.1
    assert found(store) is None
    assert f"{KEY}.m" not in files(store)


def test_what_was_made_later_than_now_has_no_life_left(store, clock):
    put(store, life=10)
    clock.now -= 1
    assert found(store) is None


def test_what_has_no_life_left_is_not_kept(store):
    assert not put(store, life=0)
    assert not put(store, life=-1)
    assert not put(store, life=math.nan)


def test_what_has_no_end_is_forgotten_when_it_is_not_used(store, clock):
    put(store)
    clock.now += 29 * DAY
    assert found(store)
    clock.now += 29 * DAY
    assert found(store)
    clock.now += 31 * DAY
    assert found(store) is None


def test_what_has_an_end_is_kept_until_then(store, clock):
    put(store, life=90 * DAY)
    clock.now += 80 * DAY
    assert found(store)


def test_a_hit_is_noted_once_an_hour(store, clock, monkeypatch):
    put(store)
    marked, real = [], os.utime
    monkeypatch.setattr(os, "utime", lambda *a: marked.append(a) or real(*a))
    assert found(store)
    clock.now += HOUR + 1
    assert found(store)
    assert found(store)
    assert len(marked) == 1


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
