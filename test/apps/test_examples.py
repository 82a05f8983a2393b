"""What was computed for an example answers who types the same, and vice versa."""

import os

import numpy as np
import pytest
from PIL import Image

import gradio as gr
from gradio.caching import wrapping
from support.listeners import upload_file
from support.page import Page
from support.restarts import Runs, forget_process

EAGER_AND_LAZY = pytest.mark.parametrize("mode", ["eager", "lazy"])


RUNS = Runs()


def said(given):
    """Of a file its name, as the folder that it is in is not what was asked for."""
    RUNS.append(given)
    return os.path.basename(given) if isinstance(given, str) else str(given)


def function(given, *_):
    return said(given)


async def coroutine(given, *_):
    return said(given)


def generator(given, *_):
    text = said(given)
    yield text[:1]
    yield text


async def async_generator(given, *_):
    text = said(given)
    yield text[:1]
    yield text


EACH_KIND = pytest.mark.parametrize(
    "fn", [function, coroutine, generator, async_generator]
)


@pytest.fixture(autouse=True)
def _nothing_ran():
    RUNS.clear()


@pytest.fixture
def cached(monkeypatch):
    """Caches functions that were never cached before."""
    monkeypatch.setattr(wrapping, "_CACHES", wrapping.FunctionRegistry())
    return gr.cache


@pytest.fixture
def picture(tmp_path):
    """A picture that is no upload of the app's."""
    path = tmp_path / "mine" / "red.png"
    path.parent.mkdir()
    Image.new("RGB", (8, 6), "red").save(path)
    return path


def with_examples(fn, component, example, mode):
    """An app with one example."""
    with gr.Blocks() as demo:
        given, out = component(), gr.Textbox()
        gr.Button().click(fn, given, out, api_name="by_hand")
        shown = {"cache_examples": True, "cache_mode": mode, "api_name": "of_example"}
        gr.Examples([[example]], given, out, fn, **shown)
    return demo


def click(app, name="of_example"):
    """Asks for what a click on the first example shows."""
    return app.run(name, 0).data


COMPONENTS = {
    "array": gr.Image,
    "picture": lambda: gr.Image(type="pil"),
    "path of a picture": lambda: gr.Image(type="filepath"),
    "file": gr.File,
}
EACH_COMPONENT = pytest.mark.parametrize("component", COMPONENTS)


@EAGER_AND_LAZY
@EACH_KIND
def test_a_text_like_an_example_is_a_hit(fn, mode, serve, cached):
    app = serve(with_examples(cached(fn), gr.Textbox, "words", mode))
    shown = click(app)
    typed = app.run("by_hand", "words")
    assert (typed.used, typed.data, shown) == ("full", ["words"], ["words"])
    assert RUNS == ["words"]


@EACH_KIND
def test_an_example_like_an_earlier_text_runs_nothing(fn, serve, cached):
    app = serve(with_examples(cached(fn), gr.Textbox, "words", "lazy"))
    assert app.run("by_hand", "words").used is None
    assert click(app) == ["words"]
    assert RUNS == ["words"]


@EAGER_AND_LAZY
@EACH_COMPONENT
def test_an_upload_like_an_example_is_a_hit(component, mode, serve, cached, picture):
    made = cached(async_generator)
    app = serve(with_examples(made, COMPONENTS[component], str(picture), mode))
    shown = click(app)
    uploaded = app.run("by_hand", upload_file(app, picture))
    assert (uploaded.used, uploaded.data) == ("full", shown)
    assert len(RUNS) == 1


INPUTS = {
    gr.Number: 5,
    gr.Slider: 0.5,
    gr.Checkbox: True,
    gr.Dataframe: [["a", 1], ["b", 2]],
    gr.Audio: (8000, np.arange(800, dtype=np.int16)),
    gr.Image: Image.new("RGB", (8, 6), "red"),
    gr.MultimodalTextbox: {"text": "words"},
}


