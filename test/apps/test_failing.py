"""Errors of functions, and failures of the cache, in an app."""

import os
import threading

import pytest

import gradio as gr
from support.listeners import blocks_of
from support.shouting import shout, works


@pytest.mark.parametrize("show_error", [True, False])
@pytest.mark.parametrize(
    "kind", ["error", "gr.Error", "generator", "key", "inputs", "output"]
)
def test_an_error_is_shown_as_without_a_cache(serve, kind, show_error):
    def fails(text):
        raise ValueError("no") if kind == "error" else gr.Error("no", title="T")

    def fails_later(text):
        yield text
        raise ValueError("no")

    def fine(text):
        return text

    fine_kinds = dict.fromkeys(["key", "inputs", "output"], fine)
    fn = {"generator": fails_later, **fine_kinds}.get(kind, fails)
    settings = {}
    if kind == "key":
        settings["key"] = lambda kwargs: fails(kwargs["text"])

    def run_uncached(text):
        return fails(text)

    plain = run_uncached if kind == "key" else fn
    with gr.Blocks() as demo:
        given = gr.Dropdown(["a"]) if kind == "inputs" else gr.Textbox()
        result = gr.Textbox()
        # Too few values for them.
        outputs = [result] * (2 if kind == "output" else 1)
        given.change(plain, given, outputs, api_name="plain")
        given.change(gr.cache(fn, **settings), given, outputs, api_name="cached")
        text = gr.Textbox()
        text.submit(shout, text, text, api_name="shout")
    app = serve(demo, show_error=show_error)
    expected = app.run("plain", "wrong").seen()
    assert not expected[-1]["success"]
    for _ in range(2):
        run = app.run("cached", "wrong")
        assert run.seen() == expected
        assert run.used is None
    assert works(app)


def test_an_error_costs_no_slot(serve):
    @gr.cache
    def fails(text):
        raise ValueError(text)

    app = serve(blocks_of(fails, shout, concurrency_id="all", concurrency_limit=1))
    for i in range(5):
        assert not app.run(fails, str(i)).success
    assert works(app)


def test_an_argument_without_content_runs_uncached(serve):
    runs = []

    def make(_):
        return threading.Lock()

    @gr.cache
    def use(lock):
        runs.append(lock)
        return str(len(runs))

    with gr.Blocks() as demo:
        given, result = gr.Textbox(), gr.Textbox()
        lock = gr.State(None)
        given.submit(make, given, lock)
        given.change(use, lock, result)
    app = serve(demo)
    app.run(make, "", session="s")
    answers = [app.run(use, None, session="s") for _ in range(2)]
    assert [a.data for a in answers] == [["1"], ["2"]]
    assert [a.used for a in answers] == [None, None]


def test_a_failure_inside_the_cache_breaks_no_event(serve, monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError

    app = serve(blocks_of(shout))
    serving = "gradio.caching.serving"
    for part in (
        f"{serving}.known_answers.request_digest",
        f"{serving}.lookup.lookup.Lookups.find",
        f"{serving}.known_answers.load_with_entry",
        f"{serving}.replay.hits.store",
        f"{serving}.replay.hits.replay",
        f"{serving}.hooks._cache_of",
        f"{serving}.queue_cache.QueueCache.observe",
    ):
        with monkeypatch.context() as patch:
            patch.setattr(part, broken)
            for text in ("a", "b"):
                assert app.run(shout, text).success, part
    assert works(app)


def test_files_of_a_result_that_vanished_are_made_again(serve, tmp_path):
    runs = []

    @gr.cache
    def write(text):
        runs.append(text)
        path = tmp_path / f"{text}.txt"
        path.write_text(text)
        return str(path)

    with gr.Blocks() as demo:
        given, result = gr.Textbox(), gr.File()
        given.submit(write, given, result, api_name="write")
    app = serve(demo)

    def content():
        run = app.run(write, "a")
        return run.used, app.http.get(run.data[0]["url"]).text

    assert [content() for _ in range(3)] == [(None, "a"), ("full", "a"), ("full", "a")]
    served = app.run(write, "a").data[0]["path"]
    (tmp_path / "a.txt").unlink()
    assert content() == (None, "a")
    os.remove(served)
    used, text = content()
    assert text == "a"
    assert used == "full"
    assert runs == ["a", "a"]
