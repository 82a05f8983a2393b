import pytest

from gradio.caching.inflight.stream_table import StreamTable


class Stream:
    """What a table knows of a stream."""

    def __init__(self):
        self.consumers, self.done, self.inside = 0, False, False

    def is_running_here(self):
        return self.inside


def test_joining_and_releasing():
    streams = StreamTable()
    one, leads = streams.join("a", Stream)
    two, leads_too = streams.join("a", Stream)
    other, _ = streams.join("b", Stream)
    assert one is two is not other
    assert (leads, leads_too) == (True, False)
    assert not streams.release("a", one)
    assert streams.release("a", one)
    assert streams.release("b", other)
    assert streams._streams == {}


def test_nobody_joins_a_stream_that_has_ended():
    streams = StreamTable()
    ended, _ = streams.join("a", Stream)
    ended.done = True
    fresh, leads = streams.join("a", Stream)
    assert fresh is not ended
    assert leads
    assert streams.release("a", ended)
    assert streams.join("a", Stream) == (fresh, False)


def test_nobody_joins_the_stream_that_runs_them():
    streams = StreamTable()
    stream, _ = streams.join("a", Stream)
    stream.inside = True
    assert streams.join("a", Stream) == (None, False)
    assert streams.release("a", stream)


@pytest.mark.parametrize("begins", ["before", "after"])
def test_a_stream_goes_on_without_consumers_while_it_is_retained(begins):
    streams = StreamTable()
    if begins == "after":
        streams.retain("a")
    stream, _ = streams.join("a", Stream)
    if begins == "before":
        streams.retain("a")
    assert not streams.release("a", stream)
    assert streams.join("a", Stream) == (stream, False)
    assert not streams.release("a", stream)
    assert streams.let_go("a") is stream
    assert streams._streams == streams._retained == {}


def test_who_lets_go_of_a_stream_with_consumers_must_not_close_it():
    streams = StreamTable()
    streams.retain("a")
    streams.retain("a")
    stream, _ = streams.join("a", Stream)
    assert streams.let_go("a") is None
    assert streams.let_go("a") is None
    assert streams.release("a", stream)
    assert streams._streams == streams._retained == {}


def test_a_retained_stream_that_has_ended_or_was_replaced_is_let_go():
    streams = StreamTable()
    streams.retain("a")
    ended, _ = streams.join("a", Stream)
    ended.done = True
    fresh, leads = streams.join("a", Stream)
    assert leads
    assert streams.release("a", ended)
    fresh.done = True
    assert streams.release("a", fresh)
    assert streams.let_go("a") is None
