from __future__ import annotations

import math
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradio.caching import ages, files
from gradio.caching.context.toasts import Toast
from gradio.caching.entry import Entry
from gradio.caching.errors import BrokenRecordError, UnpackableError
from gradio.caching.records import entry_of, grow_old, meta_of, parts_of
from gradio.caching.stores.backing import Place

PLACE = Place("app.f-0123", b"k" * 32)
TOASTS = Toast("told", "Info", "info", 3.0, True), Toast("", "", "warning", None, False)


def bytes_of(parts):
    return {n: b"".join(map(bytes, pieces)) for n, pieces in parts.items()}


def written(value=1, place=PLACE, born=5.0, **fields):
    return bytes_of(parts_of(place, Entry(value, 1, **fields), born))


def read(parts, folder="", place=PLACE):
    return entry_of(place, meta_of(place, parts), parts, str(folder))


def test_an_entry_comes_back_as_it_was():
    parts = written({"a": np.arange(3)}, toasts=TOASTS, seconds=1.5)
    meta, entry = meta_of(PLACE, parts), read(parts)
    assert (meta.born, meta.seconds) == (5.0, 1.5)
    assert (entry.toasts, entry.seconds) == (TOASTS, 1.5)
    assert list(entry.value["a"]) == [0, 1, 2]
    assert entry.size > 400
    assert entry.life is None


def test_files_come_with_it(tmp_path):
    path = tmp_path / "a b.txt"
    path.write_text("content")
    stamps = files.lasting_stamps([str(path)])
    parts = written([str(path), "text"], files=stamps)
    path.unlink()
    entry = read(parts, tmp_path / "restored")
    place, text = entry.value
    assert text == "text"
    assert Path(place).read_text() == "content"
    assert [file.path for file in entry.files] == [place]
    assert files.unchanged(entry.files)


def test_a_file_that_changed_meanwhile_is_not_written(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("content")
    stamps = tuple(files.stamp(str(path)) for _ in range(1))
    path.write_text("another")
    with pytest.raises(OSError, match="a.txt"):
        written(str(path), files=stamps)


@given(st.data())
def test_whatever_is_changed_or_cut_makes_it_a_broken_one(data):
    parts = written(["text", 1.5, b"x" * 300], toasts=TOASTS)
    name = data.draw(st.sampled_from(sorted(parts)))
    position = data.draw(st.integers(0, len(parts[name]) - 1))
    changed = bytearray(parts[name])
    changed[position] ^= data.draw(st.integers(1, 255))
    for content in (bytes(changed), parts[name][:position]):
        with pytest.raises(BrokenRecordError):
            read({**parts, name: content})


def test_parts_belong_to_one_place_and_name():
    parts = written()
    other = Place(PLACE.shelf, b"o" * 32)
    for change in (
        {"m": parts["v"]},
        {"v": parts["m"]},
        {"v": written(place=other)["v"]},
    ):
        with pytest.raises(BrokenRecordError):
            read({**parts, **change})
    for name in parts:
        with pytest.raises(BrokenRecordError, match="without"):
            read({n: c for n, c in parts.items() if n != name})


def test_what_can_t_be_made_again_is_refused():
    with pytest.raises(UnpackableError):
        written(lambda: 1)


@pytest.mark.parametrize(
    ("limits", "age", "left", "fresh", "ends"),
    [
        (ages.Ages(100.0), 40.0, 60.0, 60.0, 60.0),
        (ages.Ages(100.0, 50.0), 40.0, 110.0, 60.0, 110.0),
        (ages.Ages(100.0, 50.0), 120.0, 30.0, -20.0, 30.0),
        (ages.Ages(1000.0), 40.0, 60.0, 60.0, 60.0),  # the writer's was shorter
        (ages.Ages(10.0), 40.0, 60.0, -30.0, -30.0),
        (None, 40.0, 60.0, 60.0, 60.0),
    ],
)
def test_it_gets_the_rest_of_its_life(clock, limits, age, left, fresh, ends):
    entry = Entry(1, 1)
    grow_old(entry, limits, age, left)
    assert entry.life.fresh_until - ages.clock() == pytest.approx(fresh)
    assert entry.life.ends - ages.clock() == pytest.approx(ends)


def test_what_never_grows_old_has_no_life(clock):
    entry = Entry(1, 1)
    grow_old(entry, None, time.time(), math.inf)
    assert entry.life is None
