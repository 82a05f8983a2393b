from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest

import gradio as gr
from gradio.caching.serving import portable_variant
from gradio.caching.serving.portable_variant import portable_variant_of


def variant(outputs=None, fn=lambda x: x, simple=False, before=0, **settings):
    """Of the only listener of an app, with some components before it."""
    with gr.Blocks() as demo:
        for _ in range(before):
            gr.Textbox()
        box = gr.Textbox()
        box.change(fn, box, (outputs or gr.Label)(), **settings)
    (listener,) = demo.fns.values()
    return portable_variant_of(
        SimpleNamespace(fn=listener, data=SimpleNamespace(simple_format=simple))
    )


def test_depends_on_no_ids():
    assert variant() == variant(before=3) is not None


@pytest.mark.parametrize(
    "change",
    [
        {"outputs": gr.Textbox},
        {"outputs": lambda: gr.Label(num_top_classes=2)},
        {"outputs": lambda: gr.Label(value={"a": 1})},
        {"simple": True},
        {"api_name": "other"},
        {"postprocess": False},
    ],
    ids=str,
)
def test_depends_on_all_that_forms_an_answer(change):
    assert variant(api_name="f") != variant(**{"api_name": "f", **change})


def test_depends_on_the_version_of_gradio(monkeypatch):
    now = variant()
    monkeypatch.setattr(portable_variant, "get_package_version", lambda: "0.0")
    assert variant() != now


def test_a_component_that_holds_others_depends_on_no_ids():
    def dataset():
        return gr.Dataset(components=[gr.Textbox()], samples=[["a"]])

    assert variant(dataset) == variant(dataset, before=1) is not None


@pytest.mark.parametrize("value", [object(), threading.Lock()])
def test_what_no_other_process_can_tell_has_none(value, monkeypatch):
    monkeypatch.setattr(gr.Label, "get_config", lambda self: {"held": value})
    assert variant() is None
