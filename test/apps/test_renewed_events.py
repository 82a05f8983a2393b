"""Events that are answered with a stale result, and the runs that renew it."""

import itertools
import threading

import numpy as np
import pytest

import gradio as gr
from gradio.caching.serving import renewals
from gradio.caching.serving.queueing.current import states_of
from support.ageing import EACH_KIND, Settled, cached
from support.failures import broken
from support.gates import Gate
from support.page import Page


def app_of(*fns, **listener):
    with gr.Blocks() as demo:
        given, result = gr.Textbox(), gr.Textbox()
        for fn in fns:
            name = fn.__name__.replace(" ", "_")
            given.submit(fn, given, result, api_name=name, **listener)
    return demo


class Runs:
    """Numbers runs; each after the first waits until it is let go."""

    def __init__(self):
        self.gate = Gate()
        self.number = 0

    def __call__(self, text):
        self.number += 1
        number = self.number
        if number > 1:
            self.gate.wait()
        return f"{text}{number}"


@pytest.fixture
def runs():
    runs = Runs()
    yield runs
    runs.gate.open()


@pytest.fixture
def settled(monkeypatch):
    return Settled(monkeypatch, renewals)


def answer(run):
    return run.used, run.data[0]


@EACH_KIND
def test_it_is_given_at_once_and_one_run_renews_it(kind, serve, clock, runs, settled):
    fn = cached(kind, runs, ttl=10, stale=20)
    app = serve(app_of(fn))
    assert answer(app.run(fn, "a")) == (None, "a1")
    clock.move(10)
    assert [answer(app.run(fn, "a")) for _ in range(3)] == [("full", "a1")] * 3
    runs.gate.until_reached()
    assert answer(app.run(fn, "a")) == ("full", "a1")
    runs.gate.open()
    settled.wait()
    assert answer(app.run(fn, "a")) == ("full", "a2")
    assert runs.number == 2
    info = fn.cache.info()
    assert (info.hits, info.stale_hits, info.misses) == (5, 4, 1)


def test_it_waits_for_its_turn_under_the_function_s_own_limit(
    serve, clock, runs, settled, gate
):
    def busy(text):
        gate.wait()
        return text

    fn = cached("function", runs, ttl=10, stale=20)
    app = serve(app_of(fn, busy, concurrency_id="all", concurrency_limit=1))
    app.run(fn, "a")
    clock.move(10)
    app.join(busy, "x", session="busy")
    gate.until_reached()
    assert answer(app.run(fn, "a")) == ("full", "a1")
    assert len(app.queue) == 1
    assert runs.number == 1
    runs.gate.open()
    gate.open()
    settled.wait()
    assert answer(app.run(fn, "a")) == ("full", "a2")


@pytest.mark.parametrize("forget", ["clear", "delete"])
def test_what_was_forgotten_meanwhile_is_not_given(forget, serve, clock, runs, settled):
    fn = cached("function", runs, ttl=10, stale=20)
    app = serve(app_of(fn))
    app.run(fn, "a")
    clock.move(10)
    app.run(fn, "a")
    runs.gate.until_reached()
    fn.cache.clear() if forget == "clear" else fn.cache.delete("a")
    runs.gate.open()
    settled.wait()
    assert len(fn.cache) == 0
    assert answer(app.run(fn, "a")) == (None, "a3")


def test_nor_if_it_was_forgotten_before_its_turn(serve, clock, runs, settled, gate):
    def busy(text):
        gate.wait()
        return text

    fn = cached("function", runs, ttl=10, stale=20)
    app = serve(app_of(fn, busy, concurrency_id="all", concurrency_limit=1))
    app.run(fn, "a")
    clock.move(10)
    app.join(busy, "x", session="busy")
    gate.until_reached()
    app.run(fn, "a")
    fn.cache.clear()
    runs.gate.open()
    gate.open()
    settled.wait()
    assert len(fn.cache) == 0


@EACH_KIND
def test_one_that_fails_backs_off(kind, serve, clock, settled):
    runs = itertools.count(1)

    def fails(text):
        if (run := next(runs)) > 1:
            raise gr.Error("no", print_exception=False)
        return f"{text}{run}"

    fn = cached(kind, fails, ttl=10, stale=20)
    app = serve(app_of(fn))
    app.run(fn, "a")
    clock.move(10)
    for pause in (1, 2, 4):
        assert answer(app.run(fn, "a")) == ("full", "a1")
        settled.wait()
        clock.move(pause - 0.1)
        assert answer(app.run(fn, "a")) == ("full", "a1")
        assert settled.none_more
        clock.move(0.1)
    clock.move(13)
    assert not app.run(fn, "a").success


