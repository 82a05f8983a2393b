import asyncio

from gradio.caching.serving.queueing.wakeup import Naps

LONG = 3600.0


def test_a_nap_ends_by_itself():
    asyncio.run(Naps().take(0.0))


def test_a_nap_ends_when_woken():
    async def main():
        naps = Naps()
        nap = asyncio.ensure_future(naps.take(LONG))
        await asyncio.sleep(0)
        assert not nap.done()
        naps.wake()
        naps.wake()
        await asyncio.wait_for(nap, 30)

    asyncio.run(main())


def test_nobody_need_be_asleep():
    async def main():
        naps = Naps()
        naps.wake()
        nap = asyncio.ensure_future(naps.take(LONG))
        await asyncio.sleep(0)
        naps.wake()
        await asyncio.wait_for(nap, 30)
        naps.wake()

    asyncio.run(main())


def test_a_nap_that_is_cancelled_leaves_no_timer():
    async def main():
        naps = Naps()
        nap = asyncio.ensure_future(naps.take(LONG))
        await asyncio.sleep(0)
        nap.cancel()
        await asyncio.wait([nap])
        assert nap.cancelled()
        naps.wake()

    asyncio.run(main())
