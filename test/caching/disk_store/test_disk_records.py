"""Records on disk, and their parts."""

from __future__ import annotations

import math
import os
from pathlib import Path

import pytest

from gradio.caching.stores.backing import Absent, Place
from gradio.caching.stores.disk import DiskStore
from support.disk_files import files, put_alone
from support.records import PLACE, SHELF, found, put

KEY = PLACE.key.hex()
OTHER = "cd" * 16


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
