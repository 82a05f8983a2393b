import asyncio

from gradio.caching.serving.queueing.wakeup import Wakeup

LONG = 3600.0


def test_a_sleep_ends_by_itself():
    asyncio.run(Wakeup().wait(0.0))


def test_a_sleep_ends_when_woken():
    async def main():
        wakeup = Wakeup()
        sleep = asyncio.ensure_future(wakeup.wait(LONG))
        await asyncio.sleep(0)
        assert not sleep.done()
        wakeup.wake()
        wakeup.wake()
        await asyncio.wait_for(sleep, 30)

    asyncio.run(main())


def test_nobody_need_be_asleep():
    async def main():
        wakeup = Wakeup()
        wakeup.wake()
        sleep = asyncio.ensure_future(wakeup.wait(LONG))
        await asyncio.sleep(0)
        wakeup.wake()
        await asyncio.wait_for(sleep, 30)
        wakeup.wake()

    asyncio.run(main())


def test_a_sleep_that_is_cancelled_leaves_no_timer():
    async def main():
        wakeup = Wakeup()
        sleep = asyncio.ensure_future(wakeup.wait(LONG))
        await asyncio.sleep(0)
        sleep.cancel()
        await asyncio.wait([sleep])
        assert sleep.cancelled()
        wakeup.wake()

    asyncio.run(main())
