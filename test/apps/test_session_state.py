"""A session that had only hits has the state that it would have without a cache."""

import pytest

import gradio as gr
from gradio.caching.serving import hooks


def app_of(fn):
    with gr.Blocks() as demo:
        given, result, other = gr.Textbox(), gr.Textbox(), gr.Number(value=7)
        given.submit(fn, given, result, api_name="shout")
        gr.DeepLinkButton()
        given.input(lambda: 8, None, other, api_name="change")
    return demo


def shout(text):
    return text.upper()


def first(texts):
    yield texts[:1]
    yield texts


def shared(app, session):
    """What a link to the session shows: the values of its components."""
    link = app.http.get("gradio_api/deep_link", params={"session_hash": session}).json()
    if not link:
        return None
    config = app.http.get("config", params={"deep_link": link}).json()
    assert config["deep_link_state"] == "valid"
    return [
        c["props"].get("value")
        for c in config["components"]
        if c["type"] in ("textbox", "number")
    ]


@pytest.fixture(params=[shout, first], ids=["function", "generator"])
def fn(request):
    return request.param


def test_a_link_to_a_session_with_hits_alone_shows_what_it_shows(serve, fn):
    plain, cached = serve(app_of(fn)), serve(app_of(gr.cache(fn)))
    for app in (plain, cached):
        app.run("shout", "abc", session="first")
    for text in ("abc", "abc"):
        for app in (plain, cached):
            run = app.run("shout", text, session="second")
        assert run.used == "full"
    assert "second" not in cached.demo.state_holder.session_data
    expected = shared(plain, "second")
    assert expected == shared(cached, "second")
    assert expected[0] == "abc"
    assert shared(plain, "unknown") is None
    assert shared(cached, "unknown") is None


def test_a_link_is_of_the_last_hit_and_of_what_ran_since(serve):
    plain, cached = serve(app_of(shout)), serve(app_of(gr.cache(shout)))
    for app in (plain, cached):
        for text in ("abc", "abcd"):
            app.run("shout", text, session="first")
        app.run("shout", "abc", session="second")
        app.run("shout", "abcd", session="second")
        assert shared(app, "second") == ["abcd", "ABCD", 7]
        app.run("shout", "abc", session="second")
        app.run("change", session="second")
        assert shared(app, "second") == ["abc", "ABC", 8]


def test_a_client_that_comes_back_has_what_it_had(serve):
    """As a page does whose computer was asleep: Gradio keeps its state."""
    app = serve(app_of(gr.cache(shout)))
    app.run("shout", "abc", session="first")
    app.run("shout", "abc", session="second")
    hooks.on_session_ended(app.queue, "second")
    assert shared(app, "second") == ["abc", "ABC", 7]


def test_a_link_asked_for_while_an_answer_is_awaited(serve, gate):
    @gr.cache
    def slow(text):
        gate.wait()
        return text

    app = serve(app_of(slow))
    app.join("shout", "abc", session="one")
    gate.until_reached()
    # Known by its request, the second follows without a look-up.
    app.join("shout", "abc", session="two")
    assert shared(app, "two")[0] == "abc"
    gate.open()
