import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import BaseModel

from gradio.caching import files
from gradio.caching.entry import Recording
from gradio.caching.files import ContentDigests, stamp, stamps, unchanged
from gradio.data_classes import FileData


@dataclass
class Holder:
    path: str


class Model(BaseModel):
    inner: list[FileData]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"content")
    return str(path)


def rewrite(path, content=b"CONTENT"):
    """With another mtime, whatever the clock's grain."""
    before = os.stat(path).st_mtime_ns
    Path(path).write_bytes(content)
    os.utime(path, ns=(before + 1, before + 1))


def test_the_stamp_of_a_file(file):
    found = stamp(file)
    status = os.stat(file)
    assert (found.path, found.size) == (file, 7)
    assert found.mtime_ns == status.st_mtime_ns


@pytest.mark.parametrize(
    "text",
    [
        *("", "hello", "a.b.c", "/", "/no/such/file", "no/such.txt", "nul.\0.txt"),
        *("/" * 5000, "a" * 10**6 + ".txt", "line./\n"),
    ],
)
def test_texts_that_name_no_file(text):
    assert stamp(text) is None


def test_a_directory_is_no_file(tmp_path):
    assert stamp(str(tmp_path)) is None


def test_a_pipe_is_no_file(tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")
    assert stamp(str(tmp_path / "pipe.txt")) is None


def test_a_relative_path(file, monkeypatch):
    monkeypatch.chdir(os.path.dirname(file))
    assert stamp("a.txt").size == 7


@pytest.mark.parametrize(
    "wrap",
    [
        str,
        Path,
        lambda p: [p],
        lambda p: ("x", [p]),
        lambda p: {"value": p},
        lambda p: {p},
        lambda p: frozenset({p}),
        lambda p: Holder(p),
        lambda p: FileData(path=p),
        lambda p: Model(inner=[FileData(path=p)]),
        lambda p: Recording((1, p), None),
        lambda p: Recording((), [p]),
        lambda p: {"__type__": "update", "value": {"path": p}},
    ],
)
def test_finds_the_files_that_a_value_names(wrap, file):
    assert stamps(wrap(file)) == (stamp(file),)


def test_each_file_once(file):
    assert stamps([file, file, Path(file)]) == (stamp(file),)


def test_a_value_without_files():
    assert stamps([1, "two", {"three": None}, b"four", Holder]) == ()


def test_cyclic_and_deep_values(file):
    cyclic = [file]
    cyclic.append(cyclic)
    deep = file
    for _ in range(10_000):
        deep = [deep]
    assert stamps(cyclic) == stamps(deep) == (stamp(file),)


def test_unchanged_until_rewritten(file):
    taken = stamps(file)
    assert unchanged(taken)
    rewrite(file)
    assert not unchanged(taken)


def test_unchanged_until_removed(file):
    taken = stamps(file)
    os.remove(file)
    assert not unchanged(taken)


def test_no_files_never_change():
    assert unchanged(())


def test_equal_content_has_an_equal_digest(file, tmp_path):
    digests, twin = ContentDigests(), tmp_path / "b.bin"
    twin.write_bytes(b"content")
    assert digests.of(stamp(file)) == digests.of(stamp(str(twin)))
    rewrite(file)
    assert digests.of(stamp(file)) != digests.of(stamp(str(twin)))


def test_an_empty_file_has_a_digest(tmp_path):
    (tmp_path / "empty.txt").touch()
    assert len(ContentDigests().of(stamp(str(tmp_path / "empty.txt")))) == 32


def test_content_is_read_once_per_stamp(file, monkeypatch):
    reads = []
    real = files.blake3
    monkeypatch.setattr(files, "blake3", lambda: (reads.append(1), real())[1])
    digests = ContentDigests()
    assert len({digests.of(stamp(file)) for _ in range(3)}) == 1
    assert len(reads) == 1


def test_digests_are_bounded(file, monkeypatch):
    monkeypatch.setattr(files, "_REMEMBERED", 2)
    digests = ContentDigests()
    for _ in range(4):
        rewrite(file)
        digests.of(stamp(file))
    assert len(digests._known) == 2


def test_a_file_that_vanished_has_no_digest(file):
    taken = stamp(file)
    os.remove(file)
    with pytest.raises(OSError, match=r"a\.txt|No such file"):
        ContentDigests().of(taken)
