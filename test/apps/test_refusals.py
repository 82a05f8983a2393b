"""What Gradio refuses of a client it refuses of one who asks a cached function, too."""

import io
from pathlib import Path

import pytest
from PIL import Image

import gradio as gr
from gradio.utils import get_upload_folder
from support.twins import plain_and_cached

MARKER = "nobody is to read this"


def content(value):
    """All that a function can tell of what it was given."""
    if isinstance(value, str):
        with open(value, errors="replace") as file:
            return file.read()
    if isinstance(value, dict):
        return "".join(map(content, value.values()))
    if isinstance(value, (list, tuple)):
        return "".join(map(content, value))
    return repr(value)


def file_data(path, **more):
    return {"path": str(path), "meta": {"_type": "gradio.FileData"}, **more}


def in_list(path):
    return [file_data(path)]


def in_gallery(path):
    return [{"image": file_data(path), "caption": None}]


def in_message(path):
    return {"text": "", "files": [file_data(path)]}


def in_editor(path):
    return {"background": file_data(path), "layers": [], "composite": None}


def in_chat(path):
    return [{"role": "user", "content": [{"type": "file", "file": file_data(path)}]}]


KINDS = {
    "file": (lambda: gr.File(), file_data),
    "files": (lambda: gr.File(file_count="multiple"), in_list),
    "binary file": (lambda: gr.File(type="binary"), file_data),
    "upload button": (lambda: gr.UploadButton(), file_data),
    "image's path": (lambda: gr.Image(type="filepath"), file_data),
    "image": (lambda: gr.Image(type="pil"), file_data),
    "pixels": (lambda: gr.Image(type="numpy"), file_data),
    "audio's path": (lambda: gr.Audio(type="filepath"), file_data),
    "samples": (lambda: gr.Audio(type="numpy"), file_data),
    "video": (lambda: gr.Video(), file_data),
    "gallery": (lambda: gr.Gallery(type="filepath"), in_gallery),
    "message": (lambda: gr.MultimodalTextbox(), in_message),
    "editor": (lambda: gr.ImageEditor(type="filepath"), in_editor),
    "chat": (lambda: gr.Chatbot(), in_chat),
    "model": (lambda: gr.Model3D(), file_data),
}


def plain(value):
    return content(value)


async def later(value):
    return content(value)


def generated(value):
    yield content(value)


def asking(value, request: gr.Request):
    return content(value)


def batched(values):
    return [[content(value) for value in values]]


FORMS = {
    "function": (plain, {}, {}),
    "coroutine": (later, {}, {}),
    "generator": (generated, {}, {}),
    "per session": (plain, {"per_session": True}, {}),
    "request": (asking, {}, {}),
    "key": (plain, {"key": lambda kwargs: content(kwargs["value"])}, {}),
    "batch": (batched, {}, {"batch": True}),
    "unprocessed": (plain, {}, {"preprocess": False}),
}


def secret_png():
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, "png")
    return out.getvalue()


@pytest.fixture
def blocked(tmp_path):
    """A folder that the app is told to keep to itself."""
    folder = tmp_path / "blocked"
    folder.mkdir(mode=0o700)
    (folder / "marker.txt").write_text(MARKER)
    (folder / "marker.png").write_bytes(secret_png())
    return folder


def app_of(serve, kinds, forms, blocked):
    names = [(k, f) for k in kinds for f in forms]
    with gr.Blocks() as demo:
        out = gr.Textbox()
        for kind, form in names:
            fn, settings, event = FORMS[form]
            given = KINDS[kind][0]()
            for name, made in plain_and_cached(fn, f"{kind}/{form}", **settings):
                gr.Button().click(made, given, out, api_name=name, **event)
    return serve(demo, blocked_paths=[str(blocked)]), names


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_was_not_uploaded_is_refused_as_without_a_cache(
    kind, serve, blocked
):
    app, names = app_of(serve, [kind], FORMS, blocked)
    wrap = KINDS[kind][1]
    for _, form in names:
        without = app.run(f"plain {kind}/{form}", wrap(blocked / "marker.png"))
        cached = app.run(f"cached {kind}/{form}", wrap(blocked / "marker.png"))
        assert not without.success
        assert cached.seen() == without.seen(), form
    assert not copies_of(secret_png(), Path(get_upload_folder()))


def copies_of(content, folder):
    files = (path for path in folder.rglob("*") if path.is_file())
    return [path for path in files if path.read_bytes() == content]


@pytest.mark.parametrize(
    "path",
    [
        "/dev/zero",
        "/dev/stdin",
        "/proc/self/environ",
        "/etc/passwd",
        "../../../../etc/passwd",
        "{uploads}/../blocked/marker.txt",
        "http://127.0.0.1:1/file.txt",
        "http://169.254.169.254/latest/meta-data",
        "",
        "\0",
        "a" * 5000,
    ],
)
def test_a_path_that_is_no_upload_is_refused_as_without_a_cache(path, serve, blocked):
    app, names = app_of(serve, ["file", "files", "pixels"], ["function"], blocked)
    path = path.replace("{uploads}", get_upload_folder())
    for kind, form in names:
        data = KINDS[kind][1](path)
        without = app.run(f"plain {kind}/{form}", data)
        cached = app.run(f"cached {kind}/{form}", data)
        assert not without.success
        assert cached.seen() == without.seen()
        assert cached.used is None


def test_a_file_is_refused_also_when_its_content_is_an_entry(serve, blocked):
    app, _ = app_of(serve, ["file"], ["function"], blocked)
    answer = app.http.post(
        "gradio_api/upload", files={"files": ("marker.txt", MARKER.encode())}
    )
    upload = file_data(answer.json()[0])
    assert app.run("cached file/function", upload).data == [MARKER]
    assert app.run("cached file/function", upload).used == "full"
    refused = app.run("cached file/function", file_data(blocked / "marker.txt"))
    assert (refused.success, refused.used) == (False, None)


def test_nothing_is_looked_at_before_it_is_accepted(serve, blocked, monkeypatch):
    looked_at = []
    monkeypatch.setattr(
        "gradio.caching.files.stamp", lambda path: looked_at.append(path)
    )
    app, names = app_of(serve, ["file", "files", "chat"], ["function"], blocked)
    for kind, form in names:
        data = KINDS[kind][1](blocked / "marker.txt")
        app.run(f"cached {kind}/{form}", data)
    assert looked_at == []