def test_who_comes_after_the_end_of_the_old_result_follows_its_renewal(
    serve, clock, runs, settled
):
    fn = cached("function", runs, ttl=10, stale=20)
    app = serve(app_of(fn))
    app.run(fn, "a")
    clock.move(29)
    app.run(fn, "a")
    runs.gate.until_reached()
    clock.move(1)
    session = app.session()
    event = app.join(fn, "a", session=session)
    runs.gate.open()
    with app.listen(session) as stream:
        [done] = [m for m in stream if m["msg"] == "process_completed"]
    assert done["event_id"] == event
    assert done["output"]["data"] == ["a2"]
    assert runs.number == 2


def test_what_is_too_old_is_computed_though_its_request_is_known(serve, clock, runs):
    fn = cached("function", runs, ttl=10)
    app = serve(app_of(fn))
    runs.gate.open()
    assert [app.run(fn, "a").used for _ in range(3)] == [None, "full", "full"]
    clock.move(10)
    assert answer(app.run(fn, "a")) == (None, "a2")
    assert answer(app.run(fn, "a")) == ("full", "a2")


def test_who_has_left_ends_no_renewal(serve, clock, runs, settled):
    fn = cached("function", runs, ttl=10, stale=20)
    app = serve(app_of(fn))
    app.run(fn, "a")
    clock.move(10)
    app.run(fn, "a", session="left")
    runs.gate.until_reached()
    app.cancel("left", "no event", fn).result()
    runs.gate.open()
    settled.wait()
    assert answer(app.run(fn, "a")) == ("full", "a2")


def test_it_leaves_no_trace_of_a_session(serve, clock, runs, settled):
    fn = cached("function", runs, ttl=10, stale=20)
    app = serve(app_of(fn))
    app.run(fn, "a", session="one")
    clock.move(10)
    app.run(fn, "a", session="two")
    runs.gate.open()
    settled.wait()
    sessions = {"one", "two"}
    assert set(states_of(app.queue).session_data) <= sessions
    assert set(states_of(app.queue).time_last_used) <= sessions
    assert set(app.queue.pending_messages_per_session) <= sessions
    assert set(app.queue.pending_event_ids_session) <= sessions
    assert set(app.demo.pending_streams) <= sessions


def test_a_full_queue_gives_it_and_renews_it_later(serve, clock, runs, settled, gate):
    def busy(text):
        gate.wait()
        return text

    fn = cached("function", runs, ttl=10, stale=20)
    demo = app_of(fn, busy, concurrency_id="all", concurrency_limit=1)
    app = serve(demo.queue(max_size=1))
    app.run(fn, "a")
    clock.move(10)
    app.join(busy, "x", session="busy")
    gate.until_reached()
    app.join(busy, "y", session="busy")
    assert answer(app.run(fn, "a")) == ("full", "a1")
    assert len(app.queue) == 1
    settled.wait()
    runs.gate.open()
    gate.open()
    with app.listen("busy") as stream:
        assert len([m for m in stream if m["msg"] == "process_completed"]) == 2
    assert answer(app.run(fn, "a")) == ("full", "a1")
    settled.wait()
    assert answer(app.run(fn, "a")) == ("full", "a2")


def test_a_session_s_state_is_read_and_not_changed(serve, clock, settled):
    runs = itertools.count(1)

    @gr.cache(ttl=10, stale=20)
    def add(step, total):
        return f"{step + total} by run {next(runs)}", step + total

    with gr.Blocks() as demo:
        step, total, shown = gr.Number(), gr.State(0), gr.Textbox()
        step.submit(add, [step, total], [shown, total], api_name="add")
        step.change(lambda total: total, total, shown, api_name="total_of")
    app = serve(demo)
    app.run(add, 1, None, session="one")
    clock.move(10)
    assert app.run(add, 1, None, session="two").data[0] == "1 by run 1"
    settled.wait()
    assert app.run("total_of", None, session="two").data == ["1"]
    assert app.run(add, 1, None, session="three").data[0] == "1 by run 2"


