import asyncio
import threading

import anyio
import pytest

import gradio as gr
from gradio.caching.serving.lookup.preprocessing import (
    preprocess,
    preprocessing_cost,
    runs_foreign_code,
    stays_valid,
)
from gradio.caching.wrapping import engine_of
from gradio.components.image_editor import EditorDataBlobs
from support.queued import event_of


class Theirs(gr.Textbox):
    def preprocess(self, payload):
        return payload


class App:
    def __init__(self, *inputs, fn=lambda *values: values, **listener):
        with gr.Blocks() as self.demo:
            for block in inputs:
                block.render()
            gr.Button().click(fn, list(inputs), None, **listener)
        self.fn = self.demo.fns[0]

    def event(self, *data):
        return event_of(self.fn, *data)

    def preprocessed(self, event):
        state = self.demo.state_holder["s"]

        async def main():
            limiter = anyio.CapacityLimiter(1)
            return await preprocess(self.demo, event, state, limiter)

        return asyncio.run(main())


def unrendered(kind, **settings):
    return kind(render=False, **settings)


def test_inputs_are_preprocessed_as_for_a_run():
    app = App(unrendered(gr.Number, precision=0), unrendered(gr.Textbox))
    assert app.preprocessed(app.event(3.7, "a")) == [4, "a"]


def test_the_payload_stays_as_it_was_sent():
    def fn(box: gr.Textbox):
        return box

    app = App(unrendered(gr.Textbox), fn=fn)
    given = {"value": "a", "label": "b"}
    event = app.event(given)
    before = dict(given)
    [value] = app.preprocessed(event)
    assert value["value"] == "a"
    assert event.data.data == [before]
    assert value is not given


def test_a_limiter_counts_the_threads(monkeypatch):
    seen = []

    def noting(self, payload):
        seen.append(threading.current_thread() is threading.main_thread())
        return payload

    monkeypatch.setattr(gr.Image, "preprocess", noting)
    app = App(unrendered(gr.Image))

    async def main():
        limiter = anyio.CapacityLimiter(1)
        async with limiter:
            state = app.demo.state_holder["s"]
            made = preprocess(app.demo, app.event(None), state, limiter)
            work = asyncio.ensure_future(made)
            for _ in range(10):
                await asyncio.sleep(0)
            assert seen == []
        await work

    asyncio.run(main())
    assert seen == [False]


def test_the_session_s_own_components_preprocess_and_cost():
    app = App(unrendered(gr.Number))
    own = app.demo.state_holder["s"].blocks_config.blocks
    own[app.fn.inputs[0]._id] = gr.Number(precision=0, render=False)
    assert app.preprocessed(app.event(3.7)) == [4]
    assert preprocessing_cost(app.demo, app.event(3.7)).memory > 0


@pytest.mark.parametrize(
    ("block", "listener", "valid"),
    [
        (gr.Textbox, {}, True),
        (gr.State, {}, False),
        (gr.Textbox, {"batch": True}, False),
    ],
)
def test_what_may_change_while_an_event_waits_is_not_handed_to_its_run(
    block, listener, valid
):
    app = App(unrendered(block), **listener)
    assert stays_valid(app.fn) is valid


@pytest.mark.parametrize("batch", [False, True])
def test_pictures_that_were_sent_ahead_are_not_used_up_by_a_look_up(batch):
    editor = unrendered(gr.ImageEditor)
    app = App(editor, batch=batch)
    empty = {"background": None, "layers": [], "composite": None}
    assert preprocessing_cost(app.demo, app.event(empty)) is not None
    editor.blob_storage["x"] = EditorDataBlobs(
        background=None, layers=[], composite=None
    )
    # Of one that is handed to the run, there is no second time.
    found = preprocessing_cost(app.demo, app.event(empty))
    assert (found is None) is batch


@pytest.mark.parametrize(
    ("block", "key", "is_foreign"),
    [
        (gr.Textbox, None, False),
        (Theirs, None, True),
        (gr.Textbox, lambda arguments: arguments["text"], True),
    ],
)
def test_code_of_the_app_s_is_told_from_gradio_s(block, key, is_foreign):
    fn = gr.cache(lambda text: text, key=key)
    app = App(unrendered(block), fn=fn)
    assert runs_foreign_code(app.event("a"), engine_of(fn)) is is_foreign
