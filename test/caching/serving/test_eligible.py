"""Which events a cache may answer at all."""

import pytest

import gradio as gr
from gradio.caching.serving.eligible import engine_for, is_unusual
from gradio.caching.serving.queueing.pace import UNREAD
from gradio.caching.wrapping import engine_of
from support.queued import Stub, body_of


@gr.cache
def cached(text):
    return text


def listener_of(fn, **settings):
    with gr.Blocks() as demo:
        given, out = gr.Textbox(), gr.Textbox()
        gr.Button().click(fn, given, out, **settings)
    return demo.fns[0]


def test_a_listener_has_the_engine_of_its_cached_function():
    assert engine_for(listener_of(cached), validated=False) is engine_of(cached)
    assert engine_for(listener_of(lambda text: text), validated=False) is None


def test_a_stream_of_inputs_runs_as_usual():
    fn = listener_of(cached)
    fn.connection = "stream"
    assert engine_for(fn, validated=True) is None


def test_what_has_a_validator_is_looked_at_when_it_is_valid():
    fn = listener_of(cached, validator=lambda text: gr.validate(True, ""))
    assert engine_for(fn, validated=False) is None
    assert engine_for(fn, validated=True) is engine_of(cached)


@pytest.mark.parametrize(
    ("session", "unread", "expected"),
    [
        ("s", 0, False),
        ("", 0, True),
        ("s", 2 * UNREAD - 1, False),
        ("s", 2 * UNREAD, True),
    ],
)
def test_sessions_without_a_name_or_that_read_nothing_are_gradio_s(
    session, unread, expected
):
    messages = Stub(qsize=lambda: unread)
    queue = Stub(pending_messages_per_session={"s": messages})
    assert is_unusual(queue, body_of("a", session=session)) is expected
