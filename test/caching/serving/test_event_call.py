from contextvars import copy_context

import pytest

import gradio as gr
from gradio.caching.serving.lookup.event_call import arguments_of, in_call
from gradio.context import LocalContext
from support.queued import event_of


def listening(fn, *inputs, **listener):
    """An app with a listener that has so many texts as inputs, or these."""
    with gr.Blocks() as demo:
        given = [component() for component in inputs]
        gr.Button().click(fn, listener.pop("given", set)(given), None, **listener)
    return demo


def called_with(demo, *data, **body):
    """What the function would be called with, and the progress among it."""
    event = event_of(demo.fns[0], *data, **body)
    call, progress = arguments_of(demo, event, list(data))
    assert call.kwargs == {}
    return list(call.args), progress


def plain(text, other="default"):
    pass


def test_inputs_are_passed_in_their_order():
    demo = listening(plain, gr.Textbox, gr.Textbox, given=list)
    assert called_with(demo, "a", "b") == (["a", "b"], None)


def test_the_inputs_stay_as_they_are():
    def with_request(request: gr.Request, text):
        pass

    inputs = ["a"]
    for fn in (with_request, plain):
        demo = listening(fn, gr.Textbox, given=list)
        call, _ = arguments_of(demo, event_of(demo.fns[0], "a"), inputs)
        assert call.args[-1] == "a"
        assert inputs == ["a"]


def test_a_set_of_inputs_is_passed_as_one_dict():
    demo = listening(plain, gr.Textbox, gr.Number)
    inputs = demo.fns[0].inputs
    data = [1 if isinstance(block, gr.Number) else "a" for block in inputs]
    arguments, _ = called_with(demo, *data)
    assert arguments == [dict(zip(inputs, data, strict=True))]


def test_a_batch_function_is_called_for_a_batch_of_one():
    demo = listening(plain, gr.Textbox, gr.Textbox, given=list, batch=True)
    assert called_with(demo, "a", "b")[0] == [("a",), ("b",)]


def test_what_gradio_injects_is_in_its_place():
    def fn(text, request: gr.Request, data: gr.SelectData, progress=gr.Progress()):  # noqa: B008
        pass

    demo = listening(fn, gr.Textbox, given=list)
    told = {"index": 3, "value": "c", "selected": True}
    arguments, progress = called_with(demo, "a", session="mine", event_data=told)
    text, request, data, last = arguments
    assert text == "a"
    assert request.session_hash == "mine"
    assert (data.index, data.value, data.selected) == (3, "c", True)
    assert isinstance(progress, gr.Progress)
    assert last is progress


def test_a_component_is_passed_with_its_properties():
    def fn(text: gr.Textbox):
        pass

    demo = listening(fn, gr.Textbox, given=list)
    given = {"value": "a", "label": "b"}
    (passed,), _ = called_with(demo, given)
    assert (passed.value, passed.label) == ("a", "b")


@pytest.mark.parametrize("given", ["a", None, ["a"]])
def test_properties_that_a_client_left_out_are_not_made_up(given):
    def fn(text: gr.Textbox):
        pass

    demo = listening(fn, gr.Textbox, given=list)
    assert called_with(demo, given)[0] == [given]


def noted(demo, progress=None):
    """What a function sees of the event that it is called for."""
    event = event_of(demo.fns[0], "a", session="mine")

    def look(text):
        variables = ("blocks", "event_id", "in_event_listener", "request", "progress")
        return text, [getattr(LocalContext, name).get(None) for name in variables]

    call = in_call(demo, event, demo.state_holder["mine"], look, progress)
    return event, copy_context().run(call, "a")


def test_a_call_knows_its_event():
    demo = listening(plain, gr.Textbox, given=list)
    event, (text, seen) = noted(demo)
    assert text == "a"
    assert seen[:3] == [demo, event._id, True]
    assert seen[3].session_hash == "mine"
    assert seen[4] is None


def test_a_call_that_is_over_is_in_no_event_and_has_no_progress():
    demo = listening(plain, gr.Textbox, given=list)
    event, state = event_of(demo.fns[0]), demo.state_holder["mine"]

    def main():
        in_call(demo, event, state, set, gr.Progress(track_tqdm=True))("a")
        return LocalContext.in_event_listener.get(), LocalContext.progress.get()

    assert copy_context().run(main) == (False, None)


@pytest.mark.parametrize("tracks", [True, False])
def test_a_progress_follows_tqdm_if_it_is_to(tracks):
    demo = listening(plain, gr.Textbox, given=list)
    _, (_, seen) = noted(demo, gr.Progress(track_tqdm=tracks))
    assert (seen[4] is not None) is tracks
