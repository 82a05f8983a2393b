import os
import tempfile
from types import SimpleNamespace

import pytest

import gradio as gr
from gradio import processing_utils
from gradio.caching import serving
from gradio.caching.context import event_files
from gradio.caching.context.event_files import EVENT_FILES
from gradio.caching.entry import Entry
from gradio.caching.serving.lookup import file_notes
from gradio.caching.serving.lookup.file_notes import paths_of_files
from gradio.caching.serving.lookup.preprocessed import ByteBudget, PreprocessedPayload
from gradio.context import LocalContext
from gradio.exceptions import InvalidPathError
from gradio.utils import NamedString

META = {"_type": "gradio.FileData"}


@pytest.fixture(autouse=True)
def _no_event():
    before = EVENT_FILES.set(None)
    event_files.expect()
    yield
    EVENT_FILES.reset(before)


@pytest.fixture
def uploads(tmp_path, monkeypatch):
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    return tmp_path


def fn_with(*inputs, outputs=(), batch=False, props=()):
    return SimpleNamespace(
        inputs=inputs, outputs=outputs, batch=batch, component_prop_inputs=props
    )


def data(path):
    return {"path": path, "meta": META}


def noted(fn, payload, values):
    assert serving.noted(fn, payload, values) is values
    event = EVENT_FILES.get()
    assert event is not None
    return event


def test_paths_of_files_are_given_texts_beside_them_are_not():
    file, caption, made = "/up/1/a.png", "/up/2/b.png", "/up/3/c.webp"
    payload = [[{"image": data(file), "caption": caption}], "/typed.txt"]
    values = [[(file, caption), (made, caption)], "/typed.txt"]
    event = noted(fn_with(gr.Gallery(), gr.Textbox()), payload, values)
    assert event.gave(file)
    assert event.gave(made)
    assert not event.gave(caption)
    assert not event.gave("/typed.txt")


def test_an_equal_text_that_was_typed_is_not_given():
    path = "/up/1/a.txt"
    value, text = NamedString(path), "".join(["/up/1/", "a.txt"])
    fn = fn_with(gr.File(), gr.Textbox())
    event = noted(fn, [data(path), text], [value, text])
    assert event.gave(value)
    assert not event.gave(text)


def test_file_data_as_it_was_sent():
    sent = {**data("/up/1/a.txt"), "url": "/up/2/b.txt", "orig_name": "/up/3/c.txt"}
    event = noted(fn_with(gr.File()), [sent], [sent])
    assert event.gave(sent["path"])
    assert not event.gave(sent["url"])
    assert not event.gave(sent["orig_name"])


def test_typed_paths_are_not_looked_up_even_where_the_app_serves(uploads):
    typed, other = str(uploads / "a.txt"), str(uploads / "b.txt")
    event = noted(fn_with(gr.Textbox()), [{"deep": [typed]}], [typed])
    assert not event.may_look_up(typed)
    assert event.may_look_up(other)
    assert not event.may_look_up("/elsewhere/b.txt")


def test_a_file_explorer_gives_what_it_lists(tmp_path):
    explorer = gr.FileExplorer(
        root_dir=tmp_path, glob="*.txt", ignore_glob="*/private*"
    )
    names = ("a.txt", "b.csv", "private.txt")
    paths = [str(tmp_path / name) for name in names]
    outside = os.path.normpath(tmp_path / ".." / "c.txt")
    event = noted(fn_with(explorer), [[["a.txt"]]], [[*paths, outside]])
    assert [event.gave(path) for path in (*paths, outside)] == [1, 0, 0, 0]


def test_a_batch_is_one_event():
    paths = ["/up/1/a.txt", "/up/2/b.txt"]
    fn = fn_with(gr.File(), batch=True)
    for path in paths:
        event = noted(fn, [data(path)], [path])
    assert all(event.gave(path) for path in paths)
    event = noted(fn_with(gr.File()), [data(paths[0])], [paths[0]])
    assert not event.gave(paths[1])


def test_what_was_preprocessed_before_is_noted_as_well():
    path = "/up/1/a.txt"
    reserved = ByteBudget().reserve(1)
    payload = PreprocessedPayload([data(path)], [path], None, reserved)
    assert serving.preprocessed(fn_with(gr.File()), payload) == [path]
    assert EVENT_FILES.get().gave(path)
    EVENT_FILES.set(None)
    assert serving.preprocessed(fn_with(gr.File()), [data(path)]) is None
    assert EVENT_FILES.get() is None


