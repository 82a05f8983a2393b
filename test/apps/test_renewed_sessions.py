"""Renewals for what an event has of its session, and of its request."""

import itertools

import gradio as gr
from gradio.caching.serving import renewals
from gradio.caching.serving.queueing.current import states_of
from support.ageing import cached
from support.listeners import answer, blocks_of


def test_it_leaves_no_trace_of_a_session(serve, clock, renewed, settled):
    fn = cached("function", renewed, ttl=10, stale=20)
    app = serve(blocks_of(fn))
    app.run(fn, "a", session="one")
    clock.move(10)
    app.run(fn, "a", session="two")
    renewed.gate.open()
    settled.wait()
    sessions = {"one", "two"}
    assert set(states_of(app.queue).session_data) <= sessions
    assert set(states_of(app.queue).time_last_used) <= sessions
    assert set(app.queue.pending_messages_per_session) <= sessions
    assert set(app.queue.pending_event_ids_session) <= sessions
    assert set(app.demo.pending_streams) <= sessions


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

    app = serve(blocks_of(fn))
    app.run(fn, "a", session="mine")
    clock.move(10)
    assert app.run(fn, "a", session="mine").data == ["a for mine by run 1"]
    settled.wait()
    assert answer(app.run(fn, "a", session="mine")) == ("full", "a for mine by run 2")
    assert app.queue.pending_messages_per_session["mine"].empty()


def test_each_session_s_result_is_renewed(serve, clock, renewed, settled):
    fn = cached("function", renewed, ttl=10, stale=20, per_session=True)
    renewed.gate.open()
    app = serve(blocks_of(fn))
    assert answer(app.run(fn, "a", session="mine")) == (None, "a1")
    clock.move(10)
    assert answer(app.run(fn, "a", session="mine")) == ("full", "a1")
    settled.wait()
    assert answer(app.run(fn, "a", session="mine")) == ("full", "a2")
    assert answer(app.run(fn, "a", session="other")) == (None, "a3")


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
    app = serve(blocks_of(for_all, for_one))
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
