"""Renewals of batches, of sound, of chats, and of what was sent before."""

import itertools
import threading

import numpy as np

import gradio as gr
from gradio.caching.serving.queueing.current import states_of
from support.ageing import EACH_KIND, cached
from support.listeners import answer, blocks_of
from support.page import Page


def test_a_batch_function_s_items_are_renewed(serve, clock, settled):
    runs = []

    @gr.cache(ttl=10, stale=20)
    def shout(texts):
        runs.append(list(texts))
        return [[f"{text}{len(runs)}" for text in texts]]

    app = serve(blocks_of(shout, batch=True, max_batch_size=4))
    assert answer(app.run(shout, "a")) == (None, "a1")
    clock.move(10)
    assert answer(app.run(shout, "a")) == ("full", "a1")
    settled.wait()
    assert answer(app.run(shout, "a")) == ("full", "a2")
    assert runs == [["a"], ["a"]]


def test_a_batch_that_fails_is_answered_with_old_results_if_there_are_for_all(
    serve, clock
):
    fails = threading.Event()

    @gr.cache(ttl=10, stale_if_error=20)
    def shout(texts):
        if fails.is_set():
            raise gr.Error("no", print_exception=False)
        return [[text.upper() for text in texts]]

    app = serve(blocks_of(shout, batch=True, max_batch_size=4))
    app.run(shout, "a")
    clock.move(10)
    fails.set()
    assert app.run(shout, "a").data == ["A"]
    assert not app.run(shout, "b").success


@EACH_KIND
def test_an_event_is_given_the_old_result_if_its_run_fails(kind, serve, clock):
    runs = itertools.count(1)

    def fails(text):
        if (run := next(runs)) > 1:
            raise gr.Error("no", print_exception=False)
        return f"{text}{run}"

    fn = cached(kind, fails, ttl=10, stale_if_error=20)
    app = serve(blocks_of(fn))
    app.run(fn, "a")
    clock.move(10)
    assert answer(app.run(fn, "a")) == ("partial", "a1")
    clock.move(20)
    assert not app.run(fn, "a").success


def test_streamed_sound_is_renewed(serve, clock, settled):
    runs = itertools.count(1)

    @gr.cache(ttl=10, stale=20)
    def play(text):
        level = next(runs)
        for _ in range(2):
            yield 8000, np.full(800, level * 1000, np.int16)

    with gr.Blocks() as demo:
        gr.Textbox().submit(play, gr.Textbox(), gr.Audio(streaming=True, autoplay=True))
    app = serve(demo)

    def levels():
        from gradio.caching.wrapping import engine_of

        (entry,) = engine_of(play).cache.store.entries()
        return {int(sound[0]) for _, sound in entry.value.yields}

    assert app.run(play, "a").used is None
    assert levels() == {1000}
    clock.move(10)
    assert app.run(play, "a").used == "full"
    settled.wait()
    assert levels() == {2000}
    assert app.run(play, "a").used == "full"
    assert set(app.demo.pending_streams) <= set(
        app.queue.pending_messages_per_session
    ) | set(states_of(app.queue).session_data)


def test_what_was_sent_of_an_old_result_is_not_kept_with_a_new_one(
    serve, clock, monkeypatch
):
    """The result is refreshed while the run's answer is made of it."""
    runs = itertools.count(1)
    made = threading.Event()

    class Slow(gr.Textbox):
        def postprocess(self, value):
            if value == "a1" and not made.is_set():
                made.set()
                fn.cache.refresh("a")
            return super().postprocess(value)

    fn = cached("function", lambda text: f"{text}{next(runs)}", ttl=10)
    with gr.Blocks() as demo:
        given = gr.Textbox()
        given.submit(fn, given, Slow(), api_name="function")
    monkeypatch.setattr(
        "gradio.caching.serving.repeatable.is_repeatable", lambda *_: True
    )
    app = serve(demo)
    assert answer(app.run(fn, "a")) == (None, "a1")
    assert [answer(app.run(fn, "a")) for _ in range(2)] == [("full", "a2")] * 2


def test_a_chat_s_reply_is_renewed(serve, clock, settled):
    runs = itertools.count(1)

    @gr.cache(ttl=10, stale=20)
    def reply(message, history):
        return f"{message} {len(history or [])} by run {next(runs)}"

    demo = gr.ChatInterface(reply)
    app = serve(demo)

    def ask():
        page = Page(app)
        page.set(demo.textbox, "hello")
        page.trigger(demo.textbox, "submit")
        [answer] = page.of("_submit_fn")
        last = page.value(demo.chatbot)[-1]["content"]
        return answer[-1].get("used_cache"), last[0]["text"]

    assert ask() == (None, "hello 0 by run 1")
    clock.move(10)
    assert ask() == ("full", "hello 0 by run 1")
    settled.wait()
    assert ask() == ("full", "hello 0 by run 2")
    assert next(runs) == 3
