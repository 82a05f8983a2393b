import asyncio
from types import SimpleNamespace

import pytest

from gradio.caching.function_cache import FunctionCache
from gradio.caching.keys import CacheKey
from gradio.caching.namespace import SHARED
from gradio.caching.serving.follow.broadcast import Broadcast
from gradio.caching.serving.queueing.pace import UNREAD, pace_of
from gradio.caching.settings import Settings
from gradio.caching.stores.memory import MemoryStore
from gradio.server_messages import (
    ProgressMessage,
)
from support.broadcasts import FN, Queue, data, event, following, last, step, toast
from support.queued import Stub


@pytest.fixture
def queue():
    return Queue()


@pytest.fixture
def broadcast(queue):
    engine = SimpleNamespace(
        cache=FunctionCache(Settings(1, None, False), MemoryStore(1))
    )
    engine.cache.uncached.add(2.0)
    key = CacheKey(SHARED, b"k", 0)
    return Broadcast(queue, event("leader"), engine, key, "variant")


def test_a_follower_is_sent_what_was_sent_and_what_comes(queue, broadcast):
    async def main():
        broadcast.observe(step(1))
        follower = await following(broadcast)
        assert data(queue.to("follower")) == [1]
        broadcast.observe(step(2))
        broadcast.complete(last(3))
        assert await follower

    asyncio.run(main())
    assert data(queue.to("follower")) == [1, 2, 3]
    done = queue.to("follower")[-1]
    assert (done.used_cache, done.avg_time) == ("full", 2.0)
    assert done.cache_duration >= 0
    assert broadcast.steps == [[1], [2]]


def test_the_leader_s_own_message_stays_as_it_is(queue, broadcast):
    async def main():
        follower = await following(broadcast)
        message = last()
        broadcast.complete(message)
        await follower
        assert message.used_cache is None
        assert queue.to("follower")[-1] is not message

    asyncio.run(main())


def test_a_follower_is_sent_an_error_as_it_is(queue, broadcast):
    async def main():
        follower = await following(broadcast)
        broadcast.complete(last(success=False))
        return await follower

    assert asyncio.run(main())
    message = queue.to("follower")[-1]
    assert not message.success
    assert message.used_cache is None


def test_when_the_leader_is_lost_its_followers_look_again(queue, broadcast):
    async def main():
        follower = await following(broadcast)
        broadcast.abandon()
        return await follower

    assert asyncio.run(main()) is False
    assert not broadcast._followers


def test_of_what_passes_only_the_last_is_told_later(queue, broadcast):
    async def main():
        for i in range(3):
            broadcast.observe(ProgressMessage(progress_data=[], event_id=str(i)))
            broadcast.observe(toast(str(i)))
        follower = await following(broadcast)
        broadcast.complete(last())
        await follower

    asyncio.run(main())
    kinds = [type(m).__name__ for m in queue.to("follower")]
    assert kinds.count("ProgressMessage") == 1
    assert [m.log for m in queue.to("follower") if hasattr(m, "log")] == list("012")


@pytest.mark.parametrize("why", ["another variant", "an update"])
def test_messages_of_another_form_are_not_passed_on(queue, broadcast, why):
    async def main():
        variant = "other" if why == "another variant" else "variant"
        follower = await following(broadcast, variant)
        value = {"__type__": "update"} if why == "an update" else 1
        broadcast.observe(step(value))
        broadcast.observe(toast("told all the same"))
        broadcast.complete(last())
        return await follower

    assert asyncio.run(main()) is False
    assert data(queue.to("follower")) == []
    assert [m.log for m in queue.to("follower")] == ["told all the same"]


def test_a_follower_that_leaves_is_followed_by_nothing(queue, broadcast):
    async def main():
        follower = await following(broadcast)
        follower.cancel()
        await asyncio.wait([follower])
        broadcast.observe(step(1))
        broadcast.complete(last())

    asyncio.run(main())
    assert queue.to("follower") == []
    assert not broadcast._followers


