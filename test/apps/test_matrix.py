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


INPUTS = {
    "textbox": (gr.Textbox, "a"),
    "number": (gr.Number, 1.5),
    "checkbox": (gr.Checkbox, True),
    "slider": (gr.Slider, 3),
    "dropdown": (lambda: gr.Dropdown(["a", "b"]), "b"),
    "checkboxes": (lambda: gr.CheckboxGroup(["a", "b"]), ["b"]),
    "json": (gr.JSON, {"a": [1, None]}),
    "frame": (gr.Dataframe, {"headers": ["a"], "data": [[1], [2]], "metadata": None}),
    "colour": (gr.ColorPicker, "#ff0000"),
    "code": (gr.Code, "x = 1"),
    "chatbot": (
        gr.Chatbot,
        [{"role": "user", "content": [{"type": "text", "text": "hi"}]}],
    ),
}


def test_every_input_is_a_key(serve):
    with gr.Blocks() as demo:
        out = gr.Textbox()
        for name, (make, _) in INPUTS.items():
            component = make()
            component.change(repr, component, out, api_name=f"{name}_plain")
            cached = gr.cache(lambda value: repr(value))
            component.change(cached, component, out, api_name=f"{name}_cached")
    app = serve(demo)
    for name, (_, value) in INPUTS.items():
        expected = app.run(f"{name}_plain", value).data
        runs = [app.run(f"{name}_cached", value) for _ in range(3)]
        assert [r.data for r in runs] == [expected] * 3, name
        assert [r.used for r in runs] == [None, "full", "full"], name


def test_no_inputs_and_no_outputs(serve):
    runs = []

    @gr.cache
    def nothing():
        runs.append(1)

    with gr.Blocks() as demo:
        gr.Button().click(nothing, None, None)
    app = serve(demo)
    seen = [app.run(nothing) for _ in range(2)]
    assert seen[0].seen() == seen[1].seen()
    assert [r.used for r in seen] == [None, "full"]
    assert runs == [1]


def test_an_image_is_recognised_by_its_pixels(serve, tmp_path):
    runs = []

    @gr.cache
    def size(image):
        runs.append(image.shape)
        return str(image.shape)

    with gr.Blocks() as demo:
        image, out = gr.Image(), gr.Textbox()
        image.change(size, image, out, api_name="size")
    app = serve(demo)

    def upload(name, colour):
        path = tmp_path / name
        Image.new("RGB", (8, 4), colour).save(path)
        with path.open("rb") as f:
            response = app.http.post("gradio_api/upload", files={"files": f})
        meta = {"_type": "gradio.FileData"}
        return {"path": response.json()[0], "meta": meta, "orig_name": name}

    uploads = [upload("a.png", "red"), upload("b.bmp", "red"), upload("c.png", "blue")]
    got = [app.run(size, u) for u in (*uploads, uploads[0])]
    assert [r.used for r in got] == [None, "full", None, "full"]
    assert len(runs) == 2


def test_what_stands_for_the_present_moment_is_not_remembered(serve, monkeypatch):
    asked = iter(range(100))
    monkeypatch.setattr(
        "gradio.components.datetime.DateTime.get_datetime_from_str",
        lambda *_: next(asked),
    )

    @gr.cache
    def when(moment):
        return str(moment)

    with gr.Blocks() as demo:
        moment, out = gr.DateTime(type="datetime"), gr.Textbox()
        moment.change(when, moment, out, api_name="when")
    app = serve(demo)
    answers = [app.run(when, "now").data[0] for _ in range(3)]
    assert len(set(answers)) == 3


def test_a_component_from_elsewhere_is_asked_each_time(serve, monkeypatch):
    # It would write its types into a file beside this one.
    monkeypatch.setattr("gradio.component_meta.create_or_modify_pyi", lambda *_: None)
    asked = iter(range(100))

    class Clock(gr.Textbox):
        def preprocess(self, payload):
            return f"{payload} in {next(asked)}"

        def postprocess(self, value):
            return f"{value} out {next(asked)}"

    @gr.cache
    def same(text):
        return text

    with gr.Blocks() as demo:
        clock, given, out = Clock(), gr.Textbox(), gr.Textbox()
        clock.change(same, clock, out, api_name="reads")
        given.change(same, given, clock, api_name="writes")
    app = serve(demo)
    assert len({app.run("reads", "a").data[0] for _ in range(3)}) == 3
    answers = [app.run("writes", "a") for _ in range(3)]
    assert len({r.data[0] for r in answers}) == 3
    assert [r.used for r in answers] == [None, "full", "full"]
