"""Small results count with what keeps them, not with their content alone."""

import numpy as np
import pytest

import gradio as gr
from gradio.caching.entry import ENTRY_BYTES
from gradio.caching.sizing import size_of

LIMIT = 200_000

SMALL = {
    "texts": lambda i: f"answer {i}",
    "numbers": lambda i: i + 0.5,
    "arrays": lambda i: np.full(3, i),
    "dicts": lambda i: {"label": i},
}


@pytest.mark.parametrize("make", SMALL.values(), ids=SMALL.keys())
def test_small_results_count_with_what_keeps_them(make):
    @gr.cache(max_size=0, max_memory=LIMIT)
    def small(i):
        return make(i)

    for i in range(1000):
        small(i)
    assert 0 < len(small.cache) <= LIMIT / (ENTRY_BYTES + size_of(make(999)))


def test_small_fields_count_with_what_keeps_them():
    c = gr.Cache(max_size=0, max_memory=LIMIT)
    for i in range(1000):
        c.set(i, x=i)
    assert 0 < len(c) <= LIMIT / ENTRY_BYTES


def test_toasts_count():
    @gr.cache(max_size=0, max_memory=LIMIT)
    def told(i):
        gr.Info("a" * 10_000 + str(i))
        return i

    for i in range(50):
        told(i)
    assert 0 < len(told.cache) <= 20
