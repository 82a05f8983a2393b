import os
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest

from gradio.caching.context.event_files import EVENT_FILES, begin
from gradio.caching.context.uploads import by_content
from gradio.caching.errors import UnkeyableError
from gradio.caching.hashing import digest
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


@pytest.fixture
def event():
    """Says what an event's inputs were."""
    owner = SimpleNamespace(batch=False)
    before = EVENT_FILES.set(None)
    yield lambda given=(), typed=(): begin(owner, given, typed)
    EVENT_FILES.reset(before)


def key(value):
    return digest(by_content(value))


@dataclass
class Job:
    source: Path


WRAPS = [
    str,
    NamedString,
    lambda p: [p],
    lambda p: (1, p),
    lambda p: {"text": "a", "files": [p]},
    lambda p: [{"role": "user", "content": {"path": p}}],
]
PATHS = [Path, lambda p: [Path(p)], lambda p: Job(Path(p)), lambda p: {Path(p)}]


@pytest.mark.parametrize("wrap", WRAPS)
class TestGiven:
    """Paths that a file component of the event gave."""

    def given(self, event, wrap, path):
        given = wrap(path)
        event([given] if isinstance(given, str) else [path])
        return key(given)

    def test_equal_bytes_and_names_meet(self, wrap, uploads, event):
        paths = uploads(b"bytes", "1/a.txt"), uploads(b"bytes", "2/a.txt")
        one, other = (self.given(event, wrap, path) for path in paths)
        assert one == other
        assert one != self.given(event, wrap, uploads(b"other", "3/a.txt"))

    def test_the_name_counts(self, wrap, uploads, event):
        paths = uploads(b"bytes", "1/a.csv"), uploads(b"bytes", "1/a.tsv")
        one, other = (self.given(event, wrap, path) for path in paths)
        assert one != other

    def test_a_file_that_is_rewritten_in_place_is_seen(self, wrap, uploads, event):
        path = uploads(b"bytes", "a.txt")
        before = self.given(event, wrap, path)
        uploads(b"BYTES", "a.txt")
        assert self.given(event, wrap, path) != before

    def test_elsewhere_the_folder_counts(self, wrap, tmp_path, event):
        for folder in ("one", "other"):
            (tmp_path / folder).mkdir()
            (tmp_path / folder / "a.txt").write_bytes(b"bytes")
        paths = (str(tmp_path / folder / "a.txt") for folder in ("one", "other"))
        one, other = (self.given(event, wrap, path) for path in paths)
        assert one != other

    def test_it_is_no_text(self, wrap, uploads, event):
        path = uploads(b"bytes", "a.txt")
        assert self.given(event, wrap, path) != key(wrap("bytes"))
        event(typed=[path])
        assert key(wrap(path)) != self.given(event, wrap, path)


@pytest.mark.parametrize("wrap", WRAPS)
class TestTexts:
    """Texts that no component gave as a file."""

    def test_outside_of_what_is_served_they_are_never_looked_up(self, wrap, tmp_path):
        path = tmp_path / "a.txt"
        value = wrap(str(path))
        before = key(value)
        path.write_bytes(b"bytes")
        assert by_content(value) is value
        assert key(value) == before

    def test_what_was_typed_is_never_looked_up(self, wrap, uploads, event):
        path = uploads(b"bytes", "a.txt")
        event(typed=[path])
        value = wrap(path)
        assert by_content(value) is value

    def test_what_is_served_counts_by_text_and_content(self, wrap, uploads):
        one, other = uploads(b"bytes", "1/a.txt"), uploads(b"bytes", "2/a.txt")
        before = key(wrap(one))
        assert before == key(wrap(one))
        assert before != key(wrap(other))
        uploads(b"BYTES", "1/a.txt")
        assert before != key(wrap(one))


