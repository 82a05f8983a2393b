from gradio.caching.inflight.stream_table import Rides


class Stream:
    """What a table of rides knows of a stream."""

    def __init__(self):
        self.riders, self.done, self.inside = 0, False, False

    def is_driven_here(self):
        return self.inside


def test_boarding_and_leaving():
    rides = Rides()
    one, leads = rides.board("a", Stream)
    two, leads_too = rides.board("a", Stream)
    other, _ = rides.board("b", Stream)
    assert one is two is not other
    assert (leads, leads_too) == (True, False)
    assert not rides.leave("a", one)
    assert rides.leave("a", one)
    assert rides.leave("b", other)
    assert rides._streams == {}


def test_nobody_boards_a_stream_that_has_ended():
    rides = Rides()
    ended, _ = rides.board("a", Stream)
    ended.done = True
    fresh, leads = rides.board("a", Stream)
    assert fresh is not ended
    assert leads
    assert rides.leave("a", ended)
    assert rides.board("a", Stream) == (fresh, False)


def test_nobody_boards_the_stream_that_runs_them():
    rides = Rides()
    stream, _ = rides.board("a", Stream)
    stream.inside = True
    assert rides.board("a", Stream) == (None, False)
    assert rides.leave("a", stream)
