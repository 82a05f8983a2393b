from types import SimpleNamespace

import pytest

import gradio as gr
from gradio.caching.entry import MISS
from gradio.caching.serving.replay.addresses import PLACEHOLDER
from gradio.caching.serving.replay.responses import (
    load,
    load_with_entry,
    names_many_files,
    store,
    values_left,
)
from gradio.caching.wrapping import engine_of
from support.queued import event_of

STEPS = [["a"]]


class App:
    """A listener of a cached function, and the entry of one call of it."""

    def __init__(self, listeners=1, **settings):
        fn = gr.cache(lambda text: text * 2, **settings)
        with gr.Blocks() as self.demo:
            given, out = gr.Textbox(), gr.JSON()
            for _ in range(listeners):
                gr.Button().click(fn, given, out)
        self.queue = SimpleNamespace(blocks=self.demo)
        self.engine = engine_of(fn)
        fn("a")
        self.key = self.engine.key_of(("a",), {})

    @property
    def entry(self):
        return self.engine.lookup(self.key)

    def event(self, listener=0, session="s", **body):
        return event_of(self.demo.fns[listener], "a", session=session, **body)

    def store(self, event, steps=STEPS, left=()):
        store(self.queue, event, self.engine, self.key, steps, dict(left))

    def change_output(self, session="s"):
        out = self.demo.fns[0].outputs[0]
        blocks = self.demo.state_holder[session].blocks_config.blocks
        blocks[out._id] = gr.JSON(render=False)


@pytest.fixture
def app():
    return App()


def file(path):
    return {"path": str(path), "meta": {"_type": "gradio.FileData"}}


def test_what_was_sent_is_what_an_equal_event_is_sent(app):
    app.store(app.event(), left={7: ["left"]})
    response = load(app.entry, app.event(session="t"))
    assert list(response.media.steps) == STEPS
    assert response.values == {7: ["left"]}


def test_nothing_was_sent_yet(app):
    assert load(app.entry, app.event()) is None
    assert load_with_entry(app.event(), app.engine, app.key) == (app.entry, None)


def test_there_may_be_no_entry_any_more(app):
    app.engine.cache.clear()
    app.store(app.event())
    assert load_with_entry(app.event(), app.engine, app.key) == (MISS, None)


def test_each_form_of_an_answer_is_kept():
    app = App(listeners=2)
    forms = [(0, False), (0, True), (1, False)]
    for i, (listener, simple) in enumerate(forms):
        app.store(app.event(listener, simple_format=simple), [[i]])
    for i, (listener, simple) in enumerate(forms):
        event = app.event(listener, simple_format=simple)
        assert list(load(app.entry, event).media.steps) == [[i]]


def test_of_many_forms_the_least_recently_used_goes():
    app = App(listeners=9)
    for listener in range(8):
        app.store(app.event(listener))
    assert load(app.entry, app.event(0)) is not None
    size = app.entry.size
    app.store(app.event(8))
    assert app.entry.size == size
    known = [load(app.entry, app.event(i)) is not None for i in range(9)]
    assert known == [True, False] + [True] * 7


def test_a_session_with_components_of_its_own_leaves_nothing(app):
    app.change_output()
    app.store(app.event())
    assert app.entry.responses == {}
    app.store(app.event(session="t"))
    assert len(app.entry.responses) == 1


def test_a_run_that_sent_nothing_leaves_nothing(app):
    app.store(app.event(), [])
    assert app.entry.responses == {}


def test_what_a_session_goes_on_to_change_is_copied(app):
    left = ["left"]
    app.store(app.event(), left={7: left})
    left.append("changed")
    assert load(app.entry, app.event()).values == {7: ["left"]}


def test_a_response_counts_with_its_entry_and_once(app):
    alone = app.entry.size
    app.store(app.event(), [["x" * 10_000]])
    size = app.entry.size
    assert size > alone + 10_000
    app.store(app.event(), [["x" * 10_000]])
    assert app.entry.size == size
    app.store(app.event(), STEPS)
    assert alone < app.entry.size < size - 9000


def test_a_response_that_is_too_large_does_not_push_its_entry_out():
    app = App(max_memory="4kb")
    alone = app.entry.size
    app.store(app.event(), [["x" * 10_000]])
    assert app.entry.responses == {}
    assert app.entry.size == alone


@pytest.mark.parametrize("change", ["rewritten", "gone"])
def test_a_response_whose_file_is_another_is_not_sent(app, tmp_path, change):
    path = tmp_path / "a.txt"
    path.write_text("a")
    app.store(app.event(), [[file(path)]])
    assert load(app.entry, app.event()) is not None
    if change == "gone":
        path.unlink()
    else:
        path.write_text("other")
    assert load(app.entry, app.event()) is None


def test_outputs_that_need_an_address_are_known(app):
    app.store(app.event(), [["a", {"url": f"{PLACEHOLDER}/file=a"}], ["b", "c"]])
    assert load(app.entry, app.event()).addressed == {1}


def test_many_files_are_told_before_any_is_looked_at(app, tmp_path):
    paths = [tmp_path / f"{i}.txt" for i in range(9)]
    for path in paths:
        path.write_text("a")
    assert not names_many_files(app.entry)
    app.store(app.event(), [list(map(file, paths[:8]))])
    assert not names_many_files(app.entry)
    app.store(app.event(), [list(map(file, paths))])
    assert names_many_files(app.entry)
    assert not names_many_files(MISS)


def test_what_a_run_left_in_its_session_is_found(app):
    out = app.demo.fns[0].outputs[0]
    config = app.demo.state_holder["s"].config_values
    config[out._id] = {"props": {"value": "left"}}
    assert values_left(app.queue, app.event()) == {out._id: "left"}
    # One that has no value of its own yet has none to leave.
    config[out._id] = {"props": {}}
    assert values_left(app.queue, app.event()) == {}
