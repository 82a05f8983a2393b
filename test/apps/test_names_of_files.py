"""Whether the name of a file counts."""

import os

import pytest

import gradio as gr
from support.listeners import upload


def names(value):
    if isinstance(value, dict):
        return names(value.get("files") or value.get("path"))
    if isinstance(value, (list, tuple)):
        return " ".join(map(names, value))
    return os.path.basename(str(value))


FILES = {
    "file": (gr.File, lambda f: f),
    "files": (lambda: gr.File(file_count="multiple"), lambda f: [f]),
    "button": (gr.UploadButton, lambda f: f),
    "message": (gr.MultimodalTextbox, lambda f: {"text": "", "files": [f]}),
    "raw": (gr.File, lambda f: f),
    "model": (gr.Model3D, lambda f: f),
}


@pytest.mark.parametrize("form", ["plain", "batch"])
def test_the_name_of_a_file_counts(form, serve):
    def batched(values):
        return [[names(value) for value in values]]

    fn, batch = (batched, True) if form == "batch" else (names, False)
    with gr.Blocks() as demo:
        for i, (name, (component, _)) in enumerate(FILES.items()):
            settings = {"batch": batch, "preprocess": name != "raw"}
            given, out = component(), gr.Textbox()
            made = gr.cache(fn, max_size=100 + i)
            gr.Button().click(made, given, out, api_name=name, **settings)
    app = serve(demo)
    for name, (_, wrap) in FILES.items():
        for used in (None, "full"):
            for shown in ("a.csv", "b.tsv", "a.tsv"):
                run = app.run(name, wrap(upload(app, b"a,b", shown)))
                assert (run.data, run.used) == ([shown], used), name


def test_where_the_function_gets_pixels_the_name_does_not_count(serve, tmp_path):
    from PIL import Image

    Image.new("RGB", (4, 4), "red").save(tmp_path / "a.png")
    content = (tmp_path / "a.png").read_bytes()

    def kind_of(value):
        return type(value).__name__

    with gr.Blocks() as demo:
        for i, kind in enumerate(("pil", "numpy", "filepath")):
            given, out = gr.Image(type=kind), gr.Textbox()
            made = gr.cache(kind_of, max_size=100 + i)
            gr.Button().click(made, given, out, api_name=kind)
    app = serve(demo)
    for kind, used in {"pil": "full", "numpy": "full", "filepath": None}.items():
        assert app.run(kind, upload(app, content, "a.png")).used is None
        assert app.run(kind, upload(app, content, "b.png")).used == used, kind


@pytest.mark.parametrize("state", [False, True])
def test_a_run_that_was_handed_nothing_makes_the_same_key(state, serve, monkeypatch):
    """Its inputs are preprocessed anew, and its key is made of those."""
    monkeypatch.setattr(
        "gradio.caching.serving.lookup.lookup.stays_valid", lambda _: False
    )

    def shown(file, text, kept=None):
        return f"{names(file)} {text}"

    with gr.Blocks() as demo:
        given = [gr.File(), gr.Textbox(), *([gr.State(1)] if state else [])]
        out = gr.Textbox()
        gr.Button().click(gr.cache(shown), given, out, api_name="shown")
    app = serve(demo)
    session = app.session()
    for used in (None, "full"):
        for name in ("a.csv", "b.csv"):
            file = upload(app, b"a", name)
            inputs = [file, file["path"], *([None] if state else [])]
            run = app.run("shown", *inputs, session=session)
            assert (run.data, run.used) == ([f"{name} {file['path']}"], used)


def test_a_typed_path_of_an_upload_is_a_text(serve):
    with gr.Blocks() as demo:
        given, out = gr.Textbox(), gr.Textbox()
        gr.Button().click(gr.cache(str.upper), given, out, api_name="typed")
    app = serve(demo)
    one, other = (upload(app, b"a", name)["path"] for name in ("a.csv", "b.csv"))
    for used in (None, "full"):
        for path in (one, other):
            run = app.run("typed", path)
            assert (run.data, run.used) == ([path.upper()], used)
