"""Gradio's components and the data of its events."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

import gradio as gr
from gradio.caching.hashing import digest
from gradio.caching.snapshot import snapshot
from gradio.context import LocalContext
from gradio.events import EventData


def test_components_count_as_what_they_are_in_the_app():
    one, other = gr.Textbox(), gr.Textbox()
    assert digest(one) == digest(one)
    assert digest(one) != digest(other)


@pytest.fixture
def page():
    """The components of the page of the event that is being processed."""
    config = SimpleNamespace(blocks={})
    context = LocalContext.blocks_config, LocalContext.in_event_listener
    tokens = [v.set(value) for v, value in zip(context, (config, True), strict=True)]
    yield config.blocks
    for variable, token in zip(context, tokens, strict=True):
        variable.reset(token)


@pytest.mark.parametrize("kind", [gr.HTML, gr.Textbox, gr.Image])
def test_components_in_a_history_count_by_what_they_were_made_of(kind, page):
    assert digest([kind("a")]) == digest([kind("a")])
    assert digest([kind("a")]) != digest([kind("b")])
    assert digest([kind("a")]) != digest([kind("a", visible=False)])
    assert digest([kind("a")]) != digest([gr.Markdown("a")])


def test_a_session_s_own_component_of_the_page_is_what_it_is(page):
    one, other = gr.HTML("a"), gr.HTML("a")
    page.update({block._id: block for block in (one, other)})
    assert digest(one) != digest(other)


def test_a_component_of_the_page_counts_as_it_was_changed(page):
    one, of_session = gr.HTML("a"), gr.HTML("b")
    one.value, of_session.value = "a", "b"
    page[one._id] = one
    first = digest(one)
    one.value = "b"
    assert digest(one) != first
    one.value = "a"
    assert digest(one) == first
    of_session._id = one._id
    page[one._id] = of_session
    assert digest(of_session) != first


def test_event_data_counts_by_its_content():
    box = gr.Textbox()

    def data(index, target=box):
        return EventData(target, {"index": index, "value": "v"})

    assert digest(data(1)) == digest(data(1))
    assert digest(data(1)) != digest(data(2))
    assert digest(data(1)) != digest(data(1, gr.Textbox()))


def test_select_data_counts_by_its_content():
    box = gr.Textbox()

    def data(index):
        return gr.SelectData(box, {"index": index, "value": "v"})

    assert digest(data([0, 1])) == digest(data([0, 1]))
    assert digest(data([0, 1])) != digest(data([1, 0]))
    assert digest(data(1)) != digest(EventData(box, {"index": 1, "value": "v"}))


def test_a_component_as_a_result_is_copied_with_what_it_was_made_with():
    choices = ["a"]
    box = gr.Dropdown(choices=choices, value="a")
    copy = snapshot(box)
    assert type(copy) is gr.Dropdown
    assert copy is not box
    copy.constructor_args["choices"].append("b")
    assert box.constructor_args["choices"] == choices == ["a"]


def test_components_as_results_are_cached():
    runs = []

    @gr.cache
    def fn(x):
        runs.append(x)
        return gr.Textbox(value=x, visible=False), gr.update(value=x)

    for _ in range(2):
        box, update = fn("a")
        assert box.constructor_args == {"value": "a", "visible": False}
        update.pop("value")
    assert runs == ["a"]


def test_components_of_the_page_stay_themselves_in_results():
    with gr.Blocks():
        box = gr.Textbox()

    @gr.cache
    def fn(x):
        return {box: x}

    assert [fn("a")[box] for _ in range(2)] == ["a", "a"]
