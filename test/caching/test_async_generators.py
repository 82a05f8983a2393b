"""Async generators, for one caller and for others that come while they run."""

import asyncio
import threading

import pytest

import gradio as gr
from support.gates import turns
from support.kinds import listed, noting_end


def test_closed_early_it_is_closed_at_once_and_nothing_is_stored():
    log = []

    @gr.cache
    async def fn():
        with noting_end(log):
            yield 1
            yield 2

    async def main():
        items = fn()
        await anext(items)
        await items.aclose()
        assert log == ["closed"]
        assert len(fn.cache) == 0

    asyncio.run(main())


def test_equal_calls_run_once_and_see_all():
    runs = []

    @gr.cache
    async def fn():
        runs.append(1)
        for i in range(3):
            await asyncio.sleep(0)
            yield [i]

    async def main():
        return await asyncio.gather(*(listed(fn()) for _ in range(5)))

    assert asyncio.run(main()) == [[[0], [1], [2]]] * 5
    assert runs == [1]


def test_when_the_leader_is_cancelled_the_others_go_on():
    runs = []

    async def main():
        go = asyncio.Event()

        @gr.cache
        async def fn():
            runs.append(1)
            yield 1
            await go.wait()
            yield 2

        leader, follower = [asyncio.ensure_future(listed(fn())) for _ in range(2)]
        await turns()
        leader.cancel()
        await turns()
        go.set()
        return await follower

    assert asyncio.run(main()) == [1, 2]
    assert runs == [1]


def test_when_the_last_leaves_it_is_closed_and_not_stored():
    log = []

    @gr.cache
    async def fn():
        with noting_end(log):
            yield 1
            await asyncio.Event().wait()

    async def main():
        consumers = [asyncio.ensure_future(listed(fn())) for _ in range(2)]
        await turns()
        for consumer in consumers:
            consumer.cancel()
        await asyncio.wait(consumers)
        assert log == ["closed"]

    asyncio.run(main())
    assert len(fn.cache) == 0


def test_inside_itself_it_runs_through_and_is_closed_at_once():
    log = []

    @gr.cache
    async def fn():
        log.append("in")
        try:
            if log.count("in") < 3:
                async for item in fn():
                    yield item
            yield len(log)
            yield 0
        finally:
            log.append("out")

    async def main():
        items = fn()
        assert await anext(items) == 3
        await items.aclose()

    asyncio.run(main())
    assert log.count("out") >= 1


def test_each_loop_may_run_it(pool):
    @gr.cache
    async def fn():
        for i in range(3):
            await asyncio.sleep(0)
            yield i

    def consume():
        return asyncio.run(listed(fn()))

    assert [c.result() for c in [pool.submit(consume) for _ in range(4)]] == [
        [0, 1, 2]
    ] * 4


def test_what_can_not_be_copied_is_made_for_each():
    @gr.cache
    async def fn():
        yield 0
        yield threading.Lock()
        yield 2

    async def main():
        return await asyncio.gather(listed(fn()), listed(fn()))

    with pytest.warns(UserWarning, match="can be copied"):
        one, other = asyncio.run(main())
    assert [one[0], one[2]] == [other[0], other[2]] == [0, 2]
    assert one[1] is not other[1]