@pytest.mark.parametrize("end", ["completed", "failed", "lost"])
def test_who_comes_when_the_leader_has_ended_looks_again(queue, broadcast, end):
    async def main():
        broadcast.observe(toast("told to those who followed"))
        if end == "lost":
            broadcast.abandon()
        else:
            broadcast.complete(last(success=end == "completed"))
        return await asyncio.wait_for(
            broadcast.follow(event("follower"), "variant"), 30
        )

    assert asyncio.run(main()) is False
    assert queue.to("follower") == []
    assert not broadcast._followers


@pytest.mark.parametrize("whose", ["leader", "follower"])
def test_a_session_with_components_of_its_own_neither_gives_nor_gets(
    queue, broadcast, whose
):
    async def main():
        follower = await following(broadcast)
        broadcast.observe(step(1))
        await asyncio.sleep(0)
        queue.give_own_components(whose)
        broadcast.observe(step(2))
        await asyncio.sleep(0)
        broadcast.complete(last(3))
        return await follower

    assert asyncio.run(main()) is False
    assert data(queue.to("follower")) == [1]
    assert not (whose == "leader" and broadcast.is_shared)


def test_what_a_session_was_like_before_its_state_was_lost_is_not_known(
    queue, broadcast
):
    async def main():
        states = queue.blocks.state_holder.session_data
        common = SimpleNamespace(blocks_config=queue.blocks)
        states["leader"] = common
        broadcast.observe(toast("the state is there"))
        del states["leader"]
        broadcast.observe(step(1))

    asyncio.run(main())
    assert not broadcast.is_shared


@pytest.mark.parametrize("why", ["leader", "follower", "another listener"])
def test_an_error_is_passed_on_only_if_the_follower_would_meet_it(
    queue, broadcast, why
):
    async def main():
        fn = FN if why != "another listener" else Stub(**vars(FN))
        follower = await following(broadcast, fn=fn)
        queue.give_own_components(why)
        broadcast.observe(last(success=False))
        broadcast.complete(last(success=False))
        return await follower

    assert asyncio.run(main()) is False
    assert queue.to("follower") == []


def test_who_does_not_read_holds_up_nobody_and_piles_up_nothing(queue, broadcast):
    waiting = queue.pending_messages_per_session["other"]

    async def main():
        for _ in range(UNREAD):
            waiting.put_nowait("unread")
        slow = await following(broadcast, name="other")
        quick = await following(broadcast)
        for i in range(1000):
            broadcast.observe(step(i))
        broadcast.complete(last(-1))
        assert await quick
        assert queue.to("other") == []
        waiting.get_nowait()
        while not queue.to("other"):
            await asyncio.sleep(0)
        # It is in the fake's hands, so that there is room for ever.
        assert await slow

    asyncio.run(main())
    assert data(queue.to("follower")) == data(queue.to("other")) == [*range(1000), -1]


def test_a_client_that_never_reads_is_given_up(queue, broadcast):
    waiting = queue.pending_messages_per_session["other"]

    async def main():
        pace_of(queue).patience = 0.0
        for _ in range(UNREAD):
            waiting.put_nowait("unread")
        follower = await following(broadcast, name="other")
        broadcast.observe(step(1))
        broadcast.observe(toast("never"))
        broadcast.complete(last())
        return await asyncio.wait_for(follower, 30)

    assert asyncio.run(main()) is False
    assert queue.to("other") == []


def test_followers_share_what_they_are_sent(queue, broadcast):
    async def main():
        one = await following(broadcast, name="follower")
        other = await following(broadcast, name="other")
        broadcast.observe(step({"a": ["large"]}))
        broadcast.complete(last())
        await asyncio.gather(one, other)

    asyncio.run(main())
    mine, theirs = (queue.to(name)[0] for name in ("follower", "other"))
    assert mine is not theirs
    assert mine.output["data"] is theirs.output["data"]
