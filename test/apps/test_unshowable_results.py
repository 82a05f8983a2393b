"""A result that Gradio can't show fails as without a cache, and nobody blames it."""

import pytest

import gradio as gr
from gradio.caching.serving.replay import replay


def app_of(fn):
    with gr.Blocks() as demo:
        given, result = gr.Textbox(), gr.Number(precision=0)
        given.submit(fn, given, result, api_name="measure")
    return demo


def measure(text):
    return text


def measures(text):
    yield 1
    yield text


async def measured(text):
    return [text]


@pytest.fixture(autouse=True)
def every_failure_is_logged(monkeypatch):
    monkeypatch.setattr("gradio.caching.errors._logged.first", lambda subject: True)


@pytest.mark.parametrize("fn", [measure, measures, measured])
def test_the_error_is_the_one_of_a_run(serve, fn, caplog, capfd):
    cached = gr.cache(fn)
    if fn is measures:
        assert list(cached("many")) == [1, "many"]
    plain = serve(app_of(fn), show_error=True)
    app = serve(app_of(cached), show_error=True)
    expected = plain.run("measure", "many")
    assert not expected.success
    assert capfd.readouterr().err.count("Traceback") >= 1
    for _ in range(3):
        run = app.run("measure", "many")
        assert run.completed["output"]["error"] == expected.completed["output"]["error"]
        assert "Traceback" in capfd.readouterr().err
    assert "The cache failed" not in caplog.text


def greets(text):
    gr.Info("Hello")
    return text


def test_its_toasts_are_shown_once(serve):
    app = serve(app_of(gr.cache(greets)))
    for _ in range(3):
        assert [toast["log"] for toast in app.run("measure", "many").of("log")] == [
            "Hello"
        ]


def test_a_failure_of_the_cache_is_logged_when_the_run_does_better(
    serve, caplog, monkeypatch
):
    app = serve(app_of(gr.cache(lambda text: len(text))))
    assert app.run("measure", "many").data == [4]

    async def fails(*_):
        raise RuntimeError("of the cache")

    monkeypatch.setattr(replay, "_process", fails)
    monkeypatch.setattr("gradio.caching.serving.replay.responses.load", lambda *_: None)
    assert app.run("measure", "many").data == [4]
    assert "The cache failed in answering an event" in caplog.text
