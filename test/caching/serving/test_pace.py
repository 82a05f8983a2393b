import asyncio

import pytest

from gradio.caching.serving.queueing.pace import Pace

UNREAD = 3


@pytest.fixture
def pending():
    return {"s": asyncio.Queue(), "other": asyncio.Queue()}


def pace_of(pending, **settings):
    return Pace(pending, unread=UNREAD, **settings)


def fill(messages, count=UNREAD):
    for i in range(count):
        messages.put_nowait(i)


async def waiting(pace, session="s"):
    task = asyncio.ensure_future(pace.room(session))
    await asyncio.sleep(0)
    return task


def test_there_is_room_until_so_many_are_unread(pending):
    async def main():
        fill(pending["s"], UNREAD - 1)
        assert await pace_of(pending).room("s")

    asyncio.run(main())


def test_who_has_left_too_many_unread_is_waited_for(pending):
    async def main():
        fill(pending["s"])
        pace = pace_of(pending)
        task = await waiting(pace)
        assert await pace.room("other")
        assert not task.done()
        pending["s"].get_nowait()
        assert await asyncio.wait_for(task, 30)

    asyncio.run(main())


def test_all_that_wait_for_a_client_come_in_their_turn(pending):
    async def main():
        fill(pending["s"])
        pace, came = pace_of(pending), []

        async def send(name):
            assert await pace.room("s")
            came.append(name)
            pending["s"].put_nowait(name)

        tasks = [asyncio.ensure_future(send(i)) for i in range(10)]
        for _ in tasks:
            assert pending["s"].qsize() <= UNREAD
            await pending["s"].get()
        await asyncio.gather(*tasks)
        assert came == list(range(10))

    asyncio.run(main())


def test_who_never_reads_is_given_up(pending):
    async def main():
        fill(pending["s"])
        assert not await pace_of(pending, patience=0.0).room("s")

    asyncio.run(main())


def test_who_is_gone_is_not_waited_for(pending):
    async def main():
        fill(pending["s"])
        pace = pace_of(pending)
        task = await waiting(pace)
        del pending["s"]
        assert not await asyncio.wait_for(task, 30)
        assert not await pace.room("s")

    asyncio.run(main())


def test_nothing_is_left_of_those_who_stopped_waiting(pending):
    async def main():
        fill(pending["s"])
        pace = pace_of(pending)
        tasks = [await waiting(pace) for _ in range(100)]
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        while pace._timer is not None:
            await asyncio.sleep(0)
        assert pace._waiting == {}

    asyncio.run(main())
