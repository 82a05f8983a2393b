"""Runs that began before another process deleted or replaced what they make."""

from __future__ import annotations

import errno
import math
import os
from pathlib import Path

import pytest

from gradio.caching.stores import disk_deletions, disk_files
from gradio.caching.stores.backing import Claim, Place
from gradio.caching.stores.disk import DiskStore
from support.disk_files import files
from support.records import OTHER, PLACE, SHELF, found, put

KEY = PLACE.key.hex()


@pytest.fixture
def other(store, clock):
    """The same folder, as another process has it."""
    return DiskStore(store.folder, clock=clock)


def begin(store, place=PLACE):
    """Begins a run, whatever is there; returns its claim."""
    return store.look(place, ["v"]).claim


def refresh(store, place=PLACE, **parts):
    assert put(store, place, **parts)
    store.generations.note(place)


def mark_of(store):
    return store.generations.deleted({SHELF: ""})[SHELF].mark


def told_after(mark, store):
    return store.generations.deleted({SHELF: mark})[SHELF].keys


def deletions(store):
    (path,) = Path(store.folder).rglob(disk_deletions.FILE)
    return path


@pytest.mark.parametrize("is_there", [False, True])
def test_a_run_is_late_for_what_another_deleted(store, other, is_there):
    if is_there:
        put(store, v=b"older")
    claim = begin(store)
    other.delete(PLACE)
    assert not put(store, claim=claim, v=b"old")
    assert found(other) is found(store) is None
    assert put(store, claim=begin(store), v=b"new")
    assert found(other, PLACE, "v") == {"m": b"meta", "v": b"new"}


@pytest.mark.parametrize("is_there", [False, True])
def test_a_run_is_late_for_what_another_replaced(store, other, is_there):
    if is_there:
        put(store, v=b"older")
    claim = begin(store)
    refresh(other, v=b"new")
    assert not put(store, claim=claim, v=b"old")
    assert found(store, PLACE, "v") == {"m": b"meta", "v": b"new"}
    assert put(store, claim=begin(store), v=b"newer")


def test_a_run_is_not_late_for_what_was_before(store, other):
    put(other)
    other.delete(PLACE)
    refresh(other)
    other.delete(PLACE)
    assert put(store, claim=begin(store))


def test_a_run_is_not_late_for_other_records(store, other):
    claim = begin(store)
    other.delete(OTHER)
    refresh(other, OTHER)
    other.delete(Place("app.g-4567", PLACE.key))
    assert put(store, claim=claim)


def test_a_process_is_not_late_for_what_it_did_itself(store):
    claim = begin(store)
    refresh(store)
    store.delete(PLACE)
    assert put(store, claim=claim)


def test_of_two_that_run_the_same_at_once_neither_is_late(store, other):
    claims = begin(store), begin(other)
    assert put(store, claim=claims[0], v=b"one")
    assert put(other, claim=claims[1], v=b"two")
    assert found(store, PLACE, "v") == {"m": b"meta", "v": b"two"}


def test_data_is_not_late_for_what_is_set_at_the_same_time(store, other):
    put(store)
    claim = store.look(PLACE, ()).claim
    refresh(other, v=b"other")
    assert put(store, claim=claim, v=b"mine")


def test_without_a_mark_nothing_is_late(store, other):
    other.delete(PLACE)
    assert put(store, claim=Claim("0"))


def test_parts_are_added_whatever_was_deleted(store, other):
    claim = begin(store)
    put(store, claim=claim, v=b"value")
    refresh(other, v=b"new")
    assert store.put(PLACE, {"p:1": [b"payload"]}, claim, math.inf)
    assert found(store, PLACE, "p:1") == {"m": b"meta", "p:1": b"payload"}


def test_a_run_is_late_if_too_many_were_deleted(store, other):
    other.delete(OTHER)
    claim = begin(store)
    for _ in range(1700):
        other.generations.note(OTHER)
    assert not put(store, claim=claim)
    assert put(store, claim=begin(store))


def test_a_run_is_late_if_what_was_deleted_is_lost(store, other):
    other.delete(OTHER)
    claim = begin(store)
    deletions(store).unlink()
    assert not put(store, claim=claim)
    assert put(store, claim=begin(store))


def test_a_run_is_late_if_what_was_deleted_can_t_be_read(store, other, monkeypatch):
    claim = begin(store)
    real = disk_files.read

    def read(path, limit):
        if path.endswith(disk_deletions.FILE):
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(path, limit)

    monkeypatch.setattr(disk_files, "read", read)
    assert not put(store, claim=claim)
    assert found(other) is None


def test_a_run_is_late_if_its_look_failed(store, other, monkeypatch):
    def fails(shelf):
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(store.generations, "of", fails)
        claim = begin(store)
    other.delete(PLACE)
    assert not put(store, claim=claim)


def test_what_is_deleted_while_it_is_written_is_gone(store, other, monkeypatch):
    claim, mark, write = begin(store), mark_of(store), disk_files.write

    def delete_and_write(*args):
        monkeypatch.undo()
        other.delete(PLACE)
        write(*args)

    monkeypatch.setattr(disk_files, "write", delete_and_write)
    assert not put(store, claim=claim, v=b"old")
    assert found(store) is found(other) is None
    assert not any(name.startswith(KEY) for name in files(store))
    # Who has read it in between is told of it.
    assert told_after(mark, DiskStore(store.folder)) == (PLACE.key, PLACE.key)


def test_what_is_written_while_it_is_deleted_is_gone(store, other, monkeypatch):
    put(store, v=b"older")
    claim, mark, add = begin(store), mark_of(store), other.generations.deletions.add

    def put_and_add(place, is_deleted):
        monkeypatch.undo()
        assert put(store, claim=claim, v=b"old")
        add(place, is_deleted)

    monkeypatch.setattr(other.generations.deletions, "add", put_and_add)
    other.delete(PLACE)
    assert found(store) is found(other) is None
    assert told_after(mark, DiskStore(store.folder)) == (PLACE.key, PLACE.key)


def test_a_mark_is_not_read_again_until_something_is_added(store, other, monkeypatch):
    other.delete(OTHER)
    first, real, reads = begin(store).mark, disk_files.read, []

    def read(path, limit):
        reads.append(os.path.basename(path))
        return real(path, limit)

    monkeypatch.setattr(disk_files, "read", read)
    assert begin(store).mark == first
    assert disk_deletions.FILE not in reads
    other.delete(PLACE)
    assert begin(store).mark not in ("", first)
    assert reads.count(disk_deletions.FILE) == 1
