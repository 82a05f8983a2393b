"""Texts are texts, files are files: over HTTP, in keys, requests and results."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

import gradio as gr

MARKER = "marker-that-clients-type"


class Looks:
    """Notes what of ours looks at paths with the marker, while it is watched."""

    def __init__(self):
        self.seen = []
        self.watching = False

    def note(self, path):
        if self.watching and MARKER in str(path):
            frame = sys._getframe(2)
            while frame is not None:
                name = frame.f_code.co_filename
                if "gradio/caching/" in name.replace(os.sep, "/"):
                    self.seen.append((str(path), name))
                    return
                frame = frame.f_back


@pytest.fixture
def looks(monkeypatch):
    noted = Looks()

    def wrapped(real):
        def look(path, *args, **kwargs):
            noted.note(path)
            return real(path, *args, **kwargs)

        return look

    for name in ("stat", "lstat", "open", "access", "scandir", "listdir", "readlink"):
        monkeypatch.setattr(os, name, wrapped(getattr(os, name)))
    noted.watching = True
    yield noted
    noted.watching = False


@pytest.fixture
def private(tmp_path):
    """Two files of equal content that no app serves."""
    folder = tmp_path / MARKER
    folder.mkdir()
    for name in ("one.txt", "other.txt"):
        (folder / name).write_text("secret")
    return folder


def echo(value):
    return value


def messages(text):
    return [{"role": "user", "content": [{"type": "text", "text": text}]}]


def table(text):
    return {"headers": ["a"], "data": [[text]], "metadata": None}


COMPONENTS = {
    "text": (gr.Textbox, lambda t: t),
    "json": (gr.JSON, lambda t: {"a": [t, {"path": t}]}),
    "chat": (gr.Chatbot, messages),
    "choice": (lambda: gr.Dropdown(["a"], allow_custom_value=True), lambda t: t),
    "table": (lambda: gr.Dataframe(type="array"), table),
    "message": (gr.MultimodalTextbox, lambda t: {"text": t, "files": []}),
    "html": (gr.HTML, lambda t: t),
    "markdown": (gr.Markdown, lambda t: t),
    "code": (gr.Code, lambda t: t),
}


def texts_app(serve, fn=echo):
    with gr.Blocks() as demo:
        for i, (name, (component, _)) in enumerate(COMPONENTS.items()):
            given, out = component(), component()
            made = gr.cache(fn, max_size=100 + i)  # a store of its own
            gr.Button().click(made, given, out, api_name=name)
    return serve(demo)


def inner(value):
    return value


async def later(value):
    return value


def generated(value):
    yield value
    yield value


@pytest.mark.parametrize("fn", [echo, later, generated])
def test_typed_paths_are_never_looked_up(fn, serve, looks, private):
    app = texts_app(serve, fn)
    for name, (_, wrap) in COMPONENTS.items():
        texts = [str(private / n) for n in ("one.txt", "other.txt", "none.txt")]
        for used in (None, "full"):
            for text in texts:
                run = app.run(name, wrap(text))
                assert run.used == used, name
                assert os.path.basename(text) in str(run.seen()), name
    assert looks.seen == []


def test_a_client_does_not_see_a_private_file_change(serve, looks, private):
    app = texts_app(serve)
    for name, (_, wrap) in COMPONENTS.items():
        data = wrap(str(private / "one.txt"))
        assert app.run(name, data).used is None
        (private / "one.txt").write_text(name)
        assert app.run(name, data).used == "full", name
    assert looks.seen == []


def test_derived_texts_and_those_of_inner_functions_are_never_looked_up(
    serve, looks, private
):
    cut = gr.cache(lambda text: text.strip())

    @gr.cache
    def handler(text, event: gr.EventData):
        return cut(text)

    def uncached(text):
        return cut(text)

    with gr.Blocks() as demo:
        given, out = gr.Textbox(), gr.Textbox()
        gr.Button().click(handler, given, out, api_name="handler")
        gr.Button().click(uncached, given, out, api_name="uncached")
    app = serve(demo)
    text = str(private / "one.txt")
    for name in ("handler", "uncached"):
        for _ in range(2):
            run = app.run(name, f" {text} ", event_data={"value": text})
            assert run.data == [text]
    assert looks.seen == []


def test_results_in_threads_of_a_handler_s_own_are_never_looked_up(
    serve, looks, private
):
    copied = gr.cache(lambda text: [text])

    def handler(text):
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(copied, text).result()[0]

    with gr.Blocks() as demo:
        given, out = gr.Textbox(), gr.Textbox()
        gr.Button().click(handler, given, out, api_name="handler")
    app = serve(demo)
    for _ in range(2):
        assert app.run("handler", str(private / "one.txt")).success
    assert looks.seen == []


def test_followers_are_never_looked_up(serve, looks, private, gate):
    def held(text):
        gate.wait()
        return text

    with gr.Blocks() as demo:
        given, out = gr.Textbox(), gr.Textbox()
        gr.Button().click(gr.cache(held), given, out, api_name="held")
    app = serve(demo)
    text, sessions = str(private / "one.txt"), [app.session(), app.session()]
    for session in sessions:
        app.join("held", text, session=session)
    gate.until_reached()
    gate.open()
    for session in sessions:
        with app.listen(session) as stream:
            assert stream.until("process_completed")["output"]["data"] == [text]
    assert gate.runs == 1
    assert looks.seen == []