@pytest.mark.parametrize("wrap", PATHS)
class TestPaths:
    """A `pathlib.Path` is a file, wherever it is."""

    def test_content_counts(self, wrap, tmp_path):
        path = tmp_path / "a.txt"
        before = key(wrap(path))
        path.write_bytes(b"bytes")
        status, made = os.stat(path), key(wrap(path))
        assert made != before
        os.utime(path, ns=(1, 1))
        assert key(wrap(path)) == made
        path.write_bytes(b"BYTES")
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
        assert key(wrap(path)) != made

    def test_the_path_counts(self, wrap, tmp_path):
        for name in ("a.txt", "b.txt"):
            (tmp_path / name).write_bytes(b"bytes")
        assert key(wrap(tmp_path / "a.txt")) != key(wrap(tmp_path / "b.txt"))

    def test_of_uploads_the_name_counts(self, wrap, uploads):
        one, other = uploads(b"bytes", "1/a.txt"), uploads(b"bytes", "2/a.txt")
        assert key(wrap(one)) == key(wrap(other))
        assert key(wrap(one)) != key(wrap(uploads(b"bytes", "2/b.txt")))


def test_a_path_is_no_text(uploads):
    path = uploads(b"bytes", "a.txt")
    assert key(Path(path)) != key(path)


def test_a_path_of_a_folder_or_of_nothing(tmp_path):
    assert key(tmp_path) == key(tmp_path)
    assert key(tmp_path) != key(tmp_path / "nothing")


CHANGES = {
    "a file more": lambda folder: (folder / "new").touch(),
    "a file less": lambda folder: (folder / "in" / "a.txt").unlink(),
    "another content": lambda folder: (folder / "in" / "a.txt").write_bytes(b"other"),
    "another name": lambda folder: (folder / "in").rename(folder / "out"),
    "an empty folder": lambda folder: (folder / "in" / "empty").mkdir(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_all_that_is_in_a_folder_counts(change, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_bytes(b"bytes")
    before = key(tmp_path)
    assert key(Job(tmp_path)) == key(Job(tmp_path))
    change(tmp_path)
    assert key(tmp_path) != before


def test_a_link_back_to_a_folder_is_not_followed(tmp_path):
    (tmp_path / "back").symlink_to(tmp_path)
    assert key(tmp_path) == key(tmp_path)


def test_a_very_large_folder_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("gradio.caching.context.folders.MOST_PATHS", 2)
    for name in "abc":
        (tmp_path / name).touch()
    with pytest.raises(UnkeyableError, match="more than 2 files"):
        key(tmp_path)


def test_a_path_says_where_a_file_is(tmp_path, monkeypatch):
    for folder in (tmp_path / "one", tmp_path / "other"):
        folder.mkdir()
        (folder / "a.txt").write_bytes(b"bytes")
        monkeypatch.chdir(folder)
        assert key(Path("a.txt")) == key(folder / "a.txt")


def test_a_folder_whose_name_begins_like_the_upload_folder_s(tmp_path, uploads):
    uploads(b"bytes", "a.txt")
    twins = tmp_path / "uploads-of-others"
    twins.mkdir()
    (twins / "a.txt").write_bytes(b"bytes")
    text = str(twins / "a.txt")
    assert by_content(text) is text


def test_a_way_out_of_the_upload_folder(tmp_path, uploads):
    uploads(b"bytes", "a.txt")
    (tmp_path / "b.txt").write_bytes(b"bytes")
    text = str(tmp_path / "uploads" / ".." / "b.txt")
    assert by_content(text) is text


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


def test_an_upload_that_can_not_be_read_counts_by_its_name(uploads, monkeypatch):
    path = uploads(b"bytes", "a.txt")

    def unreadable(*_):
        raise OSError

    monkeypatch.setattr("gradio.caching.files.ContentDigests.of", unreadable)
    assert key(path) == key(path)
    assert key(Path(path)) == key(Path(path))


def test_cyclic_and_deep_values_without_files():
    value = cyclic = ["no file"]
    cyclic.append(cyclic)
    for _ in range(10_000):
        value = [value]
    assert by_content(value) is value
