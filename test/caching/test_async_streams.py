import asyncio
import contextlib
import copy

import pytest

from gradio.caching.entry import Recording
from gradio.caching.errors import UncopyableError
from gradio.caching.inflight.async_streams import SharedAsyncStream
from gradio.caching.inflight.recorder import StreamNotShareableError, StreamRecorder
from support.kinds import listed, noting_end


@pytest.fixture
def finished():
    return []


@pytest.fixture
def recorder(finished):
    return StreamRecorder(
        copy.deepcopy, lambda recording, _seconds: finished.append(recording)
    )


async def counting_async(log, n=3):
    with noting_end(log):
        for i in range(n):
            log.append(i)
            yield [i]


def test_async_consumers_share_one_run(recorder, finished):
    log = []

    async def main():
        stream = SharedAsyncStream(counting_async(log), recorder)
        return await asyncio.gather(*(listed(stream.subscribe()) for _ in range(3)))

    assert asyncio.run(main()) == [[[0], [1], [2]]] * 3
    assert log == [0, 1, 2, "closed"]
    assert finished == [Recording(([0], [1], [2]))]


def test_an_async_stream_makes_no_item_that_nobody_needs(recorder):
    log = []

    async def main():
        stream = SharedAsyncStream(counting_async(log), recorder)
        items = stream.subscribe()
        await anext(items)
        for _ in range(5):
            await asyncio.sleep(0)
        assert log == [0]
        await items.aclose()
        await stream.aclose()

    asyncio.run(main())
    assert log == [0, "closed"]


def test_async_consumers_have_items_of_their_own(recorder, finished):
    async def main():
        stream = SharedAsyncStream(counting_async([]), recorder)
        first, second = stream.subscribe(), stream.subscribe()
        (await anext(first)).append("changed")
        assert await anext(second) == [0]
        await listed(first)

    asyncio.run(main())
    assert finished[0].yields[0] == [0]


def test_no_consumer_gets_what_the_async_generator_holds(recorder, finished):
    item = []

    async def source():
        yield item
        yield item

    async def main():
        stream = SharedAsyncStream(source(), recorder)
        first, second = stream.subscribe(), stream.subscribe()
        for items in (first, second):
            (await anext(items)).append("changed")
        return await listed(first), await listed(second)

    assert asyncio.run(main()) == ([[]], [[]])
    assert finished == [Recording(([], []))]


def test_async_consumers_get_the_error_where_it_happened_each_its_own(recorder):
    error = ValueError("no")

    async def failing():
        yield 1
        raise error

    async def main():
        stream, errors = SharedAsyncStream(failing(), recorder), []
        for items in (stream.subscribe(), stream.subscribe(), stream.subscribe()):
            assert await anext(items) == 1
            with pytest.raises(ValueError, match="no") as raised:
                await anext(items)
            assert [entry.name for entry in raised.traceback].count("failing") == 1
            errors.append(raised.value)
            raised.value.args = ("changed",)
        return errors

    errors = asyncio.run(main())
    assert errors[0] is error
    assert len(set(map(id, errors))) == 3


def test_an_async_leader_that_is_cancelled_stops_nobody(recorder, finished):
    async def main():
        go = asyncio.Event()

        async def waiting():
            yield 1
            await go.wait()
            yield 2

        stream = SharedAsyncStream(waiting(), recorder)
        leader = asyncio.ensure_future(listed(stream.subscribe()))
        follower = asyncio.ensure_future(listed(stream.subscribe()))
        for _ in range(5):
            await asyncio.sleep(0)
        leader.cancel()
        await asyncio.wait([leader])
        go.set()
        return await follower

    assert asyncio.run(main()) == [1, 2]
    assert finished == [Recording((1, 2))]


@pytest.mark.skipif(not hasattr(asyncio, "timeout"), reason="new in Python 3.11")
def test_a_time_out_may_span_the_yields_of_an_async_stream(recorder):
    async def limited():
        async with asyncio.timeout(60):
            yield 1
            yield 2

    async def main():
        stream = SharedAsyncStream(limited(), recorder)
        tasks = [asyncio.create_task(listed(stream.subscribe())) for _ in range(2)]
        return await asyncio.gather(*tasks)

    assert asyncio.run(main()) == [[1, 2], [1, 2]]


def test_the_other_async_consumers_are_told_where_it_was_no_longer_shared():
    def copied(item):
        if item == 1:
            raise UncopyableError("no")
        return item

    async def source():
        for i in range(3):
            yield i

    async def main():
        stream = SharedAsyncStream(source(), StreamRecorder(copied, print))
        first, second = stream.subscribe(), stream.subscribe()
        assert await anext(second) == 0
        assert [await anext(first), await anext(first)] == [0, 1]
        with pytest.raises(StreamNotShareableError) as caught:
            await anext(second)
        assert caught.value.position == 1
        assert await listed(first) == [2]

    asyncio.run(main())


def test_knows_that_it_is_asked_by_its_own_code(recorder):
    seen = []

    async def main():
        async def looks():
            seen.append(stream.is_running_here())
            yield 1

        stream = SharedAsyncStream(looks(), recorder)
        await listed(stream.subscribe())
        seen.append(stream.is_running_here())

    asyncio.run(main())
    assert seen == [True, False]


def test_the_last_consumer_closes_it_where_it_stands(recorder, finished):
    log = []

    async def endless():
        with contextlib.closing(Closed(log)):
            yield 1
            await asyncio.Event().wait()

    async def main():
        stream = SharedAsyncStream(endless(), recorder)
        consumer = asyncio.ensure_future(listed(stream.subscribe()))
        for _ in range(5):
            await asyncio.sleep(0)
        consumer.cancel()
        await asyncio.wait([consumer])
        await stream.aclose()
        return stream.done

    assert asyncio.run(main())
    assert log == ["closed"]
    assert finished == []


class Closed:
    def __init__(self, log):
        self.log = log

    def close(self):
        self.log.append("closed")
