import copy
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from gradio.caching.entry import Recording
from gradio.caching.errors import UncopyableError
from gradio.caching.inflight.streams import LostStreamError, SharedStream, Tape


@pytest.fixture
def finished():
    return []


@pytest.fixture
def tape(finished):
    return Tape(copy.deepcopy, lambda recording, _seconds: finished.append(recording))


def counting(log, n=3, returned="end"):
    try:
        for i in range(n):
            log.append(i)
            yield [i]
        return returned
    finally:
        log.append("closed")


def drained(ride):
    items = []
    while True:
        try:
            items.append(next(ride))
        except StopIteration as stop:
            return items, stop.value


def only_before(stop):
    """Copies numbers up to one that it refuses."""

    def copied(item):
        if item == stop:
            raise UncopyableError("no")
        return item

    return copied


def test_one_rider_gets_all_and_it_is_recorded(tape, finished):
    stream = SharedStream(counting([]), tape)
    assert drained(stream.ride()) == ([[0], [1], [2]], "end")
    assert finished == [Recording(([0], [1], [2]), "end")]
    assert stream.done


def test_a_stream_without_items(tape, finished):
    assert drained(SharedStream(counting([], 0), tape).ride()) == ([], "end")
    assert finished == [Recording((), "end")]


def test_nothing_runs_before_it_is_needed(tape):
    log = []
    ride = SharedStream(counting(log), tape).ride()
    assert log == []
    next(ride)
    assert log == [0]


def test_who_comes_later_sees_everything_from_the_first_item_on(tape):
    log = []
    stream = SharedStream(counting(log), tape)
    first, second = stream.ride(), stream.ride()
    assert [next(first), next(first)] == [[0], [1]]
    assert drained(second) == ([[0], [1], [2]], "end")
    assert drained(first) == ([[2]], "end")
    assert log == [0, 1, 2, "closed"]


def test_riders_have_items_of_their_own(tape, finished):
    stream = SharedStream(counting([]), tape)
    first, second = stream.ride(), stream.ride()
    next(first).append("changed")
    assert next(second) == [0]
    drained(first)
    assert finished[0].yields[0] == [0]


def test_riders_get_the_error_where_it_happened(tape, finished):
    error = ValueError("no")

    def failing():
        yield 1
        raise error

    stream = SharedStream(failing(), tape)
    for ride in (stream.ride(), stream.ride()):
        assert next(ride) == 1
        with pytest.raises(ValueError, match="no") as raised:
            next(ride)
        assert raised.value is error
    assert finished == []


def test_the_last_rider_closes_it(tape, finished):
    log = []
    stream = SharedStream(counting(log), tape)
    ride = stream.ride()
    next(ride)
    ride.close()
    stream.close()
    assert log == [0, "closed"]
    assert finished == []


def iter_of(*items):
    yield from items


def test_the_others_are_told_where_they_lost_it():
    stream = SharedStream(iter_of(0, 1, 2), Tape(only_before(1), print))
    first, second = stream.ride(), stream.ride()
    assert next(second) == 0
    assert [next(first), next(first)] == [0, 1]
    with pytest.raises(LostStreamError) as lost:
        next(second)
    assert lost.value.position == 1
    assert drained(first) == ([2], None)


def test_threads_share_one_run(tape, finished):
    log, start = [], threading.Barrier(8)
    stream = SharedStream(counting(log, 50), tape)

    def ride():
        start.wait()
        return drained(stream.ride())

    with ThreadPoolExecutor(8) as pool:
        got = [f.result() for f in [pool.submit(ride) for _ in range(8)]]
    assert got == [([[i] for i in range(50)], "end")] * 8
    assert log == [*range(50), "closed"]
    assert len(finished) == 1


def test_knows_that_it_is_driven_by_its_own_code(tape):
    seen = []

    def looks():
        seen.append(stream.is_driven_here())
        yield 1

    stream = SharedStream(looks(), tape)
    drained(stream.ride())
    assert seen == [True]
    assert not stream.is_driven_here()
