import pytest

import gradio as gr
from gradio.caching.entry import MISS, Entry
from gradio.caching.keys import PRECOMPUTED_KEY, WithheldKey
from gradio.caching.serving.lookup.preprocessed import ByteBudget
from gradio.caching.serving.lookup.result import NOT_FOUND
from gradio.caching.wrapping import engine_of
from gradio.components.image_editor import EditorDataBlobs
from support.lookups import App, file


def test_a_miss_tells_what_the_run_needs():
    app = App(gr.cache(lambda text: text.upper()))
    found = app.find("a")
    assert found.entry is MISS
    assert found.key is not None
    assert found.inputs == ["a"]
    assert found.reservation is not None


def test_what_was_computed_is_found():
    app = App(gr.cache(lambda text: text.title()))
    assert app.fn.fn("abc") == "Abc"
    found = app.find("abc")
    assert isinstance(found.entry, Entry)
    assert found.entry.value == "Abc"


def test_the_function_is_not_run():
    runs = []
    app = App(gr.cache(lambda text: runs.append(text)))
    app.find("a")
    assert runs == []


@pytest.mark.parametrize("broken", ["key", "preprocess"])
def test_any_failure_finds_nothing(broken, monkeypatch):
    def fails(*_):
        raise ValueError("no")

    settings = {"key": fails} if broken == "key" else {}
    app = App(gr.cache(lambda text: text * 2, **settings))
    if broken == "preprocess":
        monkeypatch.setattr(gr.Textbox, "preprocess", fails)
    assert app.find("a") is NOT_FOUND


def test_inputs_with_a_state_are_not_handed_to_the_run():
    with gr.Blocks():
        state = gr.State([])
    app = App(gr.cache(lambda state: len(state)), state)
    found = app.find(None)
    assert found.key is not None
    assert found.inputs is None


@pytest.mark.parametrize("fails", ["preprocess", "key"])
def test_what_fails_gives_back_what_was_reserved(pictures, monkeypatch, fails):
    def broken(*_):
        raise ValueError("no")

    settings = {"key": broken} if fails == "key" else {}
    if fails == "preprocess":
        monkeypatch.setattr(gr.Image, "preprocess", broken)
    app = App(gr.cache(lambda image: image.sum(), **settings), gr.Image())
    budget = ByteBudget()

    assert app.find(pictures[0], budget=budget) is NOT_FOUND
    assert budget.used == 0


@pytest.mark.usefixtures("accepting")
def test_what_can_not_be_estimated_is_not_decoded_ahead(tmp_path, monkeypatch):
    monkeypatch.setattr(gr.Audio, "preprocess", None)
    path = tmp_path / "a.mp3"
    path.write_bytes(b"x" * 100)
    app, budget = App(gr.cache(lambda sound: sound), gr.Audio()), ByteBudget()
    assert app.find(file(path), budget=budget) is NOT_FOUND
    assert budget.used == 0


def test_pictures_sent_ahead_are_not_used_up_when_they_can_not_be_handed_on():
    with gr.Blocks():
        editor, state = gr.ImageEditor(), gr.State([])
    app = App(gr.cache(lambda image, state: "x"), editor, state)
    editor.blob_storage["i"] = EditorDataBlobs(
        background=None, layers=[], composite=None
    )
    value = {"background": None, "layers": [], "composite": None, "id": "i"}

    assert app.find(value, None) is NOT_FOUND
    assert "i" in editor.blob_storage


def test_a_run_whose_key_is_withheld_goes_uncached_once():
    fn = gr.cache(lambda text: [text])
    engine = engine_of(fn)
    token = PRECOMPUTED_KEY.set(WithheldKey(engine.cache))
    try:
        assert engine.key_of(("a",), {}) is None
        assert engine.key_of(("a",), {}) is not None
    finally:
        PRECOMPUTED_KEY.reset(token)
