"""What every backing does, whatever it is: on disk, on a Redis, on a Valkey."""

from __future__ import annotations

import math
import threading

import pytest

from gradio.caching.stores.backing import Absent, Deletions, Hit, Place
from support.backings import opener
from support.records import ELSEWHERE, OTHER, OTHER_SHELF, PLACE, SHELF, found, put


@pytest.fixture(params=["disk", "redis", "valkey"])
def another(request, tmp_path):
    """Opens the store as another process does."""
    return opener(request.param, tmp_path)


@pytest.fixture
def store(another):
    return another()


def test_what_was_put_is_found_by_every_process(store, another):
    assert type(store.look(PLACE, ["v"])) is Absent
    assert put(store, v=b"value")
    other = another()
    assert found(other, PLACE, "v") == {"m": b"meta", "v": b"value"}
    assert found(other, PLACE, "m", "p:no") == {"m": b"meta"}
    assert other.parts(PLACE, ["v", "p:none"]) == {"v": b"value"}
    assert other.parts(PLACE, []) == {}
    assert found(other, OTHER) is None
    assert found(other, ELSEWHERE) is None


@pytest.mark.parametrize("size", [0, 1, 2**16, 3_000_000])
def test_parts_come_in_pieces_of_any_kind_and_length(store, another, size):
    pieces = [b"a", bytearray(b"bc"), memoryview(bytes(8)).cast("d"), b"x" * size]
    claim = store.look(PLACE, []).claim
    assert store.put(PLACE, {"m": [b""], "v": pieces}, claim, 100)
    whole = b"abc" + bytes(8) + b"x" * size
    assert found(another(), PLACE, "v") == {"m": b"", "v": whole}


@pytest.mark.parametrize("size", [1, 3_000_000])
def test_parts_that_come_later_are_added(store, another, size):
    put(store, v=b"value")
    claim = another().look(PLACE, []).claim
    assert store.put(PLACE, {"p:1": [b"x" * size], "f:2": [b""]}, claim, math.inf)
    expected = {"m": b"meta", "v": b"value", "p:1": b"x" * size, "f:2": b""}
    assert found(store, PLACE, "v", "p:1", "f:2") == expected


def test_a_record_takes_the_place_of_another_as_a_whole(store, another):
    put(store, v=b"value", w=b"more")
    assert put(another(), m=b"new", v=b"another")
    assert found(store, PLACE, "v") == {"m": b"new", "v": b"another"}


def test_delete_forgets_one_record(store, another):
    put(store, v=b"1")
    put(store, OTHER)
    store.delete(PLACE)
    store.delete(PLACE)
    assert found(another()) is None
    assert found(another(), OTHER)
    assert put(another())
    assert found(store) == {"m": b"meta"}


def test_clear_forgets_a_shelf_everywhere(store, another):
    put(store)
    put(store, ELSEWHERE)
    other = another()
    before = other.generations.current([SHELF, OTHER_SHELF])
    store.clear(SHELF)
    assert found(other) is None
    assert found(other, ELSEWHERE)
    after = other.generations.current([SHELF, OTHER_SHELF])
    assert after == store.generations.current([SHELF, OTHER_SHELF])
    assert after[0] != before[0]
    assert after[1] == before[1]
    store.clear(SHELF)
    assert other.generations.current([SHELF])[0] not in (before[0], after[0])


def test_what_was_begun_before_a_clearing_is_not_kept(store, another):
    late = store.look(PLACE, []).claim
    put(store)
    another().clear(SHELF)
    assert not put(store, claim=late)
    assert not store.put(PLACE, {"p:1": [b""]}, late, 1)
    assert found(store) is None
    assert put(store)


@pytest.mark.parametrize("life", [0, -1, math.nan, -math.inf])
def test_what_has_no_life_left_is_not_kept(store, life):
    assert not put(store, life=life)
    assert found(store) is None


