"""An app that is reloaded answers with its new functions and components."""

import pytest

import gradio as gr
from gradio.utils import BaseReloader


class Reloader(BaseReloader):
    def __init__(self, app):
        self._app = app

    @property
    def running_app(self):
        return self._app


def older(text):
    return f"older {text}"


def newer(text):
    return f"newer {text}"


def steps_of(fn):
    def steps(text):
        yield fn(text)
        yield fn(text) * 2

    return steps


def number(text):
    return 3.75


def blocks_of(fn, is_cached, out=gr.Textbox, **settings):
    with gr.Blocks() as demo:
        given = gr.Textbox()
        used = gr.cache()(fn) if is_cached else fn
        given.submit(used, given, out(**settings), api_name="fn")
    return demo


def reload(app, demo):
    Reloader(app.demo.app).swap_blocks(demo)


def answers(serve, is_cached, before, after):
    app = serve(blocks_of(*before[:1], is_cached, **before[1]))
    sessions = ["old", "old", None, None]
    for session in sessions:
        app.run("fn", "a", session=session)
    reload(app, blocks_of(*after[:1], is_cached, **after[1]))
    runs = [app.run("fn", "a", session=session) for session in sessions]
    return [run.seen() for run in runs], runs


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((older, {}), (newer, {})),
        ((steps_of(older), {}), (steps_of(newer), {})),
        ((older, {}), (steps_of(newer), {})),
        ((number, {"out": gr.Number}), (number, {"out": gr.Number, "precision": 0})),
        ((number, {"out": gr.Number}), (number, {"out": gr.Textbox})),
    ],
)
def test_a_reloaded_app_answers_as_without_a_cache(serve, before, after):
    expected, _ = answers(serve, False, before, after)
    found, runs = answers(serve, True, before, after)
    assert found == expected
    assert runs[-1].used == "full"


def test_what_began_before_a_reload_ends_as_it_began(serve, gate):
    @gr.cache
    def fn(text):
        gate.wait()
        return f"older {text}"

    app = serve(blocks_of(fn, False))
    events = [app.join("fn", "a", session=f"s{i}") for i in range(2)]
    gate.until_reached()
    reload(app, blocks_of(newer, True))
    assert app.run("fn", "a").data == ["newer a"]
    gate.open()
    for i, event in enumerate(events):
        with app.listen(f"s{i}") as stream:
            completed = stream.until("process_completed")
        assert completed["event_id"] == event
        assert completed["output"]["data"] == ["older a"]
