"""Queues that are full, and events that have first to be validated."""

import gradio as gr
from support.listeners import blocks_of
from support.shouting import shout


def test_a_full_queue_still_answers_hits_and_refuses_misses(serve, gate):
    def busy(text):
        gate.wait()
        return text

    demo = blocks_of(shout, busy, concurrency_id="all", concurrency_limit=1)
    app = serve(demo.queue(max_size=1))
    app.run(shout, "a")
    app.join(busy, "x", session="runs")
    gate.until_reached()
    app.join(busy, "y", session="waits")
    refused = [app.post(fn, "b", session="late") for fn in (busy, shout)]
    assert refused[0].status_code == refused[1].status_code == 503
    assert refused[0].json() == refused[1].json()
    assert app.run(shout, "a").used == "full"
    gate.open()
    with app.listen("waits") as stream:
        assert stream.until("process_completed")["success"]
    assert app.run(shout, "b").used is None


def test_what_is_refused_leaves_nothing_behind(serve, gate):
    def busy(text):
        gate.wait()
        return text

    demo = blocks_of(shout, busy, concurrency_id="all", concurrency_limit=1)
    app = serve(demo.queue(max_size=1))
    app.join(busy, "x", session="runs")
    gate.until_reached()
    app.join(busy, "y", session="waits")
    for _ in range(3):
        assert app.post(shout, "b", session="late").status_code == 503
    assert "late" not in app.queue.pending_messages_per_session
    assert "late" not in app.queue.pending_event_ids_session
    gate.open()


def test_with_a_validator_only_what_it_accepts_is_answered(serve):
    asked = []

    def validator(text):
        asked.append(text)
        return gr.validate(len(text) < 3, "too long")

    app = serve(blocks_of(shout, validator=validator))
    assert [app.run(shout, "a").used for _ in range(2)] == [None, "full"]
    assert asked == ["a", "a"]
    refused = app.post(shout, "abc", session="s")
    assert refused.status_code == 422
    assert "too long" in refused.text


def test_a_full_queue_answers_hits_that_have_to_be_validated(serve, gate):
    def busy(text):
        gate.wait()
        return text

    with gr.Blocks() as demo:
        given, result = gr.Textbox(), gr.Textbox()
        slots = {"concurrency_id": "all", "concurrency_limit": 1}
        given.submit(busy, given, result, **slots)
        given.submit(
            shout, given, result, validator=lambda _: gr.validate(True, ""), **slots
        )
    app = serve(demo.queue(max_size=1))
    app.run(shout, "a")
    app.join(busy, "x", session="runs")
    gate.until_reached()
    app.join(busy, "y", session="waits")
    assert app.run(shout, "a").used == "full"
    assert app.post(shout, "b", session="late").status_code == 503
    gate.open()