def test_a_session_s_state_is_not_the_initial_one(serve, clock, settled):
    runs = itertools.count(1)

    @gr.cache(ttl=10, stale=20)
    def add(step, total):
        return f"{sum(total) + step} by run {next(runs)}", [*total, step]

    with gr.Blocks() as demo:
        step, total, shown = gr.Number(), gr.State([]), gr.Textbox()
        step.submit(add, [step, total], [shown, total], api_name="add")
    app = serve(demo)
    for session in ("one", "two"):
        app.run(add, 5, None, session=session)
    app.run(add, 1, None, session="one")
    clock.move(10)
    assert app.run(add, 1, None, session="two").data[0] == "6 by run 2"
    settled.wait()
    app.run(add, 5, None, session="three")
    settled.wait()
    assert app.run(add, 1, None, session="three").data[0] == "6 by run 3"


def test_a_function_that_asks_for_the_request_is_renewed_for_its_session(
    serve, clock, settled
):
    runs = itertools.count(1)

    @gr.cache(ttl=10, stale=20)
    def fn(text, request: gr.Request):
        return f"{text} for {request.session_hash} by run {next(runs)}"

    app = serve(app_of(fn))
    app.run(fn, "a", session="mine")
    clock.move(10)
    assert app.run(fn, "a", session="mine").data == ["a for mine by run 1"]
    settled.wait()
    assert answer(app.run(fn, "a", session="mine")) == ("full", "a for mine by run 2")
    assert app.queue.pending_messages_per_session["mine"].empty()


def test_each_session_s_result_is_renewed(serve, clock, runs, settled):
    fn = cached("function", runs, ttl=10, stale=20, per_session=True)
    runs.gate.open()
    app = serve(app_of(fn))
    assert answer(app.run(fn, "a", session="mine")) == (None, "a1")
    clock.move(10)
    assert answer(app.run(fn, "a", session="mine")) == ("full", "a1")
    settled.wait()
    assert answer(app.run(fn, "a", session="mine")) == ("full", "a2")
    assert answer(app.run(fn, "a", session="other")) == (None, "a3")


def test_a_batch_function_s_items_are_renewed(serve, clock, settled):
    runs = []

    @gr.cache(ttl=10, stale=20)
    def shout(texts):
        runs.append(list(texts))
        return [[f"{text}{len(runs)}" for text in texts]]

    app = serve(app_of(shout, batch=True, max_batch_size=4))
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

    app = serve(app_of(shout, batch=True, max_batch_size=4))
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
    app = serve(app_of(fn))
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
        from gradio.caching.decorator import engine_of

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


def test_a_renewal_that_can_not_begin_is_logged_and_breaks_no_event(
    serve, clock, runs, settled, monkeypatch, caplog
):
    fn = cached("function", runs, ttl=10, stale=20)
    app = serve(app_of(fn))
    app.run(fn, "a")
    clock.move(10)
    with monkeypatch.context() as patch:
        patch.setattr("gradio.caching.serving.renewals.UnprocessedPayload", broken)
        assert [answer(app.run(fn, "a")) for _ in range(2)] == [("full", "a1")] * 2
    assert caplog.text.count("The cache failed in renewing an entry") == 1
    runs.gate.open()
    assert answer(app.run(fn, "a")) == ("full", "a1")
    settled.wait()
    assert answer(app.run(fn, "a")) == ("full", "a2")


def test_a_renewal_is_nobody_s_unless_the_function_asks_who_calls(
    serve, clock, settled, monkeypatch
):
    @gr.cache(ttl=10, stale=20)
    def for_all(text):
        return text

    @gr.cache(ttl=10, stale=20)
    def for_one(text, request: gr.Request):
        return f"{text} {request.headers['authorization']}"

    begun, enqueue = [], renewals.Renewals._enqueue

    def noted(self, event, renewal):
        begun.append(event)
        enqueue(self, event, renewal)

    monkeypatch.setattr(renewals.Renewals, "_enqueue", noted)
    app = serve(app_of(for_all, for_one))
    app.http.headers.update({"authorization": "secret", "cookie": "token=secret"})
    for _ in range(2):
        for fn in (for_all, for_one):
            app.run(fn, "a", session="mine")
        clock.move(10)
    settled.wait(2)
    nobody, somebody = begun
    assert "secret" not in str(nobody.request.headers)
    assert nobody.request.headers["host"]
    assert nobody.request.client is None
    assert somebody.request.headers["authorization"] == "secret"
    assert app.run(for_one, "a", session="mine").data == ["a secret"]
