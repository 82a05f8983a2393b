"""Inputs that are costly to decode or to read, from clients that mean no good."""

import threading

import numpy as np
import PIL.Image
import pytest

import gradio as gr
from gradio.caching.serving.lookup import decoding, preprocessed
from support.listeners import upload_file


@pytest.fixture
def picture(tmp_path):
    def make(value, side=200):
        path = tmp_path / f"{value}.png"
        PIL.Image.new("RGB", (side, side), (value, 0, 0)).save(path)
        return path

    return make


def red(image: np.ndarray) -> str:
    return str(image[0, 0, 0])


@pytest.fixture
def app(serve):
    cached = gr.cache(red)
    cached.cache.clear()
    with gr.Blocks() as demo:
        given, out = gr.Image(), gr.Textbox()
        given.upload(cached, given, out)
    return serve(demo)


@pytest.fixture
def decoded(monkeypatch):
    """The threads in which pictures were decoded."""
    threads, preprocess = [], gr.Image.preprocess

    def noting(self, payload):
        threads.append(threading.current_thread())
        return preprocess(self, payload)

    # As one of Gradio's own: else requests are not recognised.
    noting.__module__ = preprocess.__module__
    monkeypatch.setattr(gr.Image, "preprocess", noting)
    return threads


def budget(monkeypatch, size):
    monkeypatch.setattr(preprocessed, "MOST_BYTES", size)


def test_what_fits_the_budget_is_decoded_once_and_answered_ahead(app, picture, decoded):
    given = upload_file(app, picture(1))
    runs = [app.run(red, given) for _ in range(3)]
    assert [r.data for r in runs] == [["1"]] * 3
    assert [r.used for r in runs] == [None, "full", "full"]
    assert len(decoded) == 1


@pytest.mark.parametrize("unknown", ["too large", "can't be told"])
def test_what_is_not_decoded_ahead_is_decoded_in_its_run_and_then_known(
    app, picture, decoded, monkeypatch, unknown
):
    if unknown == "too large":
        budget(monkeypatch, 1000)
    else:
        monkeypatch.setattr(decoding, "_decoded", lambda *_: None)
    given = upload_file(app, picture(2))
    runs = [app.run(red, given) for _ in range(3)]
    assert [r.data for r in runs] == [["2"]] * 3
    assert [r.used for r in runs] == [None, "full", "full"]
    assert len(decoded) == 1
    # Equal content of another name is found inside the run.
    other = upload_file(app, picture(2).rename(picture(2).with_name("other.png")))
    assert app.run(red, other).used in ("full", "partial")


def test_many_at_once_are_all_answered_with_their_own(app, picture, monkeypatch):
    budget(monkeypatch, 2 * 200 * 200 * 12)
    given = [upload_file(app, picture(i)) for i in range(1, 13)]
    sessions = [app.session() for _ in given]
    for one, session in zip(given, sessions, strict=True):
        app.join(red, one, session=session)
    for i, session in enumerate(sessions, start=1):
        with app.listen(session) as stream:
            message = stream.until("process_completed")
        assert message["output"]["data"] == [str(i)]


def test_nothing_is_fetched_ahead_of_the_queue(app, decoded):
    address = {"path": "http://127.0.0.1:1/a.png", "meta": {"_type": "gradio.FileData"}}
    run = app.run(red, address)
    assert not run.success
    assert decoded == []


def test_a_broken_picture_fails_as_without_a_cache(app, tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 100)
    run = app.run(red, upload_file(app, path))
    assert not run.success


def test_values_of_inputs_that_were_not_decoded_ahead_are_left_in_the_session(
    serve, picture, monkeypatch
):
    budget(monkeypatch, 1000)

    @gr.cache
    def size(image):
        return str(image.shape)

    with gr.Blocks() as demo:
        given, out = gr.Image(), gr.Textbox()
        given.upload(size, given, out)
    app = serve(demo)
    image = upload_file(app, picture(3))
    for session in ("one", "two"):
        assert app.run(size, image, session=session).success
        state = app.demo._queue.blocks.state_holder[session]
        value = state.config_values[given._id]["props"]["value"]
        assert value["orig_name"] == "3.png"
