import asyncio
import random

from gradio.caching.serving.queueing.arrival_order import ArrivalOrder


async def settle():
    for _ in range(20):
        await asyncio.sleep(0)


def test_the_first_waits_for_nobody():
    async def main():
        lines = ArrivalOrder(patience=30)
        place = lines.join("q")
        assert lines.waiting == 1
        await place.reached()
        place.release()
        await settle()
        assert lines.waiting == 0
        assert lines._last == {}

    asyncio.run(main())


def test_turns_come_in_the_order_of_arrival_whatever_takes_how_long():
    async def main():
        lines, order = ArrivalOrder(patience=30), []

        async def request(number, steps):
            for _ in range(steps):
                await asyncio.sleep(0)
            await places[number].reached()
            order.append(number)
            places[number].release()

        places = [lines.join("q") for _ in range(20)]
        steps = random.Random(1).sample(range(40), 20)
        await asyncio.gather(*(request(i, s) for i, s in enumerate(steps)))
        await settle()
        assert lines.waiting == 0
        return order

    assert asyncio.run(main()) == list(range(20))


def test_one_that_goes_early_lets_nobody_pass_those_before_it():
    async def main():
        lines, passed = ArrivalOrder(patience=30), []
        first, second, third = (lines.join("q") for _ in range(3))

        async def wait():
            await third.reached()
            passed.append(3)

        waiting = asyncio.ensure_future(wait())
        second.release()
        await settle()
        assert passed == []
        first.release()
        await waiting
        third.release()
        await settle()
        assert lines.waiting == 0

    asyncio.run(main())


def test_one_that_is_cancelled_while_it_waits_leaves_the_others_in_line():
    async def main():
        lines = ArrivalOrder(patience=30)
        first, second, third = (lines.join("q") for _ in range(3))
        waits = asyncio.ensure_future(second.reached())
        await settle()
        waits.cancel()
        await asyncio.wait([waits])
        second.release()
        last = asyncio.ensure_future(third.reached())
        await settle()
        assert not last.done()
        first.release()
        await last

    asyncio.run(main())


def test_leaving_twice_is_leaving_once():
    async def main():
        lines = ArrivalOrder(patience=30)
        place = lines.join("q")
        place.release()
        place.release()
        await settle()
        assert lines.waiting == 0

    asyncio.run(main())


def test_lines_do_not_wait_for_each_other():
    async def main():
        lines = ArrivalOrder(patience=30)
        lines.join("one")
        await asyncio.wait_for(lines.join("other").reached(), timeout=30)

    asyncio.run(main())


def test_one_that_takes_long_lets_the_others_pass_and_takes_no_place():
    async def main():
        lines = ArrivalOrder(patience=0)
        slow = lines.join("q")
        await slow.passed
        assert lines.waiting == 0
        assert not slow.released.done()
        quick = lines.join("q")
        await asyncio.wait_for(quick.reached(), timeout=30)
        slow.release()
        assert slow.released.done()
        quick.release()
        await settle()
        assert (lines.waiting, lines._last) == (0, {})

    asyncio.run(main())


def test_those_behind_one_that_takes_long_keep_their_order():
    async def main():
        lines, order = ArrivalOrder(patience=30), []
        slow, second, third = (lines.join("q") for _ in range(3))

        async def request(place, number):
            await place.reached()
            order.append(number)
            place.release()

        tasks = [asyncio.ensure_future(request(third, 3))]
        tasks.append(asyncio.ensure_future(request(second, 2)))
        await settle()
        assert order == []
        slow.let_pass()
        await asyncio.wait(tasks)
        assert order == [2, 3]

    asyncio.run(main())


def test_a_turn_that_was_left_in_time_is_not_waited_for():
    async def main():
        loop, lines = asyncio.get_running_loop(), ArrivalOrder(patience=1000)
        place = lines.join("q")
        place.release()
        await settle()
        assert all(timer.cancelled() for timer in loop._scheduled)

    asyncio.run(main())
