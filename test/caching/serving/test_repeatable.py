from types import SimpleNamespace

import pytest

import gradio as gr
from gradio.caching.serving.repeatable import (
    is_cacheable,
    is_repeatable,
    is_update,
    streamed_outputs,
)
from gradio.components import StreamingOutput


class Theirs(StreamingOutput):
    _id = 1
    stateful = False
    postprocess = gr.Audio.postprocess

    def __init__(self, streaming):
        self.streaming = streaming

    async def stream_output(self, value, output_id, first_chunk):
        return None, {}

    async def combine_stream(self, stream, desired_output_format=None, only_file=False):
        raise NotImplementedError


def listener(*outputs, streams=False):
    return SimpleNamespace(outputs=outputs, types_generator=streams)


@pytest.mark.parametrize(
    ("step", "changes_more"),
    [
        (["a", 1, None, {"a": 1}], False),
        ([{"__type__": "update", "value": 1}], True),
        (["a", {"__type__": "generic_update"}], True),
        ([], False),
    ],
)
def test_updates_are_told_from_values(step, changes_more):
    assert is_update(step) is changes_more
    assert is_cacheable(listener(gr.Textbox()), [["a"], step]) is not changes_more


@pytest.mark.parametrize(
    ("fn", "cacheable"),
    [
        (listener(), True),
        (listener(gr.Textbox(), gr.Image()), True),
        (listener(gr.Textbox(), gr.State()), False),
        (listener(gr.Audio(streaming=True), streams=True), True),
        (listener(gr.Audio(streaming=True)), True),
        (listener(Theirs(streaming=True), streams=True), False),
        (listener(Theirs(streaming=True)), True),
        (listener(gr.Audio(), streams=True), True),
    ],
)
def test_what_may_differ_is_not_cacheable(fn, cacheable):
    assert is_cacheable(fn) is cacheable


def test_only_gradio_s_own_steps_are_repeatable():
    assert is_repeatable(gr.Textbox(), "preprocess")
    assert is_repeatable(gr.Dropdown(), "postprocess")
    assert not is_repeatable(gr.DateTime(), "preprocess")

    class Elsewhere:
        def preprocess(self, payload):
            return payload

    assert not is_repeatable(Elsewhere(), "preprocess")
    assert not is_repeatable(Elsewhere(), "postprocess")


def test_only_generators_stream_and_only_to_some_outputs():
    audio, video = gr.Audio(streaming=True), gr.Video(streaming=True)
    outputs = gr.Textbox(), audio, gr.Audio(), video
    assert streamed_outputs(listener(*outputs, streams=True)) == {
        1: audio._id,
        3: video._id,
    }
    assert streamed_outputs(listener(*outputs)) == {}
