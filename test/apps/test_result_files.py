"""A result whose file was overwritten is made again, however the file is named."""

import types
import wave
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import pytest

import gradio as gr

# Of equal length, so that the sizes of the files don't tell them apart.
ANN, BOB = "ann", "bob"


@dataclass
class Report:
    path: str


def as_chat(path):
    return [{"role": "assistant", "content": {"path": path}}]


def as_captioned(path):
    return [(path, path + ".caption")]


def file_data(path):
    return gr.FileData(path=path).model_dump()


# The component that serves, and what a function returns with a path in it.
FORMS = {
    "path": (gr.File, str),
    "Path": (gr.DownloadButton, Path),
    "list": (lambda: gr.File(file_count="multiple"), lambda p: [p]),
    "button": (gr.DownloadButton, lambda p: gr.DownloadButton(value=p)),
    "update": (gr.DownloadButton, lambda p: gr.update(value=p)),
    "chat": (gr.Chatbot, as_chat),
    "chat tuple": (gr.Chatbot, lambda p: [gr.ChatMessage("hi"), *as_chat(p)]),
    "message": (gr.MultimodalTextbox, lambda p: {"text": "a", "files": [p]}),
    "gallery": (gr.Gallery, as_captioned),
    "data": (gr.MultimodalTextbox, lambda p: {"files": [gr.FileData(path=p)]}),
    "explicit": (gr.MultimodalTextbox, lambda p: {"files": [file_data(p)]}),
}


def served(app, run):
    """The content of all files in an answer."""
    found, todo = [], [run.data]
    while todo:
        current = todo.pop()
        if isinstance(current, dict) and isinstance(current.get("url"), str):
            found.append(content(app, current["url"]))
        elif isinstance(current, (dict, list)):
            todo += current.values() if isinstance(current, dict) else current
    return " ".join(found)


def content(app, url):
    return unquote(url) if url.startswith("data:") else app.http.get(url).text


def check(app, *routes):
    """Ann's and Bob's reports are at the same path; nobody gets the other's."""
    for name in (ANN, BOB, ANN):
        first = app.run(routes[0], name)
        assert (first.used, name in served(app, first)) == (None, True), first.seen()
        for route in routes:
            again = app.run(route, name)
            assert (again.used, name in served(app, again)) == ("full", True), route


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "report.txt")


@pytest.mark.parametrize("form", FORMS)
def test_a_file_that_another_call_overwrote_is_made_again(form, serve, path):
    component, wrap = FORMS[form]

    @gr.cache
    def report(name):
        Path(path).write_text(name)
        return wrap(path)

    with gr.Blocks() as demo:
        given, out, other = gr.Textbox(), component(), component()
        gr.Button().click(report, given, out, api_name="one")
        gr.Button().click(report, given, other, api_name="other")
    check(serve(demo), "one", "other")


def test_of_a_dict_by_components(serve, path):
    with gr.Blocks() as demo:
        given, out, text = gr.Textbox(), gr.File(), gr.Textbox()

        @gr.cache
        def report(name):
            Path(path).write_text(name)
            return {out: path, text: name}

        gr.Button().click(report, given, [out, text], api_name="one")
    check(serve(demo), "one")


@pytest.mark.parametrize("is_async", [False, True])
def test_of_a_generator(is_async, serve, path):
    def report(name):
        yield None
        Path(path).write_text(name)
        yield path

    async def report_later(name):
        for step in report(name):
            yield step

    with gr.Blocks() as demo:
        given, out = gr.Textbox(), gr.File()
        fn = gr.cache(report_later if is_async else report)
        gr.Button().click(fn, given, out, api_name="one")
    check(serve(demo), "one")


def test_of_a_batch(serve, path):
    def reports(names):
        Path(path).write_text(names[0])
        return [[path]]

    with gr.Blocks() as demo:
        given, out = gr.Textbox(), gr.File()
        fn = gr.cache(reports)
        gr.Button().click(fn, given, out, api_name="one", batch=True)
    check(serve(demo), "one")


@pytest.mark.parametrize(
    ("wrap", "unwrap"),
    [
        (str, str),
        (Report, lambda r: r.path),
        (lambda p: [{"at": p}], lambda r: r[0]["at"]),
        (lambda p: types.SimpleNamespace(path=p), lambda r: r.path),
    ],
)
def test_of_an_inner_function(wrap, unwrap, serve, path):
    @gr.cache
    def report(name):
        Path(path).write_text(name)
        return wrap(path)

    def handler(name):
        return unwrap(report(name))

    with gr.Blocks() as demo:
        given, out = gr.Textbox(), gr.File()
        gr.Button().click(handler, given, out, api_name="one")
    app = serve(demo)
    for name in (ANN, ANN, BOB, ANN):
        assert served(app, app.run("one", name)) == name
    assert app.run("one", ANN).used == "partial"


def test_that_a_component_reads_itself(serve, tmp_path):
    path = str(tmp_path / "report.svg")

    @gr.cache
    def report(name):
        Path(path).write_text(f"<svg><text>{name}</text></svg>")
        return path

    with gr.Blocks() as demo:
        given, out, other = gr.Textbox(), gr.Image(), gr.Image()
        gr.Button().click(report, given, out, api_name="one")
        gr.Button().click(report, given, other, api_name="other")
    check(serve(demo), "one", "other")


def test_that_a_component_converts(serve, tmp_path):
    path = str(tmp_path / "report.wav")

    @gr.cache
    def report(name):
        with wave.open(path, "wb") as sound:
            sound.setparams((1, 2, 8000, 0, "NONE", ""))
            sound.writeframes(bytes([0, 64 if name == ANN else 16]) * 4000)
        return path

    with gr.Blocks() as demo:
        given = gr.Textbox()
        for name in ("one", "other"):
            out = gr.Audio(format="mp3")
            gr.Button().click(report, given, out, api_name=name)
    app = serve(demo)

    def heard(route, name):
        run = app.run(route, name)
        return run.used, app.http.get(run.data[0]["url"]).content

    of_ann, of_bob = heard("one", ANN), heard("one", BOB)
    assert (of_ann[0], of_bob[0]) == (None, None)
    assert of_ann[1] != of_bob[1]
    assert heard("other", ANN) == of_ann
    assert heard("one", ANN) == ("full", of_ann[1])


@pytest.mark.parametrize(
    "wrap",
    [
        *(str, Path, Report, lambda p: [Report(p)], lambda p: {"a": (p,)}),
        lambda p: gr.DownloadButton(value=p, render=False),
        lambda p: gr.FileData(path=p),
    ],
)
def test_of_a_direct_call(wrap, path):
    runs = []

    @gr.cache
    def report(name):
        runs.append(name)
        Path(path).write_text(name)
        return wrap(path)

    for name in (ANN, BOB, ANN):
        for _ in range(2):
            report(name)
            assert Path(path).read_text() == name
    assert runs == [ANN, BOB, ANN]
