from __future__ import annotations

import multiprocessing
import os
from pathlib import Path

import pytest

from gradio.caching.stores import disk_deletions, disk_files
from gradio.caching.stores.backing import Deletions, Place
from gradio.caching.stores.disk import DiskStore
from gradio.caching.stores.disk_sweeper import DAY, IDLE, sweep

SHELF = "app.f-0123"
KEYS = [digit * 32 for digit in (b"a", b"b", b"c")]


@pytest.fixture
def store(tmp_path):
    os.mkdir(tmp_path / "v1")
    return DiskStore(str(tmp_path))


@pytest.fixture
def other(store):
    return DiskStore(store.folder)


def asked(store, mark=""):
    return store.generations.deleted({SHELF: mark})[SHELF]


def test_the_first_time_there_is_but_a_mark(store, other):
    first = asked(store)
    assert first.mark
    assert first.keys == ()
    other.generations.note(Place(SHELF, KEYS[0]))
    assert asked(store) == Deletions(asked(store).mark)


def test_what_others_delete_or_replace_is_told_once(store, other):
    mark = asked(store).mark
    other.delete(Place(SHELF, KEYS[0]))
    other.generations.note(Place(SHELF, KEYS[1]))
    told = asked(store, mark)
    assert told.keys == (KEYS[0], KEYS[1])
    assert asked(store, told.mark) == Deletions(told.mark)


def test_nobody_is_told_of_what_he_did_himself(store, other):
    mine, theirs = asked(store).mark, asked(other).mark
    store.delete(Place(SHELF, KEYS[0]))
    other.delete(Place(SHELF, KEYS[1]))
    assert asked(store, mine).keys == (KEYS[1],)
    assert asked(other, theirs).keys == (KEYS[0],)


def test_shelves_are_apart(store, other):
    marks = {SHELF: asked(store).mark, "app.g-0123": ""}
    other.delete(Place("app.g-0123", KEYS[0]))
    assert store.generations.deleted(marks)[SHELF].keys == ()


def test_too_many_are_not_remembered(store, other):
    place, early = Place(SHELF, KEYS[0]), asked(store).mark
    late = early
    for _ in range(1700):
        other.generations.note(place)
        told = asked(store, late)
        assert told.keys is None or told.keys == (KEYS[0],)
        late = told.mark
    assert asked(store, early).keys is None
    assert asked(store, late).keys == ()
    (path,) = Path(store.folder).rglob(disk_deletions.FILE)
    assert path.stat().st_size < 2**17


@pytest.mark.parametrize("torn", [b"=ab", b"\0" * 83 + b"\n", b"x y\n", b"\n"])
def test_what_a_crash_left_may_stand_for_any(store, other, torn):
    mark = asked(store).mark
    other.delete(Place(SHELF, KEYS[0]))
    (path,) = Path(store.folder).rglob(disk_deletions.FILE)
    with path.open("ab") as file:
        file.write(torn)
    other.delete(Place(SHELF, KEYS[1]))
    told = asked(store, mark)
    assert told.keys is None
    other.delete(Place(SHELF, KEYS[2]))
    assert asked(store, told.mark).keys == (KEYS[2],)


def test_half_a_line_is_read_when_it_is_whole(store, other):
    mark = asked(store).mark
    other.delete(Place(SHELF, KEYS[0]))
    (path,) = Path(store.folder).rglob(disk_deletions.FILE)
    line = path.read_bytes()
    for length in range(len(line)):
        path.write_bytes(line[:length])
        assert asked(store, mark).keys == ()
        mark = asked(store, mark).mark
    path.write_bytes(line)
    assert asked(store, mark).keys == (KEYS[0],)


def test_what_is_added_to_a_file_that_gives_way_is_added_again(
    store, other, monkeypatch
):
    mark = asked(store).mark
    other.generations.note(Place(SHELF, KEYS[0]))
    (path,) = Path(store.folder).rglob(disk_deletions.FILE)
    real, ways = os.fstat, iter([True])

    def gives_way(descriptor):
        state = real(descriptor)
        if next(ways, False):
            disk_files.write(str(path), [b"#0123456789abcdef\n"])
        return state

    mark = asked(store, mark).mark
    monkeypatch.setattr(os, "fstat", gives_way)
    other.generations.note(Place(SHELF, KEYS[1]))
    monkeypatch.undo()
    assert asked(store, mark).keys is None
    assert asked(store, "0123456789abcdef:18").keys == (KEYS[1],)


def test_a_file_that_is_gone_may_have_said_anything(store, other):
    other.delete(Place(SHELF, KEYS[0]))
    mark = asked(store).mark
    (path,) = Path(store.folder).rglob(disk_deletions.FILE)
    path.unlink()
    assert asked(store, mark).keys is None


def test_what_can_t_be_read_or_written_is_no_trouble(store, other):
    mark = asked(store).mark
    other.delete(Place(SHELF, KEYS[0]))
    (path,) = Path(store.folder).rglob(disk_deletions.FILE)
    path.unlink()
    path.mkdir()
    other.delete(Place(SHELF, KEYS[1]))
    assert asked(store, mark).keys == ()
    with pytest.raises(ValueError, match="name"):
        store.generations.deleted({"../x": mark})


def test_what_may_be_computed_is_told_where_nothing_is(tmp_path):
    store, other = (DiskStore(str(tmp_path / "none")) for _ in range(2))
    mark = asked(store).mark
    store.generations.note(Place(SHELF, KEYS[0]))
    assert not os.path.exists(store.folder)
    other.delete(Place(SHELF, KEYS[0]))
    assert asked(store, mark).keys == (KEYS[0],)
    assert os.stat(store.folder).st_mode & 0o777 == 0o700


def test_a_shelf_that_is_used_no_more_is_swept(store):
    store.clear(SHELF)
    store.delete(Place(SHELF, KEYS[0]))
    (path,) = Path(store.folder).rglob(disk_deletions.FILE)
    now = path.stat().st_mtime
    generation = path.with_name(".generation")
    os.utime(generation, (now - IDLE, now - IDLE))
    sweep(store._root, 2**40, now + DAY)
    assert generation.exists()
    sweep(store._root, 2**40, now + IDLE + DAY)
    assert not path.parent.exists()


def delete_many(folder: str, number: int) -> None:
    store = DiskStore(folder)
    for i in range(1000):
        store.generations.note(Place(SHELF, (number * 1000 + i).to_bytes(32, "big")))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="starts processes by forking")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_none_is_lost_among_processes(store):
    context = multiprocessing.get_context("fork")
    each = [context.Process(target=delete_many, args=(store.folder, n)) for n in (1, 2)]
    mark, seen, is_whole = asked(store).mark, set(), True
    for process in each:
        process.start()
    while True:
        is_over = not any(process.is_alive() for process in each)
        told = asked(store, mark)
        mark = told.mark
        is_whole &= told.keys is not None
        seen |= set(told.keys or ())
        if is_over:
            break
    assert [process.exitcode for process in each] == [0, 0]
    expected = {n.to_bytes(32, "big") for n in range(1000, 3000)}
    assert seen <= expected
    assert not is_whole or seen == expected


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_forked_child_is_another(store):
    mark = asked(store).mark
    context = multiprocessing.get_context("fork")
    child = context.Process(target=store.delete, args=(Place(SHELF, KEYS[0]),))
    child.start()
    child.join()
    assert asked(store, mark).keys == (KEYS[0],)
