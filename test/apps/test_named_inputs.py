"""Inputs that an event passes by name, and properties of components."""

import inspect

import pytest

import gradio as gr

PASSES_BY_NAME = "inputs_kwargs" in inspect.signature(gr.on).parameters
pytestmark = pytest.mark.skipif(
    not PASSES_BY_NAME, reason="this Gradio passes inputs by position alone"
)


@gr.cache
def minus(a, b):
    return a - b


@pytest.fixture
def app(serve):
    minus.cache.clear()
    with gr.Blocks() as demo:
        x, y, out = gr.Number(), gr.Number(), gr.Number()
        named = {"plain": {}, "swapped": {"b": x, "a": y}, "mixed": {"b": y}}
        places = {"plain": [x, y], "swapped": None, "mixed": [x]}
        for name, inputs in named.items():
            button = gr.Button()
            button.click(minus, places[name], out, inputs_kwargs=inputs, api_name=name)
    return serve(demo)


def answers(app, *requests):
    return [app.run(name, *data).data for name, *data in requests]


def test_swapped_inputs_are_other_arguments(app):
    requests = [("plain", 5, 3), ("swapped", 5, 3), ("plain", 3, 5), ("swapped", 3, 5)]
    assert answers(app, *requests) == [[2], [-2], [-2], [2]]
    assert answers(app, *requests) == [[2], [-2], [-2], [2]]


def test_what_a_swapped_call_stored_answers_no_other(app):
    assert answers(app, ("swapped", 5, 3), ("plain", 5, 3)) == [[-2], [2]]
    again = app.run("swapped", 5, 3)
    assert (again.data, again.used) == ([-2], "full")


def test_the_same_arguments_are_one_call_however_they_are_passed(app):
    assert app.run("plain", 5, 3).used is None
    assert [app.run(*r).used for r in [("mixed", 5, 3), ("swapped", 3, 5)]] == [
        "full",
        "full",
    ]
    assert len(minus.cache) == 1


def test_arguments_that_have_a_name_alone(serve):
    @gr.cache
    def join(a, *, b="none", **more):
        return f"{a}-{b}-{more}"

    with gr.Blocks() as demo:
        x, y, z, out = gr.Textbox(), gr.Textbox(), gr.Textbox(), gr.Textbox()
        named = {"b": y, "c": z}
        gr.Button().click(join, [x], out, inputs_kwargs=named, api_name="join")
        gr.Button().click(join, [x], out, api_name="alone")
    app = serve(demo)
    given = [("p", "q", "r"), ("p", "r", "q"), ("p", "q", "r")]
    runs = [app.run("join", *data) for data in given]
    said = ["p-q-{'c': 'r'}", "p-r-{'c': 'q'}", "p-q-{'c': 'r'}"]
    assert [run.data for run in runs] == [[text] for text in said]
    assert [run.used for run in runs] == [None, None, "full"]
    assert app.run("alone", "p").data == ["p-none-{}"]


def test_a_generator_with_named_inputs(serve):
    @gr.cache
    def steps(a, *, b):
        yield a
        yield b

    with gr.Blocks() as demo:
        x, y, out = gr.Textbox(), gr.Textbox(), gr.Textbox()
        gr.Button().click(steps, [x], out, inputs_kwargs={"b": y}, api_name="steps")
    app = serve(demo)
    runs = [app.run("steps", *data) for data in ["pq", "pr", "pq"]]
    assert [run.data for run in runs] == [["q"], ["r"], ["q"]]
    assert [run.used for run in runs] == [None, None, "full"]


def test_a_batch_with_named_inputs_runs_as_usual(serve):
    @gr.cache
    def each(a, *, b):
        return [[i - j for i, j in zip(a, b, strict=True)]]

    with gr.Blocks() as demo:
        x, y, out = gr.Number(), gr.Number(), gr.Number()
        named = {"b": y}
        gr.Button().click(
            each, [x], out, inputs_kwargs=named, batch=True, api_name="each"
        )
    app = serve(demo)
    requests = [("each", 5, i) for i in (3, 4, 3)]
    assert answers(app, *requests) == [[2], [1], [2]]


def test_a_progress_among_named_inputs(serve):
    @gr.cache
    def tell(a, progress=gr.Progress(), *, b):  # noqa: B008
        progress(0.5)
        return f"{a}{b}"

    with gr.Blocks() as demo:
        x, y, out = gr.Textbox(), gr.Textbox(), gr.Textbox()
        gr.Button().click(tell, [x], out, inputs_kwargs={"b": y}, api_name="tell")
    app = serve(demo)
    runs = [app.run("tell", *data) for data in ["pq", "pr", "pq"]]
    assert [run.data for run in runs] == [["pq"], ["pr"], ["pq"]]
    assert [run.used for run in runs] == [None, None, "full"]


def test_properties_of_a_component_by_position_and_by_name(serve):
    @gr.cache
    def told(c: gr.Slider, k):
        return f"{c.value} {c.maximum} {k}"

    with gr.Blocks() as demo:
        s, k, out = gr.Slider(0, 50), gr.Textbox(), gr.Textbox()
        gr.Button().click(told, [s, k], out, api_name="pos")
        named = {"k": k, "c": s}
        gr.Button().click(told, None, out, inputs_kwargs=named, api_name="kw")
    app = serve(demo)
    small, large = ({"value": 3, "maximum": m, "minimum": 0} for m in (50, 60))
    requests = [("pos", small, "a"), ("kw", "a", small), ("kw", "a", large)]
    expected = [["3 50 a"], ["3 50 a"], ["3 60 a"]]
    assert answers(app, *requests) == answers(app, *requests) == expected