@pytest.mark.parametrize("life", [1e-3, 50.0, 1e9, 1e300])
def test_a_life_is_told(store, another, life):
    assert put(store, life=life)
    look = another().look(PLACE, [])
    assert type(look) is Absent or 0 <= look.life <= life
    assert type(look) is Hit or life < 1


def test_what_is_too_long_is_neither_written_nor_read(another):
    small = another("max_entry=10")
    assert not put(small, v=b"x" * 11)
    assert found(small) is None
    assert put(another(), v=b"x" * 11)
    assert found(small, PLACE, "v") == {"m": b"meta"}
    assert small.parts(PLACE, ["v"]) == {}


@pytest.mark.parametrize(
    "place",
    [
        *(Place("../x", PLACE.key), Place("", PLACE.key), Place(".x", PLACE.key)),
        *(Place("a/b", PLACE.key), Place(SHELF, b""), Place(SHELF, b"x" * 100)),
        *(Place("a}b", PLACE.key), Place("a{b", PLACE.key), Place("a\n", PLACE.key)),
    ],
)
def test_names_lead_nowhere_else(store, place):
    with pytest.raises(ValueError, match="name|key of a record"):
        put(store, place)


@pytest.mark.parametrize("part", ["", "..", "v/..", "p:", "p:a/b", "G", "v.w", "F"])
def test_parts_have_names(store, part):
    claim = store.look(PLACE, []).claim
    with pytest.raises(ValueError, match="names no part"):
        store.put(PLACE, {"m": [b""], part: [b""]}, claim, 1)


def asked(store, mark=""):
    return store.generations.deleted({SHELF: mark})[SHELF]


def test_what_others_delete_or_replace_is_told_once(store, another):
    put(store)
    other, mark = another(), asked(store).mark
    other.delete(PLACE)
    other.generations.note(OTHER)
    told = asked(store, mark)
    assert sorted(told.keys) == [PLACE.key, OTHER.key]
    assert asked(store, told.mark) == Deletions(told.mark)
    assert asked(store) == Deletions(told.mark)


def test_nobody_is_told_of_what_he_did_himself(store, another):
    put(store)
    other = another()
    mine, theirs = asked(store).mark, asked(other).mark
    store.delete(PLACE)
    other.delete(OTHER)
    assert asked(store, mine).keys == (OTHER.key,)
    assert asked(other, theirs).keys == (PLACE.key,)


def test_shelves_are_apart(store, another):
    put(store)
    marks = {SHELF: asked(store).mark, OTHER_SHELF: ""}
    another().delete(ELSEWHERE)
    assert store.generations.deleted(marks)[SHELF].keys == ()


def test_too_many_deletions_are_not_remembered(store, another):
    put(store)
    early, other = asked(store).mark, another()
    late = early
    for number in range(1700):
        other.generations.note(Place(SHELF, number.to_bytes(32, "big")))
        if number % 50 == 0:
            told = asked(store, late)
            assert told.keys is None or number.to_bytes(32, "big") in told.keys
            late = told.mark
    assert asked(store, early).keys is None


def test_a_clearing_does_not_hide_deletions(store, another):
    put(store)
    mark = asked(store).mark
    other = another()
    other.clear(SHELF)
    other.delete(PLACE)
    assert asked(store, mark).keys in (None, (PLACE.key,))


def test_many_threads_at_once(store, another, pool):
    barrier, others = threading.Barrier(8), [another() for _ in range(2)]

    def work(number):
        barrier.wait()
        mine = [store, *others][number % 3]
        for i in range(30):
            place = Place(SHELF, bytes([i % 4]) * 32)
            if i % 11 == number:
                mine.delete(place)
            if (i, number) == (15, 0):
                mine.clear(SHELF)
            body = bytes([number]) * (1 + 30_000 * (i % 3))
            put(mine, place, v=body)
            parts = found(mine, place, "v") or {}
            assert len(set(parts.get("v", b""))) <= 1

    for done in [pool.submit(work, number) for number in range(8)]:
        done.result()
