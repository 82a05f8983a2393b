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
