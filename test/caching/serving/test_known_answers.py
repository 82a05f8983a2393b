import asyncio
import threading

import gradio as gr
from gradio.caching import files
from gradio.caching.serving import known_answers
from gradio.routes import App
from gradio.server_messages import ProcessCompletedMessage
from support.queued import QueuedApp
from support.threads import threads_of


def test_a_large_request_is_digested_in_a_thread(shout, monkeypatch):
    seen = threads_of(monkeypatch, known_answers, "request_digest")

    async def main():
        app, here = QueuedApp(shout), threading.get_ident()
        for text, is_here in (("small", True), ("x" * 100_000, False)):
            seen.clear()
            app.run(await app.enqueued(await app.receive(text, text[:9])))
            assert (seen == {here}) is is_here
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
    paths = [tmp_path / f"{i}.txt" for i in range(20)]
    for path in paths:
        path.write_text("a")

    @gr.cache
    def make(text):
        return [str(path) for path in paths] if text else None

    async def main():
        with gr.Blocks() as demo:
            given, out = gr.Textbox(), gr.JSON()
            gr.Button().click(make, given, out)
        app = QueuedApp(make)
        app.queue = demo.queue()._queue
        app.queue.set_server_app(App.create_app(demo))
        make("a")
        await app.receive("a", "one")
        assert (await app.answer("one")).used_cache == "full"
        seen = threads_of(monkeypatch, files, "unchanged")
        await app.receive("a", "two")
        assert (await app.answer("two")).used_cache == "full"
        assert seen
        assert threading.get_ident() not in seen

    asyncio.run(main())