@EAGER_AND_LAZY
@pytest.mark.parametrize("component", INPUTS)
def test_an_example_that_was_clicked_and_submitted_is_a_hit(
    component, mode, serve, cached
):
    app = serve(with_examples(cached(function), component, INPUTS[component], mode))
    page = Page(app)
    dataset, button = (
        next(b for b in app.demo.blocks.values() if type(b) is kind)
        for kind in (gr.Dataset, gr.Button)
    )
    page.set(dataset, 0)
    page.trigger(dataset, "click")
    page.trigger(button, "click")
    assert used(page, "function") == "full"
    assert len(RUNS) == 1


@EACH_COMPONENT
def test_an_example_like_an_earlier_upload_runs_nothing(
    component, serve, cached, picture
):
    made = cached(function)
    app = serve(with_examples(made, COMPONENTS[component], str(picture), "lazy"))
    uploaded = app.run("by_hand", upload_file(app, picture))
    assert (uploaded.used, uploaded.data) == (None, click(app))
    assert len(RUNS) == 1


@pytest.mark.parametrize("other", ["its name", "its content"])
def test_another_file_than_an_example_is_a_miss(other, serve, cached, picture):
    app = serve(with_examples(cached(function), gr.File, str(picture), "eager"))
    if other == "its name":
        picture = picture.rename(picture.with_name("other.png"))
    else:
        Image.new("RGB", (8, 6), "blue").save(picture)
    assert app.run("by_hand", upload_file(app, picture)).used is None
    assert len(RUNS) == 2


@EACH_KIND
def test_an_example_that_a_store_knows_runs_nothing(fn, serve, tmp_path, monkeypatch):
    for start in ("first", "second"):
        forget_process(monkeypatch)
        monkeypatch.setenv("GRADIO_EXAMPLES_CACHE", str(tmp_path / start))
        made = gr.cache(fn, store=tmp_path / "store")
        app = serve(with_examples(made, gr.Textbox, "words", "eager"))
        assert click(app) == ["words"]
        assert RUNS == ["words"]


def interface(fn, mode, **settings):
    return gr.Interface(
        fn,
        gr.Textbox(),
        gr.Textbox(),
        examples=["words"],
        cache_examples=True,
        cache_mode=mode,
        api_name="by_hand",
        **settings,
    )


@EAGER_AND_LAZY
@pytest.mark.parametrize("fn", [function, async_generator])
def test_examples_of_an_interface_warm_its_function(fn, mode, serve, cached):
    app = serve(interface(cached(fn), mode))
    shown = click(app, "load_example_output")
    typed = app.run("by_hand", "words")
    assert (typed.used, typed.data, shown) == ("full", ["words"], ["words"])
    assert RUNS == ["words"]


def batched(texts):
    return [[said(text) for text in texts]]


@EAGER_AND_LAZY
def test_examples_of_a_batch_function_answer_single_inputs(mode, serve, cached):
    app = serve(interface(cached(batched), mode, batch=True))
    shown = click(app, "load_example_output")
    typed = app.run("by_hand", "words")
    assert (typed.used, typed.data, shown) == ("full", ["words"], ["words"])
    assert RUNS == ["words"]


@EAGER_AND_LAZY
@EACH_KIND
def test_examples_of_a_chat_warm_its_function(fn, mode, serve, cached):
    chat = gr.ChatInterface(
        cached(fn), examples=["words"], cache_examples=True, cache_mode=mode
    )
    app = serve(chat)
    clicks, types = Page(app), Page(app)
    example = {"index": 0, "value": {"text": "words"}}
    clicks.trigger(chat.chatbot, "example_select", example)
    types.set(chat.textbox, "words")
    types.trigger(chat.textbox, "submit")
    assert texts(clicks.value(chat.chatbot)) == ["words", "words"]
    assert texts(types.value(chat.chatbot)) == ["words", "words"]
    assert used(types, "_submit_fn") == "full"
    assert RUNS == ["words"]


def used(page, name):
    (messages,) = page.of(name)
    return messages[-1].get("used_cache")


def texts(messages):
    return [part["text"] for message in messages for part in message["content"]]
