import os
from pathlib import Path

import pytest

from gradio.caching.hashing import digest
from gradio.caching.scope.uploads import by_content
from gradio.utils import NamedString, get_upload_folder


@pytest.fixture
def uploads(tmp_path, monkeypatch):
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "uploads"))
    assert get_upload_folder() == str(tmp_path / "uploads")

    def upload(content, name):
        path = tmp_path / "uploads" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return str(path)

    return upload


def key(value):
    return digest(by_content(value))


WRAPS = [
    str,
    NamedString,
    Path,
    lambda p: [p],
    lambda p: (1, p),
    lambda p: {"text": "a", "files": [p]},
    lambda p: [{"role": "user", "content": {"path": p}}],
]


@pytest.mark.parametrize("wrap", WRAPS)
def test_the_same_bytes_under_different_names_meet(wrap, uploads):
    one, other = uploads(b"bytes", "1/a.txt"), uploads(b"bytes", "2/b.bin")
    assert key(wrap(one)) == key(wrap(other))
    assert key(wrap(one)) != key(wrap(uploads(b"other", "3/a.txt")))


@pytest.mark.parametrize("wrap", WRAPS)
def test_an_upload_that_is_rewritten_in_place_is_seen(wrap, uploads):
    path = uploads(b"bytes", "a.txt")
    before = key(wrap(path))
    uploads(b"BYTES", "a.txt")
    os.utime(path, ns=(1, 1))
    assert key(wrap(path)) != before


def test_other_files_count_by_path_and_time(tmp_path, uploads):
    uploads(b"", "a")
    one, other = tmp_path / "a.txt", tmp_path / "b.txt"
    one.write_bytes(b"bytes")
    other.write_bytes(b"bytes")
    before = key(str(one))
    assert before == key(str(one))
    assert before != key(str(other))
    os.utime(one, ns=(1, 1))
    assert before != key(str(one))


def test_a_folder_whose_name_begins_like_the_upload_folder_s(tmp_path, uploads):
    uploads(b"bytes", "a.txt")
    twins = tmp_path / "uploads-of-others"
    twins.mkdir()
    for name in ("a.txt", "b.txt"):
        (twins / name).write_bytes(b"bytes")
    assert key(str(twins / "a.txt")) != key(str(twins / "b.txt"))


@pytest.mark.parametrize(
    "value",
    [
        *("text", "a.b", "/no/such/file", b"bytes", 1, None, 1.5, {"a": ["b.c"]}, []),
        *({}, (), {1, 2}, ("/", "."), [["x"], ["/y"]], list(range(1000)), ["a"] * 1000),
    ],
)
def test_what_names_no_file_is_handed_on_as_it_is(value):
    assert by_content(value) is value


def test_a_changed_value_is_a_copy(uploads):
    value = {"files": [uploads(b"bytes", "a.txt")]}
    assert by_content(value) is not value
    assert isinstance(value["files"][0], str)


def test_a_text_is_not_taken_for_the_file_that_it_quotes(uploads):
    path = uploads(b"bytes", "a.txt")
    assert key(path) != key("bytes")
    assert key([path]) != key(path)


def test_an_upload_that_can_not_be_read_counts_by_its_name(uploads, monkeypatch):
    path = uploads(b"bytes", "a.txt")

    def unreadable(*_):
        raise OSError

    monkeypatch.setattr("gradio.caching.files.ContentDigests.of", unreadable)
    assert key(path) == key(path)


def test_cyclic_and_deep_values_without_files():
    value = cyclic = ["no file"]
    cyclic.append(cyclic)
    for _ in range(10_000):
        value = [value]
    assert by_content(value) is value
