import copy
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from gradio.caching.entry import Recording
from gradio.caching.errors import UncopyableError
from gradio.caching.inflight.recorder import StreamNotShareableError, StreamRecorder
from gradio.caching.inflight.streams import SharedStream
from support.kinds import noting_end


@pytest.fixture
def finished():
    return []


@pytest.fixture
def recorder(finished):
    return StreamRecorder(
        copy.deepcopy, lambda recording, _seconds: finished.append(recording)
    )


def counting(log, n=3, returned="end"):
    with noting_end(log):
        for i in range(n):
            log.append(i)
            yield [i]
        return returned


def drained(shared):
    items = []
    while True:
        try:
            items.append(next(shared))
        except StopIteration as stop:
            return items, stop.value


def only_before(stop):
    """Copies numbers up to one that it refuses."""

    def copied(item):
        if item == stop:
            raise UncopyableError("no")
        return item

    return copied


def test_one_consumer_gets_all_and_it_is_recorded(recorder, finished):
    stream = SharedStream(counting([]), recorder)
    assert drained(stream.subscribe()) == ([[0], [1], [2]], "end")
    assert finished == [Recording(([0], [1], [2]), "end")]
    assert stream.done


def test_a_stream_without_items(recorder, finished):
    assert drained(SharedStream(counting([], 0), recorder).subscribe()) == ([], "end")
    assert finished == [Recording((), "end")]


def test_nothing_runs_before_it_is_needed(recorder):
    log = []
    items = SharedStream(counting(log), recorder).subscribe()
    assert log == []
    next(items)
    assert log == [0]


def test_who_comes_later_sees_everything_from_the_first_item_on(recorder):
    log = []
    stream = SharedStream(counting(log), recorder)
    first, second = stream.subscribe(), stream.subscribe()
    assert [next(first), next(first)] == [[0], [1]]
    assert drained(second) == ([[0], [1], [2]], "end")
    assert drained(first) == ([[2]], "end")
    assert log == [0, 1, 2, "closed"]


def test_consumers_have_items_of_their_own(recorder, finished):
    stream = SharedStream(counting([]), recorder)
    first, second = stream.subscribe(), stream.subscribe()
    next(first).append("changed")
    assert next(second) == [0]
    drained(first)
    assert finished[0].yields[0] == [0]


def test_no_consumer_gets_what_the_generator_holds(recorder, finished):
    item = []
    stream = SharedStream(iter_of(item, item), recorder)
    first, second = stream.subscribe(), stream.subscribe()
    for items in (first, second):
        next(items).append("changed")
    assert drained(first) == drained(second) == ([[]], None)
    assert finished == [Recording(([], []))]


def test_what_it_returned_is_each_consumer_s_own(recorder, finished):
    stream = SharedStream(counting([], 0, [1]), recorder)
    for items in (stream.subscribe(), stream.subscribe(), stream.subscribe()):
        _, returned = drained(items)
        assert returned == [1]
        returned.append("changed")
    assert finished == [Recording((), [1])]


def test_consumers_get_the_error_where_it_happened_each_its_own(recorder, finished):
    error = ValueError("no")

    def failing():
        yield 1
        raise error

    stream, errors = SharedStream(failing(), recorder), []
    for items in (stream.subscribe(), stream.subscribe(), stream.subscribe()):
        assert next(items) == 1
        with pytest.raises(ValueError, match="no") as raised:
            next(items)
        assert [entry.name for entry in raised.traceback].count("failing") == 1
        errors.append(raised.value)
        raised.value.args = ("changed",)
    assert errors[0] is error
    assert len(set(map(id, errors))) == 3
    assert finished == []


def test_the_last_consumer_closes_it(recorder, finished):
    log = []
    stream = SharedStream(counting(log), recorder)
    items = stream.subscribe()
    next(items)
    items.close()
    stream.close()
    assert log == [0, "closed"]
    assert finished == []


def iter_of(*items):
    yield from items


def test_the_others_are_told_where_it_was_no_longer_shared():
    stream = SharedStream(iter_of(0, 1, 2), StreamRecorder(only_before(1), print))
    first, second = stream.subscribe(), stream.subscribe()
    assert next(second) == 0
    assert [next(first), next(first)] == [0, 1]
    with pytest.raises(StreamNotShareableError) as caught:
        next(second)
    assert caught.value.position == 1
    assert drained(first) == ([2], None)


def test_threads_share_one_run(recorder, finished):
    log, start = [], threading.Barrier(8)
    stream = SharedStream(counting(log, 50), recorder)

    def consume():
        start.wait()
        return drained(stream.subscribe())

    with ThreadPoolExecutor(8) as pool:
        got = [f.result() for f in [pool.submit(consume) for _ in range(8)]]
    assert got == [([[i] for i in range(50)], "end")] * 8
    assert log == [*range(50), "closed"]
    assert len(finished) == 1


def test_knows_that_it_is_asked_by_its_own_code(recorder):
    seen = []

    def looks():
        seen.append(stream.is_running_here())
        yield 1

    stream = SharedStream(looks(), recorder)
    drained(stream.subscribe())
    assert seen == [True]
    assert not stream.is_running_here()
