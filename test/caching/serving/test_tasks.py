import asyncio
from types import SimpleNamespace

import gradio as gr
from gradio.caching.serving.queueing.run_context import RunContext
from gradio.caching.serving.queueing.tasks import Tasks
from support.queued import Stub


def event(session="s", number="1"):
    fn = SimpleNamespace(_id=0)
    return Stub(session_hash=session, fn=fn, _id=number, alive=True)


class Queue:
    def __init__(self, *sessions, show_error=True):
        self.pending_messages_per_session = dict.fromkeys(sessions)
        holder = SimpleNamespace()
        self.blocks = SimpleNamespace(show_error=show_error, state_holder=holder)
        holder.blocks = self.blocks
        self._asyncio_tasks = gr.Blocks()._queue._asyncio_tasks
        self.sent = []

    def send_message(self, event, message):
        self.sent.append((event, message))


def tasks_of(queue):
    return Tasks(queue, RunContext(queue))


QUEUE = Queue()


async def ended(task_of, work):
    done = asyncio.Event()
    results = []

    def end(error):
        results.append(error)
        done.set()

    task_of(work, end)
    await done.wait()
    return results


def test_what_works_ends_without_an_error():
    async def main():
        tasks, one = tasks_of(QUEUE), event()

        async def works():
            pass

        got = await ended(lambda work, end: tasks.start(one, work, end), works())
        assert tasks._tasks == {}
        return got

    assert asyncio.run(main()) == [None]


def test_what_fails_is_told_with_its_error(caplog):
    error = ValueError("no")

    async def main():
        tasks, one = tasks_of(QUEUE), event()

        async def fails():
            raise error

        return await ended(lambda work, end: tasks.start(one, work, end), fails())

    assert asyncio.run(main()) == [error]
    assert not caplog.records  # whose fault it is shows when it runs


def test_the_events_of_a_client_that_leaves_are_cancelled():
    async def main():
        tasks, leaves, stays = (
            tasks_of(QUEUE),
            event("leaves"),
            event("stays"),
        )
        ends = []

        async def waits():
            await asyncio.Event().wait()

        for one in (leaves, stays):
            tasks.start(one, waits(), ends.append)
        await asyncio.sleep(0)
        tasks.cancel(lambda e: e.session_hash == "leaves")
        for _ in range(5):
            await asyncio.sleep(0)
        assert (leaves.alive, stays.alive) == (False, True)
        assert list(tasks._tasks) == [stays]
        assert ends == [None]
        tasks.cancel(lambda _: True)
        await asyncio.sleep(0)

    asyncio.run(main())


def test_what_works_is_on_the_list_of_what_ends_with_the_queue():
    async def main():
        queue = Queue()
        tasks = tasks_of(queue)

        async def waits():
            await asyncio.Event().wait()

        async def start(work, end):
            tasks.start(event(), work, end)
            [task] = queue._asyncio_tasks
            task.cancel()

        assert await ended(lambda *work: asyncio.ensure_future(start(*work)), waits())
        assert not queue._asyncio_tasks

    asyncio.run(main())


def test_an_error_is_shown_as_gradio_shows_it():
    queue, one = Queue("s"), event()
    tasks_of(queue).fail(one, ValueError("no"))
    ((to, message),) = queue.sent
    assert to is one
    assert not message.success
    assert message.output["error"] == "no"


def test_a_client_that_is_gone_is_told_nothing():
    queue = Queue()
    tasks_of(queue).fail(event(), ValueError("no"))
    assert queue.sent == []
