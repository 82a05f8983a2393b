import contextlib
from types import SimpleNamespace

import pytest

import gradio as gr
from gradio.caching.context.rendering import render_state
from gradio.context import LocalContext


@contextlib.contextmanager
def rendering():
    """The context of a `gr.render`, and the lists that it draws into."""
    page = SimpleNamespace(children=[], blocks={}, fns={})
    variables = [
        (LocalContext.renderable, object()),
        (LocalContext.render_block, page),
        (LocalContext.blocks_config, page),
    ]
    tokens = [(variable, variable.set(value)) for variable, value in variables]
    try:
        yield page
    finally:
        for variable, token in tokens:
            variable.reset(token)


def test_outside_a_render_nothing_is_drawn():
    assert render_state() == render_state()


@pytest.mark.parametrize("part", ["children", "blocks", "fns"])
def test_each_part_of_the_page_counts(part):
    with rendering() as page:
        before = render_state()
        assert render_state() == before
        added = getattr(page, part)
        if isinstance(added, dict):
            added[1] = 1
        else:
            added.append(1)
        assert render_state() != before


def test_what_draws_is_not_cached_and_says_so_once():
    @gr.cache
    def draw(text):
        page.children.append(text)

    with rendering() as page:
        with pytest.warns(UserWarning, match="adds components"):
            draw("a")
        draw("a")
        assert page.children == ["a", "a"]
    assert len(draw.cache) == 0


def test_what_only_computes_is_cached():
    runs = []

    @gr.cache
    def compute(text):
        runs.append(text)
        return text

    with rendering():
        assert [compute("a"), compute("a")] == ["a", "a"]
    assert runs == ["a"]
