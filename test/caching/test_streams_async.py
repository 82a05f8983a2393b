import asyncio
import contextlib
import copy

import pytest

from gradio.caching.entry import Recording
from gradio.caching.errors import UncopyableError
from gradio.caching.inflight.async_streams import SharedAsyncStream
from gradio.caching.inflight.streams import LostStreamError, Tape


@pytest.fixture
def finished():
    return []


@pytest.fixture
def tape(finished):
    return Tape(copy.deepcopy, lambda recording, _seconds: finished.append(recording))


async def counting_async(log, n=3):
    try:
        for i in range(n):
            log.append(i)
            yield [i]
    finally:
        log.append("closed")


async def all_of(ride):
    return [item async for item in ride]


def test_async_riders_share_one_run(tape, finished):
    log = []

    async def main():
        stream = SharedAsyncStream(counting_async(log), tape)
        return await asyncio.gather(*(all_of(stream.ride()) for _ in range(3)))

    assert asyncio.run(main()) == [[[0], [1], [2]]] * 3
    assert log == [0, 1, 2, "closed"]
    assert finished == [Recording(([0], [1], [2]))]


def test_an_async_stream_makes_no_item_that_nobody_needs(tape):
    log = []

    async def main():
        stream = SharedAsyncStream(counting_async(log), tape)
        ride = stream.ride()
        await anext(ride)
        for _ in range(5):
            await asyncio.sleep(0)
        assert log == [0]
        await ride.aclose()
        await stream.aclose()

    asyncio.run(main())
    assert log == [0, "closed"]


def test_async_riders_have_items_of_their_own(tape, finished):
    async def main():
        stream = SharedAsyncStream(counting_async([]), tape)
        first, second = stream.ride(), stream.ride()
        (await anext(first)).append("changed")
        assert await anext(second) == [0]
        await all_of(first)

    asyncio.run(main())
    assert finished[0].yields[0] == [0]


def test_an_async_rider_gets_the_item_itself_once(tape):
    item = []

    async def source():
        yield item

    async def main():
        stream = SharedAsyncStream(source(), tape)
        one = await anext(stream.ride())
        other = await anext(stream.ride())
        await stream.aclose()
        return one, other

    one, other = asyncio.run(main())
    assert one is item
    assert other is not item


def test_async_riders_get_the_error_where_it_happened(tape, finished):
    async def failing():
        yield 1
        raise ValueError("no")

    async def main():
        stream = SharedAsyncStream(failing(), tape)
        for ride in (stream.ride(), stream.ride()):
            assert await anext(ride) == 1
            with pytest.raises(ValueError, match="no"):
                await anext(ride)

    asyncio.run(main())
    assert finished == []


def test_an_async_leader_that_is_cancelled_stops_nobody(tape, finished):
    async def main():
        go = asyncio.Event()

        async def waiting():
            yield 1
            await go.wait()
            yield 2

        stream = SharedAsyncStream(waiting(), tape)
        leader = asyncio.ensure_future(all_of(stream.ride()))
        follower = asyncio.ensure_future(all_of(stream.ride()))
        for _ in range(5):
            await asyncio.sleep(0)
        leader.cancel()
        await asyncio.wait([leader])
        go.set()
        return await follower

    assert asyncio.run(main()) == [1, 2]
    assert finished == [Recording((1, 2))]


@pytest.mark.skipif(not hasattr(asyncio, "timeout"), reason="new in Python 3.11")
def test_a_time_out_may_span_the_yields_of_an_async_stream(tape):
    async def limited():
        async with asyncio.timeout(60):
            yield 1
            yield 2

    async def main():
        stream = SharedAsyncStream(limited(), tape)
        rides = [asyncio.create_task(all_of(stream.ride())) for _ in range(2)]
        return await asyncio.gather(*rides)

    assert asyncio.run(main()) == [[1, 2], [1, 2]]


def test_the_other_async_riders_are_told_where_they_lost_it():
    def copied(item):
        if item == 1:
            raise UncopyableError("no")
        return item

    async def source():
        for i in range(3):
            yield i

    async def main():
        stream = SharedAsyncStream(source(), Tape(copied, print))
        first, second = stream.ride(), stream.ride()
        assert await anext(second) == 0
        assert [await anext(first), await anext(first)] == [0, 1]
        with pytest.raises(LostStreamError) as lost:
            await anext(second)
        assert lost.value.position == 1
        assert await all_of(first) == [2]

    asyncio.run(main())


def test_knows_that_it_is_driven_by_its_own_code(tape):
    seen = []

    async def main():
        async def looks():
            seen.append(stream.is_driven_here())
            yield 1

        stream = SharedAsyncStream(looks(), tape)
        await all_of(stream.ride())
        seen.append(stream.is_driven_here())

    asyncio.run(main())
    assert seen == [True, False]


def test_the_last_rider_closes_it_where_it_stands(tape, finished):
    log = []

    async def endless():
        with contextlib.closing(Closed(log)):
            yield 1
            await asyncio.Event().wait()

    async def main():
        stream = SharedAsyncStream(endless(), tape)
        rider = asyncio.ensure_future(all_of(stream.ride()))
        for _ in range(5):
            await asyncio.sleep(0)
        rider.cancel()
        await asyncio.wait([rider])
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
