"""Files of results: where they come to be again, and under which names."""

from __future__ import annotations

import os
import pathlib
from typing import Any

import pytest
from blake3 import blake3
from hypothesis import given
from hypothesis import strategies as st

from gradio.caching import files
from gradio.caching.codec import unpack_value
from gradio.caching.codec.stored_files import (
    LONGEST_NAME,
    StoredFile,
    clean_name,
    new_names,
    place_of,
    renamed,
    restore,
    stored_files,
)
from gradio.caching.errors import BrokenRecordError
from gradio.data_classes import FileData
from support.packed import packed, repacked

CONTENT = b"content"
DIGEST = blake3(CONTENT).digest()
CLEAN = {
    "/tmp/gradio/0f/a b.png": "a b.png",
    "C:\\Users\\me\\a.png": "a.png",
    "../../etc/passwd": "passwd",
    "a/..": "file",
    "": "file",
    "/": "file",
    ".bashrc": "bashrc",
    "a\x00b\n.txt": "ab.txt",
    "a:b|c?.txt": "abc.txt",
    "nul.txt": "_nul.txt",
    "COM1": "_COM1",
    "Ärger.pdf": "Ärger.pdf",
    "trailing. . ": "trailing",
}


@pytest.mark.parametrize(("path", "name"), CLEAN.items())
def test_names_are_clean(path, name):
    assert clean_name(path) == name


def test_long_names_keep_their_extension():
    assert clean_name("ä" * 500 + ".png").endswith("ä.png")
    assert clean_name("x." + "y" * 500)


@given(st.text(st.characters()))
def test_every_name_is_clean(path):
    name = clean_name(path)
    assert name not in ("", ".", "..")
    assert not {*name} & {*'/\\:*?"<>|\0\n'}
    assert not name.startswith((".", " "))
    assert len(name.encode()) <= LONGEST_NAME + 1
    assert clean_name(name) == name
    place = place_of(StoredFile(path, DIGEST), "/folder")
    assert os.path.dirname(os.path.dirname(os.path.normpath(place))) == "/folder"


def stored(path: str = "/old/a.txt") -> StoredFile:
    return StoredFile(path, DIGEST)


def test_a_file_comes_to_be_again(tmp_path):
    folder = str(tmp_path / "cache" / "inner")
    place = restore(stored(), CONTENT, folder)
    assert place == place_of(stored(), folder)
    assert pathlib.Path(place).read_bytes() == CONTENT
    assert os.listdir(os.path.dirname(place)) == ["a.txt"]


def test_a_file_that_is_there_is_left_alone(tmp_path):
    place = restore(stored(), CONTENT, str(tmp_path))
    before = os.stat(place)
    assert restore(stored(), memoryview(CONTENT), str(tmp_path)) == place
    assert os.stat(place).st_ino == before.st_ino
    assert os.stat(place).st_mtime_ns == before.st_mtime_ns


@pytest.mark.parametrize("there", [b"", b"another", b"contenT"])
def test_another_file_at_its_place_is_replaced(tmp_path, there):
    place = restore(stored(), CONTENT, str(tmp_path))
    pathlib.Path(place).write_bytes(there)
    restore(stored(), CONTENT, str(tmp_path))
    assert pathlib.Path(place).read_bytes() == CONTENT


def test_other_content_is_not_written(tmp_path):
    with pytest.raises(BrokenRecordError):
        restore(stored(), b"another", str(tmp_path))
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("digest", [b"", b"x" * 31, "0" * 32, None, b"../" * 11])
def test_a_digest_that_is_none_is_a_miss(tmp_path, digest):
    with pytest.raises(BrokenRecordError):
        restore(StoredFile("a", digest), CONTENT, str(tmp_path))


def test_nothing_is_written_through_a_link(tmp_path):
    folder, elsewhere = tmp_path / "cache", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    target = elsewhere / "a.txt"
    target.write_bytes(b"kept")
    (folder / DIGEST.hex()).symlink_to(elsewhere)
    with pytest.raises(OSError, match="no folder"):
        restore(stored(), CONTENT, str(folder))
    (folder / DIGEST.hex()).unlink()
    place = folder / DIGEST.hex() / "a.txt"
    place.parent.mkdir()
    place.symlink_to(target)
    restore(stored(), CONTENT, str(folder))
    assert target.read_bytes() == b"kept"
    assert place.read_bytes() == CONTENT
    assert not place.is_symlink()


def test_a_link_that_leads_nowhere_is_not_followed(tmp_path):
    place = tmp_path / DIGEST.hex() / "a.txt"
    place.parent.mkdir()
    place.symlink_to(tmp_path / "new")
    restore(stored(), CONTENT, str(tmp_path))
    assert not (tmp_path / "new").exists()


def test_a_write_that_fails_leaves_nothing(tmp_path, monkeypatch):
    def fail(*_: Any) -> None:
        raise OSError("full")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="full"):
        restore(stored(), CONTENT, str(tmp_path))
    assert os.listdir(tmp_path / DIGEST.hex()) == []


def test_files_are_known_by_content(tmp_path):
    one, other = tmp_path / "a.txt", tmp_path / "b.txt"
    for path in (one, other):
        path.write_bytes(CONTENT)
    found = stored_files(files.lasting_stamps([str(one), str(other)]))
    assert found == (StoredFile(str(one), DIGEST), StoredFile(str(other), DIGEST))
    assert repacked(found) == found


def test_a_file_that_was_changed_is_not_stored(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(CONTENT)
    stamps = files.lasting_stamps([str(path)])
    path.write_bytes(b"longer content")
    with pytest.raises(OSError, match="being changed"):
        stored_files(stamps)


NEW = "/new/a.txt"
MOVED = {"/old/a.txt": NEW}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("/old/a.txt", NEW),
        ("/gradio_api/file=/old/a.txt", f"/gradio_api/file={NEW}"),
        ("http://h:1/gradio_api/file=/old/a.txt", f"http://h:1/gradio_api/file={NEW}"),
        ("/gradio_api/stream//old/a.txt", f"/gradio_api/stream/{NEW}"),
        ("/old/a.txt.bak", "/old/a.txt.bak"),
        ("/very/old/a.txt", "/very/old/a.txt"),
        ("see /old/a.txt", "see /old/a.txt"),
        ("/gradio_api/file=/old/b.txt", "/gradio_api/file=/old/b.txt"),
        ("", ""),
    ],
)
def test_paths_and_addresses_are_renamed(text, name):
    assert renamed(text, MOVED) == name


def test_a_value_names_what_is_there(tmp_path):
    payload = {"path": "/old/a.txt", "url": "/gradio_api/file=/old/a.txt", "size": 7}
    value = (["/old/a.txt"], pathlib.Path("/old/a.txt"), FileData(path="/old/a.txt"))
    names = new_names([stored()], str(tmp_path))
    (place,) = names.values()
    paths, path, data = unpack_value(packed(value), names)
    assert (paths, path, data.path) == ([place], pathlib.Path(place), place)
    made = unpack_value(packed(payload), names)
    assert made == {"path": place, "url": f"/gradio_api/file={place}", "size": 7}


def test_paths_of_bytes_that_are_no_text(tmp_path):
    old = os.fsdecode(b"/old/\xff.txt")
    names = new_names([stored(old)], str(tmp_path))
    made = unpack_value(packed([old, pathlib.Path(old)]), names)
    assert made == [names[old], pathlib.Path(names[old])]
    assert clean_name(old) == "txt"
