"""Clients that read slowly, or not at all, hold little."""

import pytest

import gradio as gr
from gradio.caching.serving.queueing import pace
from gradio.caching.serving.queueing.pace import UNREAD

STEPS = 10 * UNREAD


@gr.cache
def count(text):
    yield from (f"{text}{i}" for i in range(STEPS))


@gr.cache
def shout(text):
    return text.upper()


@pytest.fixture
def app(serve):
    count.cache.clear()
    list(count("a"))
    shout("a")
    with gr.Blocks() as demo:
        given, out = gr.Textbox(), gr.Textbox()
        for fn in (count, shout):
            given.submit(fn, given, out, api_name=fn.__name__)
    return serve(demo)


def unread(app, session):
    return app.queue.pending_messages_per_session[session].qsize()


def until(app, condition):
    """Asks the app for something else, which takes its loop some turns, until it is."""
    while not condition():
        app.http.get("gradio_api/queue/status")


@pytest.mark.parametrize("is_remembered", [False, True])
def test_a_stream_comes_as_fast_as_it_is_read(app, is_remembered):
    if is_remembered:
        app.run(count, "a")
    event = app.join(count, "a", session="slow")
    until(app, lambda: unread(app, "slow") == UNREAD)
    for _ in range(3):  # so much as others are answered in the meantime
        app.run(shout, "a")
    assert unread(app, "slow") == UNREAD
    with app.listen("slow") as stream:
        messages = [m for m in stream if m.get("event_id") == event]
    assert len([m for m in messages if m["msg"] == "process_generating"]) == STEPS
    completed = messages[-1]
    assert completed["output"]["data"] == [f"a{STEPS - 1}"]
    assert completed["used_cache"] == "full"


@pytest.mark.parametrize("is_remembered", [False, True])
def test_who_does_not_read_gets_the_end_alone(app, is_remembered, monkeypatch):
    monkeypatch.setattr(pace, "PATIENCE", 0.0)
    if is_remembered:
        app.run(count, "a")
    event = app.join(count, "a", session="slow")
    until(app, lambda: unread(app, "slow") == UNREAD + 1)
    with app.listen("slow") as stream:
        messages = [m for m in stream if m.get("event_id") == event]
    assert len([m for m in messages if m["msg"] == "process_generating"]) == UNREAD
    assert messages[-1]["output"]["data"] == [f"a{STEPS - 1}"]


def test_a_stream_ends_when_its_client_leaves(app):
    event = app.join(count, "a", session="slow")
    until(app, lambda: unread(app, "slow") == UNREAD)
    app.cancel("slow", event, count).result()
    tasks = app.demo._queue  # its answer is being given no more
    with app.listen("slow") as stream:
        messages = [m for m in stream if m.get("event_id") == event]
    assert len(messages) == UNREAD + 1
    assert messages[-1]["output"] == {}
    assert event not in tasks.event_ids_to_events


def test_answers_that_nobody_reads_go_through_the_queue_at_last(app):
    for _ in range(2 * UNREAD):
        app.join(shout, "a", session="deaf")
    until(app, lambda: unread(app, "deaf") == 2 * UNREAD)
    assert not app.queue.event_ids_to_events
    event = app.join(shout, "a", session="deaf")
    assert event in app.queue.event_ids_to_events
    with app.listen("deaf") as stream:
        used = [m["used_cache"] for m in stream if m["msg"] == "process_completed"]
    assert used == ["full"] * 2 * UNREAD + ["partial"]
    assert app.run(shout, "a", session="deaf").used == "full"


def test_of_sessions_that_were_forgotten_nothing_is_left(app):
    app.queue.pending_messages_per_session.max_size = 3
    for i in range(10):
        app.join(shout, "a", session=f"s{i}")
    until(app, lambda: unread(app, "s9") == 1)
    assert list(app.queue.pending_messages_per_session) == ["s7", "s8", "s9"]
    assert list(app.queue.pending_event_ids_session) == ["s7", "s8", "s9"]
