import contextvars
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from gradio.caching import files
from gradio.caching.files import ContentDigests, lasting_stamps, stamp, unchanged


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
    assert (found.mtime_ns, found.ctime_ns) == (status.st_mtime_ns, status.st_ctime_ns)
    assert found.inode == status.st_ino


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


def test_unchanged_until_rewritten(file):
    taken = lasting_stamps([file])
    assert unchanged(taken)
    rewrite(file)
    assert not unchanged(taken)


def test_unchanged_until_removed(file):
    taken = lasting_stamps([file])
    os.remove(file)
    assert not unchanged(taken)


def test_no_files_never_change():
    assert unchanged(())


def test_each_file_once(file):
    assert len(lasting_stamps([file, file, file + ".gone"])) == 1


def test_equal_content_has_an_equal_digest(file, tmp_path):
    digests, twin = ContentDigests(), tmp_path / "b.bin"
    twin.write_bytes(b"content")
    assert digests.of(stamp(file)) == digests.of(stamp(str(twin)))
    rewrite(file)
    assert digests.of(stamp(file)) != digests.of(stamp(str(twin)))


def test_an_empty_file_has_a_digest(tmp_path):
    (tmp_path / "empty.txt").touch()
    assert len(ContentDigests().of(stamp(str(tmp_path / "empty.txt")))) == 32


@pytest.fixture
def reads(monkeypatch):
    """How often content was read."""
    made, real = [], files.blake3
    monkeypatch.setattr(files, "blake3", lambda: (made.append(1), real())[1])
    return made


@pytest.fixture
def age(monkeypatch):
    """Says how old files are, in nanoseconds since their last change."""

    def set_age(ns):
        monkeypatch.setattr(files, "_is_young", lambda _: ns < files._TICK_NS)

    return set_age


def test_content_is_read_once_per_stamp(file, reads, age):
    age(10**9)
    digests = ContentDigests()
    assert len({digests.of(stamp(file)) for _ in range(3)}) == 1
    assert len(reads) == 1


def test_what_was_written_this_moment_is_read_again(file, reads, age):
    age(0)
    digests = ContentDigests()
    assert len({digests.of(stamp(file)) for _ in range(3)}) == 1
    assert len(reads) == 3


def rewritten_within_a_tick(file, monkeypatch):
    """The content is another, and nothing that the file system says of it."""
    before = stamp(file)
    Path(file).write_bytes(b"CONTENT")
    monkeypatch.setattr(files, "_stamp", lambda *_: before)


def test_a_change_within_a_tick_is_seen(file, age, monkeypatch):
    age(0)
    taken = lasting_stamps([file])
    assert unchanged(taken)
    rewritten_within_a_tick(file, monkeypatch)
    assert not unchanged(taken)


def test_content_that_is_not_young_is_not_read(file, reads, age):
    age(10**9)
    assert unchanged(lasting_stamps([file]))
    assert reads == []


def test_a_large_file_is_not_read_for_its_stamp(file, reads, age, monkeypatch):
    age(0)
    monkeypatch.setattr(files, "_MOST_IN_A_TICK", 6)
    assert unchanged(lasting_stamps([file]))
    assert reads == []


def test_a_file_of_equal_size_and_date_in_its_place(file, tmp_path):
    status, taken = os.stat(file), lasting_stamps([file])
    (tmp_path / "new").write_bytes(b"CONTENT")
    os.replace(tmp_path / "new", file)
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    found = stamp(file)
    assert (found.size, found.mtime_ns) == (taken[0].size, taken[0].mtime_ns)
    assert not unchanged(taken)


def test_another_file_than_was_judged_is_not_read(file, tmp_path):
    judged = stamp(file)
    os.remove(file)
    os.mkfifo(file)
    with pytest.raises(OSError, match="is being changed"):
        ContentDigests().of(judged)


def test_no_more_is_read_than_the_stamp_says(file, monkeypatch):
    monkeypatch.setattr(files, "_expect", lambda *_: None)
    endless = replace(stamp(file), path="/dev/zero", size=3)
    assert ContentDigests().of(endless) == files.blake3(b"\0\0\0").digest()


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/null", "/proc"])
def test_what_is_no_regular_file_has_no_stamp(path):
    assert stamp(path) is None


def test_digests_are_bounded(file, monkeypatch, age):
    age(10**9)
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


def test_a_file_is_read_once_for_all_that_ask_meanwhile(tmp_path, monkeypatch):
    path = tmp_path / "a"
    path.write_text("content")
    file, digests = files.stamp(str(path)), files.ContentDigests()
    monkeypatch.setattr(files, "_is_young", lambda _: False)
    reads, may_go, began = [], threading.Event(), threading.Event()
    digest = files._digest

    def slow(file):
        reads.append(file)
        began.set()
        may_go.wait(30)
        return digest(file)

    monkeypatch.setattr(files, "_digest", slow)
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(digests.of, file)
        began.wait(30)
        others = [pool.submit(digests.of, file) for _ in range(2)]
        may_go.set()
        assert {f.result(30) for f in (first, *others)} == {digest(file)}
    assert len(reads) == 1
    assert digests.knows(file)


def test_a_file_that_can_not_be_read_is_tried_again(tmp_path, monkeypatch):
    path = tmp_path / "a"
    path.write_text("content")
    file, digests = files.stamp(str(path)), files.ContentDigests()
    monkeypatch.setattr(files, "_is_young", lambda _: False)
    path.unlink()
    for _ in range(2):
        with pytest.raises(FileNotFoundError):
            digests.of(file)
    assert not digests._being_read


def test_what_is_unhurried_reads_in_a_thread_of_low_priority(tmp_path):
    path = tmp_path / "a"
    path.write_text("content")
    file = files.stamp(str(path))
    own = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    context = contextvars.copy_context()
    context.run(files.UNHURRIED.set, True)
    assert context.run(files._digest, file) == files._digest(file)
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == own
    path.unlink()
    with pytest.raises(FileNotFoundError):
        context.run(files._digest, file)
