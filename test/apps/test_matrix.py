"""What the page sees is the same with and without `gr.cache`, on a run and on a hit."""

import io
import wave
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from PIL import Image

import gradio as gr


def sound(seconds=0.05):
    return 8000, (np.sin(np.arange(int(8000 * seconds)) / 5) * 9000).astype(np.int16)


def wav(seconds=0.05):
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as out:
        out.setparams((1, 2, 8000, 0, "NONE", ""))
        out.writeframes(sound(seconds)[1].tobytes())
    return buffer.getvalue()


def text_file(tmp, text):
    path = tmp / f"{text}.txt"
    path.write_text(text)
    return str(path)


FRAME = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})


@dataclass
class Case:
    """An output component, and what a function makes for it from a text."""

    component: object
    make: object
    stateless: bool = True


CASES = {
    "text": Case(lambda: gr.Textbox(), lambda text, tmp: text.upper()),
    "none": Case(lambda: gr.Textbox(), lambda text, tmp: None),
    "number": Case(lambda: gr.Number(), lambda text, tmp: len(text)),
    "label": Case(lambda: gr.Label(), lambda text, tmp: {text: 0.75, "other": 0.25}),
    "json": Case(lambda: gr.JSON(), lambda text, tmp: {"a": [text, None, 1.5]}),
    "image": Case(lambda: gr.Image(), lambda text, tmp: Image.new("RGB", (4, 4))),
    "array": Case(lambda: gr.Image(), lambda text, tmp: np.zeros((4, 4, 3), "uint8")),
    "gallery": Case(
        lambda: gr.Gallery(),
        lambda text, tmp: [(Image.new("RGB", (4, 4)), text)],
    ),
    "frame": Case(lambda: gr.Dataframe(), lambda text, tmp: FRAME),
    "audio": Case(lambda: gr.Audio(), lambda text, tmp: sound()),
    "file": Case(lambda: gr.File(), lambda text, tmp: text_file(tmp, text)),
    "chatbot": Case(
        lambda: gr.Chatbot(),
        lambda text, tmp: [{"role": "user", "content": text}],
    ),
    "highlighted": Case(
        lambda: gr.HighlightedText(), lambda text, tmp: [(text, "noun"), ("!", None)]
    ),
    "html": Case(lambda: gr.HTML(), lambda text, tmp: f"<b>{text}</b>"),
    "update": Case(
        lambda: gr.Textbox(), lambda text, tmp: gr.update(value=text, label="new")
    ),
    "component": Case(
        lambda: gr.Dropdown(["a"]),
        lambda text, tmp: gr.Dropdown(choices=[text, "b"], value=text),
    ),
    "skip": Case(lambda: gr.Textbox(), lambda text, tmp: gr.skip()),
    "multimodal": Case(
        lambda: gr.MultimodalTextbox(),
        lambda text, tmp: {"text": text, "files": [text_file(tmp, text)]},
    ),
}


def plain(make):
    def fn(text):
        return make(text)

    return fn


def later(make):
    async def fn(text):
        return make(text)

    return fn


def generator(make):
    def fn(text):
        for i in range(1, len(text) + 1):
            yield make(text[:i])

    return fn


def generator_later(make):
    async def fn(text):
        for i in range(1, len(text) + 1):
            yield make(text[:i])

    return fn


@pytest.mark.parametrize("kind", [plain, later, generator, generator_later])
def test_every_component_sees_the_same(kind, serve, patient, tmp_path):
    with gr.Blocks() as demo:
        given = gr.Textbox()
        for name, case in CASES.items():
            fn = kind(lambda text, case=case: case.make(text, tmp_path))
            out = case.component()
            given.submit(fn, given, out, api_name=f"{name}_plain")
            given.submit(gr.cache(fn), given, out, api_name=f"{name}_cached")
    app = serve(demo)
    for name in CASES:
        expected = app.run(f"{name}_plain", "abc").seen()
        assert len(expected) == (1 if kind in (plain, later) else 4), name
        for used in (None, "full", "full"):
            run = app.run(f"{name}_cached", "abc")
            assert run.seen() == expected, name
            assert run.used == used, name
        exchange = app.exchange(f"{name}_cached", "abc")
        assert exchange.seen() == expected, name


def test_a_session_of_its_own_sees_the_same_as_new_ones(serve, tmp_path):
    """With a state of its own, answers are made and diffed another way."""
    with gr.Blocks() as demo:
        given = gr.Textbox()
        for name, case in CASES.items():
            fn = generator(lambda text, case=case: case.make(text, tmp_path))
            out = case.component()
            given.submit(fn, given, out, api_name=f"{name}_plain")
            given.submit(gr.cache(fn), given, out, api_name=f"{name}_cached")
    app = serve(demo)
    for name in CASES:
        expected = [app.run(f"{name}_plain", "ab", session="p").seen()] * 3
        got = [app.run(f"{name}_cached", "ab", session="c").seen() for _ in range(3)]
        assert got == expected, name


def cases_of_many_outputs(a, b):
    return {
        "tuple": lambda text: (text, len(text)),
        "list": lambda text: [text, len(text)],
        "dict": lambda text: {b: len(text)},
        "full dict": lambda text: {b: len(text), a: text},
        "updates": lambda text: (gr.update(value=text), gr.update(visible=False)),
        "mixed": lambda text: (gr.Textbox(text), len(text)),
        "skips": lambda text: (gr.skip(), len(text)),
    }


@pytest.mark.parametrize("kind", [plain, generator])
def test_many_outputs_see_the_same(kind, serve):
    with gr.Blocks() as demo:
        given, a, b = gr.Textbox(), gr.Textbox(), gr.Number()
        cases = cases_of_many_outputs(a, b)
        for name, make in cases.items():
            fn = kind(make)
            given.submit(fn, given, [a, b], api_name=f"{name}_plain")
            given.submit(gr.cache(fn), given, [a, b], api_name=f"{name}_cached")
    app = serve(demo)
    for name in cases:
        expected = app.run(f"{name}_plain", "ab").seen()
        runs = [app.run(f"{name}_cached", "ab") for _ in range(3)]
        assert [r.seen() for r in runs] == [expected] * 3, name
        assert [r.used for r in runs] == [None, "full", "full"], name
