import ast
import inspect
import textwrap

import pytest

import gradio as gr
from gradio.blocks import Block
from gradio.caching.serving.lookup.components import (
    READ_BY_PREPROCESS,
    is_gradio_s_own,
    read_by_preprocess,
)
from gradio.caching.serving.repeatable import is_repeatable
from gradio.components.base import Component, ComponentBase

# What `preprocess` calls on itself, and what it reads that is the same for ever.
_CONSTANT = {
    "GRADIO_CACHE",
    "_format",
    "_preprocess_content",
    "_process_single_file",
    "convert_to_type",
    "default_formatter",
    "raise_if_out_of_bounds",
    "round_to_precision",
}


def known_and_unknown():
    classes = [c for c in vars(gr).values() if inspect.isclass(c)]
    return sorted({c for c in classes if issubclass(c, Component)}, key=str)


def attributes_of_self(function):
    tree = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(function))))
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
    }


def read_by(cls):
    """What `preprocess` reads, and what the methods do that it calls."""
    read, todo = set(), ["preprocess"]
    while todo:
        found = attributes_of_self(getattr(cls, todo.pop()))
        todo += [n for n in found - read if inspect.isfunction(getattr(cls, n, None))]
        read |= found
    return read


@pytest.mark.parametrize("cls", READ_BY_PREPROCESS, ids=lambda c: c.__name__)
def test_no_component_is_named_that_has_its_value_from_the_session(cls):
    assert cls.stateful is Block.stateful


@pytest.mark.parametrize("cls", READ_BY_PREPROCESS, ids=lambda c: c.__name__)
def test_all_that_a_component_s_preprocess_reads_is_named(cls):
    named = {name.partition(".")[0] for name in READ_BY_PREPROCESS[cls]}
    assert read_by(cls) - _CONSTANT == named - _CONSTANT


def test_components_that_read_more_than_their_attributes_are_known_by_name():
    unknown = set()
    for cls in known_and_unknown():
        owner = next(b for b in cls.__mro__ if "preprocess" in vars(b))
        if owner not in (*READ_BY_PREPROCESS, ComponentBase):
            unknown.add(owner.__name__)
    # One of them is in later releases alone.
    assert unknown - {"WorkflowCanvas"} == {
        "Dataset",
        "DateTime",
        "FileExplorer",
        "ImageEditor",
        "State",
    }


def test_what_is_changed_at_run_time_is_read():
    box = gr.Dropdown(["a"], type="index")
    before = read_by_preprocess(box)
    box.choices = [("b", "b"), ("a", "a")]
    assert read_by_preprocess(box) != before
    assert read_by_preprocess(gr.Textbox()) is None


class Subclass(gr.Textbox):
    pass


class Mirror(gr.File):
    def _process_single_file(self, f):
        return f


def patched():
    box = gr.Textbox()
    box.preprocess = lambda _: 1
    return box


@pytest.mark.parametrize(
    "make", [Subclass, Mirror, patched, gr.FileExplorer, gr.ImageEditor, gr.Sketchpad]
)
def test_what_may_look_at_anything_is_not_repeatable(make):
    block = make()
    assert not is_repeatable(block, "preprocess")
    with pytest.raises(LookupError):
        read_by_preprocess(block)


def test_a_step_put_into_a_class_of_gradio_s_is_not_repeatable(monkeypatch):
    block = gr.Textbox()
    assert is_repeatable(block, "preprocess")
    monkeypatch.setattr(gr.Textbox, "preprocess", lambda _, payload: payload)
    assert not is_repeatable(block, "preprocess")


def test_a_step_of_a_class_from_elsewhere_is_not_gradio_s_own():
    assert is_gradio_s_own(gr.Image(), "postprocess")
    assert is_gradio_s_own(Subclass(), "postprocess")
    assert not is_gradio_s_own(patched(), "preprocess")
