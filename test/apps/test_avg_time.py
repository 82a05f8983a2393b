"""The mean on a hit's message is what a user waits for who does not hit."""

import time
from types import SimpleNamespace

import pytest

import gradio as gr
from gradio import queueing
from gradio.caching.serving.lookup import lookup
from gradio.caching.wrapping import engine_of


class Clock:
    """Stands still, but for what a test says that something takes."""

    def __init__(self):
        self.now = 1000.0

    def passes(self, seconds):
        self.now += seconds


@pytest.fixture
def clock(monkeypatch):
    """The clock of runs and of lookups; that of the function itself goes on."""
    clock = Clock()
    stands = SimpleNamespace(**vars(time))
    stands.monotonic = lambda: clock.now
    for module in (queueing, lookup):
        monkeypatch.setattr(module, "time", stands)
    return clock


@pytest.fixture
def slow_box(clock, monkeypatch):
    """A textbox that takes its time to convert, in each direction."""

    class SlowBox(gr.Textbox):
        def preprocess(self, payload):
            clock.passes(1)
            return super().preprocess(payload)

        def postprocess(self, value):
            clock.passes(4)
            return super().postprocess(value)

    return SlowBox


def mean(run):
    return run.completed["avg_time"]


def app_of(fn, box, **listener):
    cached = gr.cache(fn)
    cached.cache.clear()
    engine_of(cached).cache.waits.__init__()
    with gr.Blocks() as demo:
        given, shown, plain = box(), box(), gr.Textbox()
        gr.Button().click(cached, given, shown, api_name="slow", **listener)
        gr.Button().click(cached, plain, plain, api_name="quick", **listener)
    return demo, cached


def test_the_conversions_count_and_each_listener_has_its_own(serve, clock, slow_box):
    def fn(text):
        clock.passes(10)
        return text

    app = serve(app_of(fn, slow_box)[0])
    assert app.run("slow", "a").used is None
    assert mean(app.run("slow", "a")) == 15
    # The mean of all is better than nothing, until a listener has its own.
    assert mean(app.run("quick", "a")) == 15
    app.run("quick", "b")
    assert mean(app.run("quick", "b")) == 10
    assert mean(app.run("slow", "b")) == 15
    assert mean(app.run("slow", "a")) == 15


def test_all_steps_of_a_generator_count(serve, clock, slow_box):
    def fn(text):
        for i in range(3):
            clock.passes(10)
            yield text * i

    app = serve(app_of(fn, slow_box)[0])
    app.run("slow", "a")
    # That it has ended is found out with one more step, which has nothing to convert.
    assert mean(app.run("slow", "a")) == 1 + 3 * (10 + 4)


def test_a_batch_takes_what_it_takes(serve, clock, slow_box):
    def fn(texts):
        clock.passes(10)
        return [list(texts)]

    app = serve(app_of(fn, slow_box, batch=True)[0])
    app.run("slow", "a")
    assert mean(app.run("slow", "a")) == 15


def test_a_chat_s_events_count_whole(serve, clock):
    def fn(message, history):
        clock.passes(10)
        return message

    cached = gr.cache(fn)
    engine_of(cached).cache.waits.__init__()
    app = serve(gr.ChatInterface(cached, api_name="chat"))
    app.run("chat", "a", None)
    assert mean(app.run("chat", "a", None)) == 10


def test_time_in_the_queue_does_not_count(serve, clock, gate):
    def busy():
        gate.wait()

    def fn(text):
        clock.passes(10)
        return text

    demo, cached = app_of(fn, gr.Textbox, concurrency_id="one")
    with demo:
        gr.Button().click(busy, concurrency_id="one", api_name="busy")
    app = serve(demo)
    held, session = app.session(), app.session()
    app.join(busy, session=held)
    gate.until_reached()
    app.join("quick", "a", session=session)
    with app.listen(session) as stream:
        stream.until("estimation")
        clock.passes(1000)
        gate.open()
        stream.until("process_completed")
    assert mean(app.run("quick", "a")) == 10


def test_runs_that_hit_or_fail_do_not_count(serve, clock):
    def inner(text):
        clock.passes(10)
        return text

    def fails(text):
        clock.passes(100)
        raise gr.Error("no")

    demo, cached = app_of(inner, gr.Textbox)

    def used_inside(text):
        clock.passes(100)
        return cached(text)

    with demo:
        box = gr.Textbox()
        gr.Button().click(used_inside, box, box, api_name="inside")
        gr.Button().click(gr.cache(fails), box, box, api_name="fails")
    app = serve(demo)
    app.run("quick", "a")
    assert app.run("inside", "a").used == "partial"
    assert not app.run("fails", "a").success
    assert mean(app.run("quick", "a")) == 10
    assert engine_of(gr.cache(fails)).cache.waits.seconds(fails) is None


def test_what_is_cached_inside_counts_as_a_part_of_the_run(serve, clock):
    def part(text):
        return text

    cached_part = gr.cache(part)
    cached_part("a")

    def whole(text):
        clock.passes(10)
        return cached_part("a") + text

    app = serve(app_of(whole, gr.Textbox)[0])
    assert app.run("quick", "x").used == "partial"
    assert mean(app.run("quick", "x")) == 10


def test_direct_calls_have_but_the_function(serve, clock):
    def fn(text):
        return text

    demo, cached = app_of(fn, gr.Textbox)
    cached("a")
    app = serve(demo)
    assert mean(app.run("quick", "a")) == engine_of(cached).cache.uncached.seconds
