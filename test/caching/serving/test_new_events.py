"""Events before they are registered, and what becomes of them."""

import os

import fastapi
import pytest

import gradio as gr
from gradio.caching.serving.queueing import run_context
from gradio.caching.serving.queueing.new_events import early_event, whole_event
from gradio.caching.serving.queueing.run_context import accepts_file
from gradio.queueing import Event
from support.queued import REQUEST, SCOPE, body_of


@pytest.fixture
def fn():
    with gr.Blocks() as demo:
        gr.Button().click(str.upper, gr.Textbox(), gr.Textbox(), api_name="f")
    return demo.fns[0]


def names_of(event):
    return {name: value for name, value in vars(event).items() if name != "signal"}


def test_a_whole_event_is_what_gradio_makes_of_its_request(fn):
    body = body_of("a", session="s")
    event = whole_event(early_event(body, fn, REQUEST, "me"))
    other = Event("s", fn, REQUEST, "me")
    other.data, other._id, other.enqueue_time = body, event._id, event.enqueue_time
    assert type(event) is Event
    assert names_of(event) == names_of(other)
    assert body.request is REQUEST
    assert body.session_hash == "s"


def test_it_has_waited_since_its_request_came(fn):
    early = early_event(body_of("a"), fn, REQUEST, None)
    assert whole_event(early).enqueue_time == early.enqueue_time


def test_one_without_a_session_is_a_session_by_itself(fn):
    body = body_of("a", session=None)
    event = whole_event(early_event(body, fn, REQUEST, None))
    assert event._id == event.session_hash == body.session_hash


def test_a_request_that_a_body_came_with_is_replaced(fn):
    body = body_of("a", request=fastapi.Request(dict(SCOPE)))
    early_event(body, fn, REQUEST, None)
    assert body.request is REQUEST


def test_ids_are_as_long_as_gradio_s_and_all_different(fn):
    ids = {early_event(body_of("a"), fn, REQUEST, None)._id for _ in range(1000)}
    assert len(ids) == 1000
    assert {len(each) for each in ids} == {len(Event("s", fn, REQUEST, None)._id)}


def test_a_forked_child_has_ids_of_its_own(fn):
    read, write = os.pipe()
    if (child := os.fork()) == 0:
        try:
            os.write(write, early_event(body_of("a"), fn, REQUEST, None)._id.encode())
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read) as told:
        of_child = told.read()
    os.waitpid(child, 0)
    assert of_child
    assert of_child != early_event(body_of("a"), fn, REQUEST, None)._id


def test_a_file_that_was_accepted_is_not_checked_again(fn, monkeypatch):
    checked = []
    monkeypatch.setattr(run_context, "_passes", lambda p: checked.append(p) or True)
    early = early_event(body_of("a"), fn, REQUEST, None)
    assert accepts_file(early, "a.txt")
    assert accepts_file(whole_event(early), "a.txt")
    assert checked == ["a.txt"]
