import asyncio

import pytest

from gradio.caching.serving.lookup import equals
from support.queued import QueuedApp


@pytest.mark.usefixtures("impatient")
def test_equal_requests_wait_for_one_that_takes_long_and_run_once(slow, shout):
    async def main():
        app = QueuedApp(shout)
        first = await app.receive("slow", "one")
        for session in ("two", "three"):
            await app.receive("slow", session)
            await app.receive(session, f"other {session}")
        assert slow.held <= 1
        slow.may_go.set()
        app.run(await app.enqueued(first))
        used = [(await app.answer(name)).used_cache for name in ("two", "three")]
        assert used == ["full", "full"]

    asyncio.run(main())


@pytest.mark.usefixtures("impatient")
def test_equal_requests_do_not_wait_for_ever(slow, shout, monkeypatch):
    monkeypatch.setattr(equals, "PATIENCE", 0)

    async def main():
        app = QueuedApp(shout)
        events = [await app.receive("slow", name) for name in ("one", "two", "three")]
        while slow.held < len(events):
            await asyncio.sleep(0)
        slow.may_go.set()
        # Any of them may be the one that enters the queue.
        while not app.waiting:
            await asyncio.sleep(0)
        app.run(app.waiting[0])
        for name in ("one", "two", "three"):
            assert (await app.answer(name)).output["data"] == ["SLOW"]

    asyncio.run(main())
