"""A look-up that takes long holds up nobody: neither others, nor its equals."""

import asyncio

import pytest

import gradio as gr
from gradio.caching.serving import hooks
from gradio.caching.serving.lookup import equals
from gradio.caching.serving.lookup.lookup import Lookups
from gradio.caching.serving.queueing import arrival_order
from gradio.server_messages import ProcessCompletedMessage
from support.queued import QueuedApp


@pytest.fixture
def slow(monkeypatch):
    """Holds up the look-ups of one text until it is set."""

    class Slow:
        def __init__(self):
            self.may_go = asyncio.Event()
            self.held = 0

    slow, find = Slow(), Lookups.find

    async def held_up(self, event, engine, *rest):
        if event.data.data == ["slow"]:
            slow.held += 1
            await slow.may_go.wait()
        return await find(self, event, engine, *rest)

    monkeypatch.setattr(Lookups, "find", held_up)
    return slow


@pytest.fixture
def shout():
    @gr.cache
    def shout(text):
        return text.upper()

    shout.cache.clear()
    return shout


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(arrival_order, "PATIENCE", 0)


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
        first = await app.enqueued(events[0])
        app.run(first)
        for name in ("two", "three"):
            assert (await app.answer(name)).output["data"] == ["SLOW"]

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


def test_a_large_request_is_digested_in_a_thread(shout, monkeypatch):
    import threading

    from gradio.caching.serving import known_answers as module

    seen, digest = [], module.request_digest

    def noting(*args):
        seen.append(threading.get_ident())
        return digest(*args)

    monkeypatch.setattr(module, "request_digest", noting)

    async def main():
        app, here = QueuedApp(shout), threading.get_ident()
        for text, is_here in (("small", True), ("x" * 100_000, False)):
            app.run(await app.enqueued(await app.receive(text, text[:9])))
            assert (seen.pop() == here) is is_here
            await app.receive(text, "again")
            assert (await app.answer("again")).used_cache == "full"

    asyncio.run(main())


def test_equal_large_requests_run_once(shout):
    async def main():
        app = QueuedApp(shout)
        long = "x" * 100_000
        events = [await app.receive(long, name) for name in ("one", "two", "three")]
        queued = app.queue.event_ids_to_events
        while not queued:
            await asyncio.sleep(0.001)
        [leader] = queued.values()
        app.run(leader)
        names = [f"{n}" for n, e in zip(("one", "two", "three"), events, strict=True)]
        answers = [await app.answer(name) for name in names]
        assert sorted(a.used_cache or "" for a in answers) == ["", "full", "full"]
        assert all(isinstance(a, ProcessCompletedMessage) for a in answers)

    asyncio.run(main())


def test_results_with_many_files_are_looked_at_in_a_thread(tmp_path, monkeypatch):
    import threading

    from gradio.caching import files

    paths = [tmp_path / f"{i}.txt" for i in range(20)]
    for path in paths:
        path.write_text("a")

    @gr.cache
    def make(text):
        return [str(path) for path in paths] if text else None

    seen, look = [], files.unchanged

    def unchanged(stamps):
        seen.append(threading.get_ident())
        return look(stamps)

    async def main():
        with gr.Blocks() as demo:
            given, out = gr.Textbox(), gr.JSON()
            gr.Button().click(make, given, out)
        app = QueuedApp(make)
        app.queue = demo.queue()._queue
        from gradio.routes import App

        app.queue.set_server_app(App.create_app(demo))
        make("a")
        await app.receive("a", "one")
        assert (await app.answer("one")).used_cache == "full"
        monkeypatch.setattr(files, "unchanged", unchanged)
        await app.receive("a", "two")
        assert (await app.answer("two")).used_cache == "full"
        return threading.get_ident()

    assert asyncio.run(main()) not in seen
    assert seen
