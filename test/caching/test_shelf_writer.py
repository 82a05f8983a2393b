"""The records of one function, in the order in which they have to be written."""

from __future__ import annotations

import pytest

from gradio.caching import shelf_writer
from gradio.caching.code.shelf_name import ShelfName
from gradio.caching.entry import Entry
from gradio.caching.payloads import Payload, payload_of
from gradio.caching.records import meta_of
from gradio.caching.shelf_keys import ShelfKeys
from gradio.caching.shelf_writer import ShelfWriter
from gradio.caching.stores.backing import Absent, Hit
from gradio.caching.stores.disk import DiskStore
from gradio.caching.writes import WRITES

KEY = b"k" * 32
NAMES = ["v", "p:ab"]


class Written:
    """What one process writes into a folder."""

    def __init__(self, folder):
        self.backing = DiskStore(str(folder))
        self._keys = ShelfKeys(lambda: ShelfName("app.f-0123"), "f()")
        self.place = self._keys.place(KEY)
        self._writer = ShelfWriter(self.backing, self._keys, lambda key: None)

    def look(self):
        return self.backing.look(self.place, NAMES)

    def submit(self, value, is_wanted=lambda: True):
        entry = Entry(value, 100)
        self._writer.submit(KEY, entry, self.look().claim, is_wanted)
        return entry

    def submit_payload(self, entry, content="shown"):
        self._writer.submit_payload(
            KEY, entry, 100, lambda: ("ab", Payload(content)), lambda: True
        )


@pytest.fixture
def written(tmp_path):
    return Written(tmp_path)


@pytest.fixture
def slowly(monkeypatch, gate):
    """Makes it take long to pack a value."""
    pack = shelf_writer.parts_of

    def wait(*args):
        gate.wait()
        return pack(*args)

    monkeypatch.setattr(shelf_writer, "parts_of", wait)
    return gate


def test_what_is_shown_comes_after_its_value(written, slowly):
    entry = written.submit("value")
    slowly.until_reached()
    written.submit_payload(entry)
    slowly.open()
    assert WRITES.flush()
    assert sorted(written.look().parts) == ["m", *sorted(NAMES)]


def test_it_is_written_alone_where_the_value_can_t_be(written, slowly):
    entry = written.submit(lambda: None)
    slowly.until_reached()
    written.submit_payload(entry)
    slowly.open()
    with pytest.warns(UserWarning, match="No store can keep"):
        assert WRITES.flush()
    assert sorted(written.look().parts) == ["m", "p:ab"]


def test_it_does_not_wait_for_what_found_no_room(written, monkeypatch):
    submit = WRITES.submit
    monkeypatch.setattr(WRITES, "submit", lambda *_: False)
    entry = written.submit("value")
    monkeypatch.setattr(WRITES, "submit", submit)
    assert type(written.look()) is Absent
    written.submit_payload(entry)
    assert WRITES.flush()
    assert sorted(written.look().parts) == ["m", "p:ab"]


def test_what_another_process_writes_meanwhile_is_not_mixed_with_it(
    written, slowly, tmp_path, monkeypatch
):
    entry = written.submit("value")
    slowly.until_reached()
    written.submit_payload(entry)
    other = Written(tmp_path)
    monkeypatch.undo()
    later = other.submit("other value")
    other.submit_payload(later, "other shown")
    slowly.open()
    assert WRITES.flush()
    look, place = written.look(), written.place
    assert type(look) is Hit
    is_other = b"other" in bytes(look.parts["v"])
    run, shown = meta_of(place, look.parts).run, look.parts.get("p:ab")
    # One that came last may be beside the other's record, where it is of another run.
    found = shown and payload_of(place, "ab", run, shown, lambda names: {}, "")
    if found:
        assert found.content == ("other shown" if is_other else "shown")
