"""An app that is started again answers from its store, before the queue."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

import gradio as gr
from support.restarts import Runs, starting

RUNS = Runs()


@pytest.fixture
def start(serve, monkeypatch):
    return starting(serve, monkeypatch, RUNS)


def shout(text):
    RUNS.append(text)
    gr.Info("shouting")
    return text.upper()


def draw(size):
    RUNS.append(size)
    return np.full((int(size), 8, 3), 200, np.uint8)


def count(upto):
    RUNS.append(upto)
    for number in range(int(upto)):
        yield str(number)


def app_of(fn, output, **settings):
    with gr.Blocks() as demo:
        given = gr.Textbox()
        cached = gr.cache(fn, **settings)
        given.submit(cached, given, output(), api_name="f")
    return demo


@pytest.mark.parametrize(
    ("fn", "output"), [(shout, gr.Textbox), (draw, gr.Image), (count, gr.Textbox)]
)
def test_an_entry_from_before_answers_before_the_queue(start, tmp_path, fn, output):
    def make():
        return app_of(fn, output, store=tmp_path / "cache")

    first = start(make).run("f", "16")
    assert first.used is None
    shutil.rmtree(tmp_path / "uploads", ignore_errors=True)
    app = start(make)
    again = app.run("f", "16")
    assert again.used == "full"
    assert not again.of("process_starts")
    assert len(RUNS) == 1
    assert len(again.of("log")) == len(first.of("log"))
    assert app.run("f", "17").used is None
    if fn is draw:
        served = app.http.get(again.data[0]["url"])
        assert served.status_code == 200
        assert served.content
    else:
        assert again.data == first.data


def test_for_a_whole_app_no_code_is_touched(start, tmp_path, monkeypatch):
    monkeypatch.setenv("GRADIO_CACHE_STORE", str(tmp_path / "cache"))
    start(lambda: app_of(shout, gr.Textbox)).run("f", "a")
    assert start(lambda: app_of(shout, gr.Textbox)).run("f", "a").used == "full"
    assert RUNS == ["a"]


def test_what_asks_who_calls_stays_in_memory(start, tmp_path):
    def greet(text, request: gr.Request):
        RUNS.append(text)
        return f"{text} {request.username}"

    def make():
        return app_of(greet, gr.Textbox, store=tmp_path / "cache")

    with pytest.warns(UserWarning, match="memory alone.*who calls it"):
        start(make).run("f", "a")
    start(make).run("f", "a")
    assert RUNS == ["a", "a"]
    assert not list(tmp_path.rglob("*.m"))


def chatter(message, history):
    RUNS.append(message)
    return f"{len(history)} {message}"


def chatter_in_steps(message, history):
    RUNS.append(message)
    for end in range(1, 4):
        yield f"{len(history)} {message}"[:end]


@pytest.mark.parametrize("fn", [chatter, chatter_in_steps])
def test_a_chat_goes_on_before_the_queue(start, tmp_path, fn):
    def make():
        cached = gr.cache(fn, store=tmp_path / "cache")
        return gr.ChatInterface(cached, api_name="chat")

    def talk():
        app = start(make)
        session = app.session()
        return [app.run("chat", text, None, session=session) for text in "ab"]

    first, again = talk(), talk()
    assert [run.used for run in first + again] == [None, None, "full", "full"]
    assert not any(run.of("process_starts") for run in again)
    assert [run.seen() for run in again] == [run.seen() for run in first]
    assert RUNS == ["a", "b"]
