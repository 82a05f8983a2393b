"""A queue that has nothing to do, and is told when it has."""

import pytest

import gradio as gr
from gradio.caching.serving import hooks


@pytest.fixture
def for_ever(monkeypatch):
    """Nothing is found by looking for it from time to time."""
    monkeypatch.setattr(hooks, "_IDLE_SECONDS", 3600.0)


def plain(text):
    return text * 2


@pytest.mark.usefixtures("for_ever")
def test_whatever_enters_the_queue_is_found(serve):
    cached = gr.cache(lambda text: text.upper())
    cached.__name__ = "cached"
    with gr.Blocks() as demo:
        given, out = gr.Textbox(), gr.Textbox()
        gr.Button().click(cached, given, out, api_name="cached")
        gr.Button().click(plain, given, out)
        gr.Button().click(
            lambda text: "validated",
            given,
            out,
            validator=lambda text: gr.validate(True, ""),
            api_name="validated",
        )
    app = serve(demo)
    for number in range(3):
        assert app.run("cached", f"a{number}").data == [f"A{number}"]
        assert app.run(plain, "a").data == ["aa"]
        assert app.run("validated", "a").data == ["validated"]
    assert app.client().predict("a", api_name="/plain") == "aa"
