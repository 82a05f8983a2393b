"""What of a `gr.Cache` counts as a hit of its event."""
# ruff: noqa: B008

import asyncio
import contextlib

import pytest

import gradio as gr
from support.listeners import blocks_of


def helper(text, c):
    with contextlib.suppress(Exception):
        c.get(text)
        raise RuntimeError("after the lookup")


@pytest.mark.parametrize("listener", [{}, {"concurrency_limit": None}])
def test_a_hit_in_a_helper_that_swallows_exceptions_is_reported(serve, listener):
    def handler(text, c=gr.Cache()):
        helper(text, c)
        c.set(text, result=text)
        return text

    app = serve(blocks_of(handler, **listener))
    runs = [app.run("handler", "a") for _ in range(2)]
    assert [run.used for run in runs] == [None, "partial"]


def test_a_hit_in_a_thread_of_the_handler_is_reported(serve):
    async def handler(text, c=gr.Cache()):
        await asyncio.to_thread(helper, text, c)
        c.set(text, result=text)
        return text

    app = serve(blocks_of(handler))
    runs = [app.run("handler", "a") for _ in range(2)]
    assert [run.used for run in runs] == [None, "partial"]


def test_a_handler_that_fails_after_a_hit_shows_its_error(serve):
    def handler(text, c=gr.Cache()):
        if c.get(text):
            raise gr.Error("on purpose")
        c.set(text, x=1)
        return text

    app = serve(blocks_of(handler))
    assert app.run("handler", "a").success
    failed = app.run("handler", "a")
    assert not failed.success
    assert "on purpose" in str(failed.completed["output"])


def test_looking_for_a_prefix_is_no_hit(serve):
    def complete(text, states=gr.Cache()):
        best = states.longest_prefix(text)
        if text.endswith("!"):
            return str(best)
        state = states.get(best)["state"] if best else ""
        states.set(text, state=state + text[len(state) :])
        return f"{best}+{text[len(state) :]}"

    app = serve(blocks_of(complete))
    runs = [app.run("complete", text) for text in ("ab", "abcd", "abcd!", "x!")]
    assert [(run.data[0], run.used) for run in runs] == [
        ("None+ab", None),
        ("ab+cd", "partial"),
        ("abcd", None),
        ("None", None),
    ]


def test_prefixes_of_sessions(serve):
    def complete(text, states=gr.Cache(per_session=True)):
        best = states.longest_prefix(text)
        states.set(text, x=1)
        return str(best)

    app = serve(blocks_of(complete))
    one, other = app.session(), app.session()
    for session, text, best in [
        (one, "a", "None"),
        (one, "ab", "a"),
        (other, "abc", "None"),
        (other, "abc", "abc"),
        (one, "abc", "ab"),
    ]:
        assert app.run("complete", text, session=session).data == [best]