def test_an_input_with_all_its_properties():
    sent = {"value": "/up/1/a.txt", "label": "/up/2/b.txt"}
    event = noted(fn_with(gr.File(), props=[0]), [sent], [sent])
    assert not event.gave(sent["value"])


def test_paths_of_files_in_a_payload():
    payload = ["/text", {"path": "/text"}, [data("/a"), {"deep": (data("/b"), None)}]]
    assert set(paths_of_files(payload)) == {"/a", "/b"}
    assert list(paths_of_files(data(None))) == [""]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("a")
    return str(path)


def entry(value):
    return Entry(value, 1)


def test_results_that_name_what_is_served_are_watched(file):
    event = noted(fn_with(), [], [])
    before, other, after = entry([file]), entry("other"), entry({"a": file})
    event.note(before)
    event.note(other)
    serving.note_served(file, True)
    event.note(after)
    assert [f.path for f in before.files] == [f.path for f in after.files] == [file]
    assert other.files == ()


def test_inputs_that_are_accepted_are_not_watched(file):
    event = noted(fn_with(), [], [])
    result = entry(file)
    event.note(result)
    serving.note_served(file, False)
    assert result.files == ()


@pytest.mark.parametrize("reason", ["blocked", "dotfile", "elsewhere"])
def test_a_path_that_is_refused_is_not_watched(reason, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path / "allowed"))
    monkeypatch.chdir(tmp_path)
    folder = tmp_path if reason == "dotfile" else tmp_path.parent
    path = folder / (".secret" if reason == "dotfile" else f"{tmp_path.name}.txt")
    path.write_text("secret")
    blocks = SimpleNamespace(has_launched=True, allowed_paths=[], blocked_paths=[])
    if reason == "blocked":
        blocks.allowed_paths = blocks.blocked_paths = [str(folder)]
    token = LocalContext.blocks.set(blocks)
    try:
        event = noted(fn_with(), [], [])
        result = entry(str(path))
        event.note(result)
        with pytest.raises(InvalidPathError):
            processing_utils._check_allowed(str(path), check_in_upload_folder=False)
        serving.watch_results(fn_with(outputs=[gr.Image()]), [str(path)])
        assert result.files == ()
        blocks.allowed_paths, blocks.blocked_paths = [str(folder)], []
        processing_utils._check_allowed(str(path), check_in_upload_folder=False)
        assert [f.path for f in result.files] == [str(path)]
    finally:
        LocalContext.blocks.reset(token)


def test_a_file_that_was_two_in_one_event_stands_for_neither(file):
    event = noted(fn_with(), [], [])
    serving.note_served(file, True)
    with open(file, "w") as written:
        written.write("another")
    serving.note_served(file, True)
    result = entry(file)
    event.note(result)
    assert [f.inode for f in result.files] == [-1]


@pytest.mark.parametrize(
    ("component", "wrap", "watched"),
    [
        (gr.Image, str, True),
        (gr.Image, lambda p: gr.update(value=p), True),
        (gr.Gallery, lambda p: [(p, "caption")], True),
        (gr.Gallery, lambda p: [("x", p)], False),
        (gr.AnnotatedImage, lambda p: (p, []), True),
        (gr.Textbox, str, False),
        (gr.Chatbot, lambda p: [{"role": "user", "content": p}], False),
        (gr.Label, str, False),
    ],
)
def test_components_that_read_files(component, wrap, watched, file):
    event = noted(fn_with(), [], [])
    result = entry(file)
    event.note(result)
    serving.watch_results(fn_with(outputs=[component()]), [wrap(file)])
    assert bool(result.files) == watched


def test_nothing_is_watched_outside_of_events(file):
    serving.note_served(file, True)
    serving.watch_results(fn_with(outputs=[gr.Image()]), [file])
    assert EVENT_FILES.get() is None


@pytest.mark.parametrize("make", [lambda: gr.cache(str), gr.Cache])
def test_without_a_cache_nothing_is_looked_at(make, uploads, monkeypatch):
    monkeypatch.setattr(event_files._Flags, "expected", False)
    path = uploads / "file.txt"
    path.write_text("content")
    with monkeypatch.context() as patch:
        patch.setattr(file_notes, "may_name_files", None)
        noted(fn_with(gr.JSON()), [{"texts": [str(path)]}], [str(path)])
    assert not event_files.are_expected()
    make()
    assert event_files.are_expected()
    # What was typed is not known in this event, so that all texts are but texts.
    assert not EVENT_FILES.get().may_look_up(str(path))
    noted(fn_with(gr.JSON()), [{}], [{}])
    assert EVENT_FILES.get().may_look_up(str(path))
