"""What Gradio's later releases brought to events, with functions that are cached."""

import pytest
from gradio_client import Client

import gradio as gr
from support.twins import plain_and_cached

KINDS_IN_TURN = ["plain", "cached", "cached"]


def test_a_batch_is_given_the_requests_of_its_items(serve):
    def told(names, request: gr.Request):
        requests = request if isinstance(request, list) else [request]
        return [[f"{name} {len(requests)} {type(requests[0])}" for name in names]]

    with gr.Blocks() as demo:
        given, out = gr.Textbox(), gr.Textbox()
        for name, fn in plain_and_cached(told, "told"):
            gr.Button().click(fn, given, out, batch=True, api_name=name)
    app = serve(demo)
    plain, *cached = (app.run(f"{kind} told", "a") for kind in KINDS_IN_TURN)
    assert [run.data for run in cached] == [plain.data] * 2


def test_a_state_of_the_call_route_is_that_of_its_session(serve):
    @gr.cache
    def count(text, total):
        return f"{text} {total}", total + 1

    with gr.Blocks() as demo:
        given, out = gr.Textbox(), gr.Textbox()
        total = gr.State(0)
        gr.Button().click(count, [given, total], [out, total], api_name="count")
    app = serve(demo)
    said = []
    for _ in range(2):
        client = Client(app.url, verbose=False)
        said.append([client.predict("a", api_name="/count") for _ in range(3)])
        client.close()
    assert said == [["a 0", "a 1", "a 2"]] * 2
    assert len(count.cache) == 3


@pytest.mark.skipif(not hasattr(gr.Blocks, "route"), reason="there is but one page")
def test_a_listener_of_another_page(serve):
    runs = []

    @gr.cache
    def shout(text):
        runs.append(text)
        return text.upper()

    with gr.Blocks() as demo:
        gr.Interface(shout, "text", "text", api_name="first")
    with demo.route("Second"):
        gr.Interface(shout, "text", "text", api_name="second")
    app = serve(demo)
    found = [app.run(name, "a") for name in ("first", "second", "first")]
    assert [run.data for run in found] == [["A"]] * 3
    assert [run.used for run in found] == [None, "full", "full"]
    assert runs == ["a"]


def test_the_values_that_a_validator_gets_are_not_those_of_the_run(serve):
    def checked(text, items):
        items.append("checked")
        return gr.validate(bool(text), "a text"), gr.validate(True, "")

    def joined(text, items):
        return f"{text} {'-'.join(items)}"

    with gr.Blocks() as demo:
        given, out = gr.Textbox(), gr.Textbox()
        items = gr.CheckboxGroup(["one", "two"])
        for name, fn in plain_and_cached(joined, "joined"):
            gr.Button().click(fn, [given, items], out, validator=checked, api_name=name)
    app = serve(demo)
    inputs = ["a", ["one"]]
    plain = app.run("plain joined", *inputs).data
    assert [app.run("cached joined", *inputs).data for _ in range(3)] == [plain] * 3


def test_an_event_of_every_change_is_answered_too(serve):
    @gr.cache
    def double(number):
        return number * 2

    with gr.Blocks() as demo:
        slider, out = gr.Slider(0, 10), gr.Number()
        slider.change(double, slider, out, api_name="double").then(
            double, out, out, api_name="again"
        )
    app = serve(demo)
    found = [app.run(name, 3) for name in ("double", "again", "double")]
    assert [run.data for run in found] == [[6]] * 3
    assert [run.used for run in found] == [None, "full", "full"]


def test_what_a_component_shows_is_an_input_where_it_is_asked_for(serve):
    if not hasattr(gr.ImageSlider(), "slider_position"):
        pytest.skip("this Gradio knows no position of a slider")

    @gr.cache
    def told(shown: gr.ImageSlider):
        return f"{shown.slider_position}"

    with gr.Blocks() as demo:
        slider, out = gr.ImageSlider(), gr.Textbox()
        gr.Button().click(told, slider, out, api_name="told")
    app = serve(demo)
    found = []
    for position in (10, 90, 10):
        props = {"value": None, "slider_position": position}
        found.append(app.run("told", props))
    assert [run.data for run in found] == [["10"], ["90"], ["10"]]
    assert [run.used for run in found] == [None, None, "full"]
