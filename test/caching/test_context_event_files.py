import gc
import threading
import weakref
from types import SimpleNamespace

import pytest

from gradio.caching.context.event_files import (
    EVENT_FILES,
    EventFiles,
    begin,
    files_of_result,
    note_result,
)
from gradio.caching.entry import Entry


@pytest.fixture
def upload(tmp_path, monkeypatch):
    """Writes what an app serves, and returns its path."""
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))

    def upload(name="a.txt", content="a"):
        path = tmp_path / name
        path.write_text(content)
        return str(path)

    return upload


@pytest.fixture
def event():
    """What the current event knows of its files."""
    event = EventFiles()
    token = EVENT_FILES.set(event)
    yield event
    EVENT_FILES.reset(token)


def paths(entry):
    return [stamp.path for stamp in entry.files]


def test_a_path_that_a_component_gave_is_told_from_one_that_was_typed(event):
    given, typed = "/else/where/a.txt", "".join(["/else/where", "/a.txt"])
    event.add_inputs([given], [typed])
    assert given == typed
    assert event.gave(given)
    assert not event.gave(typed)
    assert event.may_look_up(given)
    assert not event.may_look_up(typed)


def test_what_is_served_may_be_looked_up_unless_it_was_typed(event, upload):
    mine, typed = upload("a.txt"), upload("b.txt")
    event.add_inputs([], [typed])
    assert event.may_look_up(mine)
    assert not event.may_look_up(typed)
    assert not event.may_look_up("/etc/passwd")
    assert not event.may_look_up("text")


def test_nothing_is_looked_up_where_nobody_told_what_was_typed(event, upload):
    path = upload()
    event.look_at_nothing()
    assert not event.may_look_up(path)


@pytest.mark.parametrize("serves_first", [True, False])
def test_results_watch_what_is_served_and_they_name(event, upload, serves_first):
    named, other = upload("a.txt"), upload("b.txt")
    entry = Entry([named], 1)
    if not serves_first:
        event.note(entry)
    for path in (named, other, "/gone"):
        event.serve(path)
    if serves_first:
        event.note(entry)
    assert paths(entry) == [named]


def test_a_file_that_was_two_is_watched_as_one_that_never_was(event, upload):
    entry = Entry([path := upload()], 1)
    event.note(entry)
    event.serve(path)
    first = entry.files
    upload(content="another one")
    event.serve(path)
    assert paths(entry) == [path]
    assert entry.files != first
    assert entry.files[0].inode == -1


def test_an_entry_is_not_kept(event, upload):
    entry = Entry([upload()], 1)
    event.note(entry)
    left = weakref.ref(entry)
    del entry
    gc.collect()
    assert left() is None
    event.serve(upload())


def test_of_many_results_the_latest_are_watched(event, upload):
    path = upload()
    entries = [Entry(path, 1) for _ in range(1025)]
    for entry in entries:
        event.note(entry)
    event.serve(path)
    assert [bool(entry.files) for entry in entries] == [False] + [True] * 1024


@pytest.mark.parametrize(
    ("value", "is_noted"),
    [("/a.txt", True), (["x"], True), ("text", False), (1, False)],
)
def test_only_results_that_may_name_files_are_noted(event, value, is_noted):
    note_result(Entry(value, 1))
    assert bool(event._results) is is_noted


def test_outside_of_events_all_files_of_a_result_count(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("a")
    assert [stamp.path for stamp in files_of_result([str(path)])] == [str(path)]


def test_in_an_event_those_count_that_no_client_can_have_named(event, upload, tmp_path):
    mine, typed = upload("a.txt"), upload("b.txt")
    event.add_inputs([], [typed])
    found = files_of_result([mine, typed, tmp_path / "b.txt"])
    assert {stamp.path for stamp in found} == {mine, typed}
    assert files_of_result([typed]) == ()


def test_a_thread_that_a_handler_started_knows_of_no_file_that_was_given(event):
    given, found = __file__, []
    event.add_inputs([given], [])
    thread = threading.Thread(target=lambda: found.extend(files_of_result([given])))
    begin(SimpleNamespace(batch=False), [], [])
    thread.start()
    thread.join()
    assert found == []


@pytest.mark.parametrize(("batch", "goes_on"), [(True, True), (False, False)])
def test_a_batch_is_one_event(event, batch, goes_on):
    owner = SimpleNamespace(batch=batch)
    given = ["/a.txt", "/b.txt"]
    begin(owner, given[:1], [])
    begin(owner, given[1:], [])
    assert EVENT_FILES.get().gave(given[0]) is goes_on
    assert EVENT_FILES.get().gave(given[1])
