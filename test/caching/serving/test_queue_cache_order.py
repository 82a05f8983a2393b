"""The order of requests that take long to look up, and of others."""

import asyncio

import pytest

from gradio.caching.serving import hooks
from gradio.caching.serving.queueing import arrival_order
from support.queued import QueuedApp


async def passed(app):
    """Waits until those that are looked up let others pass."""
    arrivals = hooks._cache_of(app.queue)._arrivals
    while arrivals.waiting:
        await asyncio.sleep(0)


@pytest.mark.usefixtures("impatient")
def test_others_pass_one_that_takes_long(slow, shout):
    async def main():
        app = QueuedApp(shout)
        held = await app.receive("slow", "one")
        others = [await app.receive(text, text) for text in "abc"]
        others = {await app.enqueued(other) for other in others}
        assert set(app.waiting) == others
        slow.may_go.set()
        late = await app.enqueued(held)
        assert app.waiting[-1] is late
        assert set(app.waiting) == {*others, late}

    asyncio.run(main())


def test_others_keep_their_order_with_one_that_is_ready_in_time(
    slow, shout, monkeypatch
):
    monkeypatch.setattr(arrival_order, "PATIENCE", 30)

    async def main():
        app = QueuedApp(shout)
        held = await app.receive("slow", "one")
        other = await app.receive("a", "two")
        slow.may_go.set()
        other, held = await app.enqueued(other), await app.enqueued(held)
        assert app.waiting == [held, other]

    asyncio.run(main())


@pytest.mark.usefixtures("impatient")
def test_one_that_takes_long_does_not_make_the_queue_look_full(slow, shout):
    async def main():
        app = QueuedApp(shout, max_size=1)
        for i in range(10):
            await app.receive("slow", f"slow {i}")
            await passed(app)
        other = await app.receive("a", "other")
        assert other is not None
        await app.enqueued(other)

    asyncio.run(main())


@pytest.mark.usefixtures("impatient")
def test_who_took_long_is_refused_if_there_is_no_room_any_more(slow, shout):
    async def main():
        app = QueuedApp(shout, max_size=1)
        await app.receive("slow", "late")
        await passed(app)
        other = await app.enqueued(await app.receive("a", "other"))
        slow.may_go.set()
        message = await app.answer("late")
        assert not message.success
        assert "full" in message.output["error"]
        assert app.waiting == [other]

    asyncio.run(main())


@pytest.mark.usefixtures("impatient")
def test_a_full_queue_refuses_at_once_what_takes_long_to_look_up(slow, shout):
    async def main():
        app = QueuedApp(shout, max_size=1)
        await app.enqueued(await app.receive("a", "one"))
        assert await app.receive("slow", "two") is None
        assert "two" not in app.queue.pending_messages_per_session
        slow.may_go.set()

    asyncio.run(main())


def test_a_full_queue_answers_what_is_found_out_soon(shout, monkeypatch):
    monkeypatch.setattr(arrival_order, "PATIENCE", 30)
    long = "known" * 20_000

    async def main():
        app = QueuedApp(shout, max_size=1)
        shout(long)
        await app.enqueued(await app.receive("a", "one"))
        # Once looked up, once recognised; both in threads.
        for session in ("two", "three"):
            assert await app.receive(long, session) is not None
            message = await app.answer(session)
            assert message.used_cache == "full"

    asyncio.run(main())
