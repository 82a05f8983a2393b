"""An app that is closed stops answering; launched again, it answers as before."""

import pytest

import gradio as gr
from gradio.caching.serving import hooks
from gradio.caching.serving.queueing.pace import UNREAD
from support.listeners import blocks_of, until


def answered(app):
    """The events that are being answered outside the queue."""
    return [event for event, _ in hooks._caches[app.queue].tasks.items()]


def replaying(gate):
    @gr.cache
    def fn(text):
        for i in range(2 * UNREAD):
            yield f"{text}{i}"

    list(fn("a"))
    return fn, lambda: None


def following(gate):
    @gr.cache
    def fn(text):
        gate.wait()
        return text

    return fn, gate.until_reached


def looking_up(gate):
    @gr.cache(key=lambda arguments: (gate.wait(), arguments["text"])[1])
    def fn(text):
        return text

    return fn, gate.until_reached


@pytest.mark.parametrize("make", [replaying, following, looking_up])
def test_what_is_answered_stops_with_the_queue(serve, gate, make):
    fn, until_reached = make(gate)
    app = serve(blocks_of(fn))
    for i in range(3):
        app.join(fn, "a", session=f"s{i}")
    until_reached()
    until(lambda: answered(app))
    app.queue.close()
    until(lambda: not answered(app))
    # As without a cache, a client that still reads is told.
    with app.listen("s0") as stream:
        assert stream.until("unexpected_error")["message"]


@pytest.mark.parametrize("make", [replaying, following, looking_up])
def test_an_app_that_is_launched_again_answers(serve, gate, make):
    fn, until_reached = make(gate)
    demo = blocks_of(fn)
    app = serve(demo)
    app.join(fn, "a", session="s")
    app.join(fn, "a", session="t")
    until_reached()
    demo.close(verbose=False)
    again, other = serve(demo), serve(blocks_of(fn))
    gate.open()
    for each in (again, other):
        assert each.run(fn, "a").success
        assert each.run(fn, "a").used == "full"
        assert not answered(each)
