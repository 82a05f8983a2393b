import asyncio
from types import SimpleNamespace

import pytest

import gradio as gr
from gradio.caching.decorator import engine_of
from gradio.caching.entry import MISS, Entry
from gradio.caching.serving.lookup import NOTHING, Lookups, values_in
from gradio.data_classes import PredictBodyInternal
from gradio.queueing import Event


class App:
    """Blocks with one listener, and events of it that nobody has sent."""

    def __init__(self, fn, *inputs):
        with gr.Blocks() as self.demo:
            self.inputs = inputs or (gr.Textbox(),)
            for component in self.inputs:
                component.unrender()
                component.render()
            out = gr.Textbox()
            gr.Button().click(fn, list(self.inputs), out)
        self.fn = self.demo.fns[0]
        self.queue = SimpleNamespace(blocks=self.demo)

    def find(self, *data, session="s"):
        request = SimpleNamespace(headers={}, query_params={})
        event = Event(session, self.fn, request, None)
        event.data = PredictBodyInternal(
            data=list(data), fn_index=0, session_hash=session
        )
        event.data.request = request
        engine = engine_of(self.fn.fn)

        async def main():
            return await Lookups(self.queue).find(event, engine)

        return asyncio.run(main())


def test_a_miss_tells_what_the_run_needs():
    app = App(gr.cache(lambda text: text.upper()))
    found = app.find("a")
    assert found.entry is MISS
    assert found.ticket is not None
    assert found.inputs == ["a"]
    assert found.reservation is not None


def test_what_was_computed_is_found():
    app = App(gr.cache(lambda text: text.title()))
    assert app.fn.fn("abc") == "Abc"
    found = app.find("abc")
    assert isinstance(found.entry, Entry)
    assert found.entry.value == "Abc"


def test_the_function_is_not_run():
    runs = []
    app = App(gr.cache(lambda text: runs.append(text)))
    app.find("a")
    assert runs == []


@pytest.mark.parametrize("broken", ["key", "preprocess"])
def test_any_failure_finds_nothing(broken, monkeypatch):
    def fails(*_):
        raise ValueError("no")

    settings = {"key": fails} if broken == "key" else {}
    app = App(gr.cache(lambda text: text * 2, **settings))
    if broken == "preprocess":
        monkeypatch.setattr(gr.Textbox, "preprocess", fails)
    assert app.find("a") is NOTHING


def test_inputs_with_a_state_are_not_handed_to_the_run():
    with gr.Blocks():
        state = gr.State([])
    app = App(gr.cache(lambda state: len(state)), state)
    found = app.find(None)
    assert found.ticket is not None
    assert found.inputs is None


def test_the_values_of_components_are_copies():
    value = ["a"]
    block = SimpleNamespace(_id=1)
    state = SimpleNamespace(config_values={1: {"props": {"value": value}}})
    values = values_in(state, [block, SimpleNamespace(_id=2)])
    assert values == {1: ["a"]}
    assert values[1] is not value
