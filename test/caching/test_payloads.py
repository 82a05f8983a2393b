from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradio.caching import files
from gradio.caching.errors import BrokenRecordError, UnpackableError
from gradio.caching.payloads import Payload, payload_of, payload_parts
from gradio.caching.stores.backing import Place

PLACE = Place("app.f-0123", b"k" * 32)
VIEW, RUN = "ab", b"run"
PART = f"p:{VIEW}"


def written(content, found=(), view=VIEW, run=RUN, place=PLACE):
    parts = payload_parts(place, view, Payload(content, found), run)
    return {n: b"".join(map(bytes, pieces)) for n, pieces in parts.items()}


def read(parts, folder="", view=VIEW, run=RUN):
    def fetch(names):
        return {name: parts[name] for name in names if name in parts}

    return payload_of(PLACE, view, run, parts[PART], fetch, str(folder))


@pytest.fixture
def with_file(tmp_path):
    """What names a file, which is gone when it has been written."""
    path = tmp_path / "made" / "a b.txt"
    path.parent.mkdir()
    path.write_text("content")
    named = [{"path": str(path), "url": f"http://x/gradio_api/file={path}"}, "text"]
    parts = written(named, files.lasting_stamps([str(path)]))
    path.unlink()
    return parts


def test_it_comes_back_as_it_was():
    content = ["a", 1.5, {"b": None}]
    assert read(written(content)) == Payload(content)


def test_files_come_with_it(with_file, tmp_path):
    (named, text), (stamp,) = read(with_file, tmp_path / "restored")
    assert Path(named["path"]).read_text() == "content"
    assert Path(named["path"]).is_relative_to(tmp_path / "restored")
    assert named["url"] == f"http://x/gradio_api/file={named['path']}"
    assert (stamp.path, text) == (named["path"], "text")


def test_no_file_is_written_through_a_link(with_file, tmp_path):
    restored, elsewhere = tmp_path / "restored", tmp_path / "elsewhere"
    (path,) = [f.path for f in read(with_file, restored).files]
    elsewhere.write_text("mine")
    Path(path).unlink()
    Path(path).symlink_to(elsewhere)
    read(with_file, restored)
    assert elsewhere.read_text() == "mine"
    assert not Path(path).is_symlink()


def test_that_of_another_run_is_none():
    assert read(written("a"), run=b"another") is None


def test_it_belongs_to_one_place_and_view(with_file):
    other = Place(PLACE.shelf, b"o" * 32)
    for parts in (written("a", place=other), {PART: written("a", view="cd")["p:cd"]}):
        with pytest.raises(BrokenRecordError):
            read(parts)
    with pytest.raises(BrokenRecordError, match="without its file"):
        read({PART: with_file[PART]})


def test_what_is_no_payload_is_broken(monkeypatch):
    monkeypatch.setattr("gradio.caching.payloads._Body", lambda *_: (1, 2))
    parts = written("a")
    monkeypatch.undo()
    with pytest.raises(BrokenRecordError):
        read(parts)


def test_what_can_t_be_made_again_is_refused():
    with pytest.raises(UnpackableError):
        written([lambda: 1])


@given(st.data())
def test_whatever_is_changed_or_cut_makes_it_a_broken_one(data):
    parts = written(["text", b"x" * 300])
    position = data.draw(st.integers(0, len(parts[PART]) - 1))
    changed = bytearray(parts[PART])
    changed[position] ^= data.draw(st.integers(1, 255))
    for content in (bytes(changed), parts[PART][:position]):
        with pytest.raises(BrokenRecordError):
            read({PART: content})
