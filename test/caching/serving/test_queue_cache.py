"""What happens to events between their arrival and the queue, step by step."""

import asyncio

import pytest

import gradio as gr
from gradio.caching.serving import queue_cache
from gradio.caching.serving.answers import CacheRequest, Pending
from gradio.caching.serving.queue_cache import QueueCache
from gradio.server_messages import ProcessCompletedMessage
from support.queued import QueuedApp, Stub


def test_a_miss_enters_the_queue_and_a_hit_does_not(shout):
    async def main():
        app = QueuedApp(shout)
        app.run(await app.enqueued(await app.receive("a", "one")))
        assert (await app.answer("one")).used_cache is None
        await app.receive("a", "two")
        message = await app.answer("two")
        assert (message.used_cache, message.output["data"]) == ("full", ["A"])
        assert app.waiting == []

    asyncio.run(main())


def test_equal_requests_wait_for_one_run(shout, runs):
    async def main():
        app = QueuedApp(shout)
        leader = await app.enqueued(await app.receive("a", "one"))
        for session in ("two", "three"):
            await app.receive("a", session)
            await asyncio.sleep(0)
        assert app.waiting == [leader]
        app.run(leader)
        answers = [await app.answer(name) for name in ("one", "two", "three")]
        assert [a.used_cache for a in answers] == [None, "full", "full"]

    asyncio.run(main())
    assert runs == ["a"]


def test_equal_requests_that_are_looked_up_at_the_same_time_run_once(shout, runs):
    async def main():
        app = QueuedApp(shout)
        first = await app.receive("a", "one")
        await app.receive("a", "two")
        app.run(await app.enqueued(first))
        assert (await app.answer("two")).used_cache == "full"
        assert app.waiting == []

    asyncio.run(main())
    assert runs == ["a"]


@pytest.mark.parametrize("ends", ["with a result", "without"])
def test_the_leader_may_end_before_a_follower_has_begun(shout, runs, ends):
    async def main():
        app = QueuedApp(shout)
        leader = await app.enqueued(await app.receive("a", "one"))
        follower = await app.receive("a", "two")
        # The follower's task has not had its first step yet.
        if ends == "with a result":
            app.run(leader)
        else:
            app.waiting.remove(leader)
            app.end(leader)
            app.run(await asyncio.wait_for(app.enqueued(follower), 30))
        return await app.answer("two")

    message = asyncio.run(main())
    assert message.output["data"] == ["A"]
    assert message.used_cache == ("full" if ends == "with a result" else None)
    assert runs == ["a"]


def test_equal_requests_of_two_functions_have_nothing_to_do_with_each_other(shout):
    @gr.cache
    def whisper(text):
        return text.lower()

    async def main():
        app = QueuedApp(shout, whisper)
        loud = await app.enqueued(await app.receive("a", "one", fn=0))
        quiet = await app.receive("a", "two", fn=1)
        quiet = await asyncio.wait_for(app.enqueued(quiet), 30)
        assert app.waiting == [loud, quiet]
        failed = ProcessCompletedMessage(output={"error": "no"}, success=False)
        app.queue.send_message(loud, failed)
        app.run(quiet)
        message = await app.answer("two")
        assert (message.success, message.output["data"]) == (True, ["a"])

    asyncio.run(main())


def test_a_full_queue_refuses_misses_alone(shout):
    async def main():
        app = QueuedApp(shout, max_size=1)
        shout("known")
        await app.enqueued(await app.receive("a", "one"))
        assert await app.receive("b", "two") is None
        assert "two" not in app.queue.pending_messages_per_session
        await app.receive("known", "three")
        assert (await app.answer("three")).used_cache == "full"

    asyncio.run(main())


def test_an_event_that_waits_is_followed_no_more_when_its_client_leaves(shout, runs):
    async def main():
        app = QueuedApp(shout)
        leader = await app.enqueued(await app.receive("a", "one"))
        follower = await app.receive("a", "two")
        await asyncio.sleep(0)
        await app.queue.clean_events(event_id=leader._id)
        app.run(await asyncio.wait_for(app.enqueued(follower), 30))
        assert (await app.answer("two")).output["data"] == ["A"]

    asyncio.run(main())
    assert runs == ["a"]


def runs_of(queue):
    """The tasks that run events, without those that answer them."""
    tasks = queue._asyncio_tasks
    return [task for task in tasks if task.get_coro().__name__ == "process_events"]


def test_a_run_that_is_cancelled_before_its_first_step_ends_all_the_same(shout, runs):
    async def main():
        app = QueuedApp(shout)
        queue = app.queue
        queue.active_jobs = [None]
        processing = asyncio.ensure_future(queue.start_processing())
        await app.receive("a", "one")
        await app.receive("a", "two")
        while not (started := runs_of(queue)):
            await asyncio.sleep(0)
        started[0].cancel()
        message = await app.answer("two")
        queue.close()
        await asyncio.wait([processing, *queue._asyncio_tasks])
        return message, queue

    message, queue = asyncio.run(main())
    assert message.output["data"] == ["A"]
    assert runs == ["a"]
    assert queue.active_jobs == [None]
    statuses = [e["status"] for e in queue.event_analytics.values()]
    assert statuses == ["cancelled", "success"]


@pytest.mark.parametrize("works", [True, False])
def test_a_hit_is_counted_once_it_has_been_sent(shout, monkeypatch, works):
    sent = queue_cache.send_hit

    async def send_hit(queue, *hit):
        assert [r["status"] for r in queue.event_analytics.values()] == ["queued"]
        if not works:
            raise RuntimeError
        await sent(queue, *hit)

    async def main():
        app = QueuedApp(shout)
        app.run(await app.enqueued(await app.receive("a", "one")))
        monkeypatch.setattr(queue_cache, "send_hit", send_hit)
        event_id = await app.receive("a", "two")
        if works:
            await app.answer("two")
        else:
            await app.enqueued(event_id)
        await asyncio.sleep(0)
        return app.queue.event_analytics[event_id]["status"]

    assert asyncio.run(main()) == ("success" if works else "queued")


def waiting_for(cache, *others):
    """What a request does for which others come first."""
    request = CacheRequest(Stub(), Stub())
    return asyncio.ensure_future(cache._give(request, Pending(others)))


def test_who_comes_first_is_waited_for_however_it_ends(shout):
    async def main():
        cache, loop = QueueCache(QueuedApp(shout).queue), asyncio.get_running_loop()
        ends = [loop.create_future() for _ in range(3)]
        waits = waiting_for(cache, *ends)
        ends[0].set_result(None)
        ends[1].set_exception(ValueError())
        await asyncio.sleep(0)
        assert not waits.done()
        ends[2].cancel()
        assert await waits is False

    asyncio.run(main())


def test_who_gives_up_waiting_ends_no_answer(shout):
    async def main():
        cache = QueueCache(QueuedApp(shout).queue)
        answer = asyncio.get_running_loop().create_future()
        waits = waiting_for(cache, answer)
        await asyncio.sleep(0)
        waits.cancel()
        await asyncio.wait([waits])
        assert not answer.done()

    asyncio.run(main())
