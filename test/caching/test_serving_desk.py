"""What happens to events between their arrival and the queue, step by step."""

import asyncio

import fastapi
import pytest

import gradio as gr
from gradio.caching.serving import hooks
from gradio.data_classes import PredictBodyInternal
from gradio.routes import App
from gradio.server_messages import ProcessCompletedMessage

REQUEST = fastapi.Request(
    {
        "type": "http",
        "scheme": "http",
        "path": "/gradio_api/queue/join",
        "query_string": b"",
        "headers": [(b"host", b"localhost")],
    }
)


class Desk:
    """The desk of an app whose queue is never worked off."""

    def __init__(self, *fns, max_size=None):
        with gr.Blocks() as demo:
            given, out = gr.Textbox(), gr.Textbox()
            for fn in fns:
                gr.Button().click(fn, given, out, concurrency_id="one queue")
        self.queue = demo.queue(max_size=max_size)._queue
        self.queue.set_server_app(App.create_app(demo))

    async def receive(self, text, session, fn=0):
        body = PredictBodyInternal(data=[text], fn_index=fn, session_hash=session)
        taken, event_id, _ = await hooks.try_cache(
            self.queue, body, REQUEST, None, False
        )
        return event_id if taken else None

    async def enqueued(self, event_id):
        """The event, when it waits in the queue."""
        while event_id not in self.queue.event_ids_to_events:
            await asyncio.sleep(0)
        return self.queue.event_ids_to_events[event_id]

    def run(self, event):
        """What the queue does with an event, at once."""
        self.waiting.remove(event)
        output = {"data": [event.fn.fn(*event.data.data)]}
        message = ProcessCompletedMessage(output=output, success=True)
        self.queue.send_message(event, message)
        hooks.on_run_ended(self.queue, event._id)

    async def answer(self, session):
        messages = self.queue.pending_messages_per_session[session]
        while True:
            message = await asyncio.wait_for(messages.get(), 30)
            if isinstance(message, ProcessCompletedMessage):
                return message

    @property
    def waiting(self):
        [events] = self.queue.event_queue_per_concurrency_id.values()
        return events.queue


@pytest.fixture
def runs():
    return []


@pytest.fixture
def shout(runs):
    @gr.cache
    def shout(text):
        runs.append(text)
        return text.upper()

    return shout


def test_a_miss_enters_the_queue_and_a_hit_does_not(shout):
    async def main():
        desk = Desk(shout)
        desk.run(await desk.enqueued(await desk.receive("a", "one")))
        assert (await desk.answer("one")).used_cache is None
        await desk.receive("a", "two")
        message = await desk.answer("two")
        assert (message.used_cache, message.output["data"]) == ("full", ["A"])
        assert desk.waiting == []

    asyncio.run(main())


def test_equal_requests_wait_for_one_run(shout, runs):
    async def main():
        desk = Desk(shout)
        leader = await desk.enqueued(await desk.receive("a", "one"))
        for session in ("two", "three"):
            await desk.receive("a", session)
            await asyncio.sleep(0)
        assert desk.waiting == [leader]
        desk.run(leader)
        answers = [await desk.answer(name) for name in ("one", "two", "three")]
        assert [a.used_cache for a in answers] == [None, "full", "full"]

    asyncio.run(main())
    assert runs == ["a"]


def test_equal_requests_that_are_looked_up_at_the_same_time_run_once(shout, runs):
    async def main():
        desk = Desk(shout)
        first = await desk.receive("a", "one")
        await desk.receive("a", "two")
        desk.run(await desk.enqueued(first))
        assert (await desk.answer("two")).used_cache == "full"
        assert desk.waiting == []

    asyncio.run(main())
    assert runs == ["a"]


@pytest.mark.parametrize("ends", ["with a result", "without"])
def test_the_leader_may_end_before_a_follower_has_begun(shout, runs, ends):
    async def main():
        desk = Desk(shout)
        leader = await desk.enqueued(await desk.receive("a", "one"))
        follower = await desk.receive("a", "two")
        # The follower's task has not had its first step yet.
        if ends == "with a result":
            desk.run(leader)
        else:
            desk.waiting.remove(leader)
            hooks.on_run_ended(desk.queue, leader._id)
            desk.run(await asyncio.wait_for(desk.enqueued(follower), 30))
        return await desk.answer("two")

    message = asyncio.run(main())
    assert message.output["data"] == ["A"]
    assert message.used_cache == ("full" if ends == "with a result" else None)
    assert runs == ["a"]


def test_equal_requests_of_two_functions_have_nothing_to_do_with_each_other(shout):
    @gr.cache
    def whisper(text):
        return text.lower()

    async def main():
        desk = Desk(shout, whisper)
        loud = await desk.enqueued(await desk.receive("a", "one", fn=0))
        quiet = await desk.receive("a", "two", fn=1)
        quiet = await asyncio.wait_for(desk.enqueued(quiet), 30)
        assert desk.waiting == [loud, quiet]
        failed = ProcessCompletedMessage(output={"error": "no"}, success=False)
        desk.queue.send_message(loud, failed)
        desk.run(quiet)
        message = await desk.answer("two")
        assert (message.success, message.output["data"]) == (True, ["a"])

    asyncio.run(main())


def test_a_full_queue_refuses_misses_alone(shout):
    async def main():
        desk = Desk(shout, max_size=1)
        shout("known")
        await desk.enqueued(await desk.receive("a", "one"))
        assert await desk.receive("b", "two") is None
        assert "two" not in desk.queue.pending_messages_per_session
        await desk.receive("known", "three")
        assert (await desk.answer("three")).used_cache == "full"

    asyncio.run(main())


def test_an_event_that_waits_is_followed_no_more_when_its_client_leaves(shout, runs):
    async def main():
        desk = Desk(shout)
        leader = await desk.enqueued(await desk.receive("a", "one"))
        follower = await desk.receive("a", "two")
        await asyncio.sleep(0)
        await desk.queue.clean_events(event_id=leader._id)
        desk.run(await asyncio.wait_for(desk.enqueued(follower), 30))
        assert (await desk.answer("two")).output["data"] == ["A"]

    asyncio.run(main())
    assert runs == ["a"]


def test_a_run_that_is_cancelled_before_its_first_step_ends_all_the_same(shout, runs):
    async def main():
        desk = Desk(shout)
        queue = desk.queue
        queue.active_jobs = [None]
        processing = asyncio.ensure_future(queue.start_processing())
        await desk.receive("a", "one")
        await desk.receive("a", "two")
        while not queue._asyncio_tasks:
            await asyncio.sleep(0)
        queue._asyncio_tasks[0].cancel()
        message = await desk.answer("two")
        queue.close()
        await asyncio.wait([processing, *queue._asyncio_tasks])
        return message, queue

    message, queue = asyncio.run(main())
    assert message.output["data"] == ["A"]
    assert runs == ["a"]
    assert queue.active_jobs == [None]
    statuses = [e["status"] for e in queue.event_analytics.values()]
    assert statuses == ["cancelled", "success"]
