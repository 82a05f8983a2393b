"""Caches most of whose entries are packed, as nobody can tell."""

import gc

import pytest

import gradio as gr
from support.small_parts import small_parts


@pytest.fixture(autouse=True)
def _few_are_many():
    with small_parts():
        yield


def test_a_prefix_index_finds_what_was_packed_before_it_was_made():
    c = gr.Cache(max_size=20)
    for n in range(20):
        c.set(f"key {n:02}", value=n)
    assert c.longest_prefix("key 03 and more") == "key 03"
    for n in range(20, 37):
        c.set(f"key {n:02}", value=n)
    assert c.longest_prefix("key 03 and more") is None
    assert c.longest_prefix("key 19 and more") == "key 19"
    assert c.longest_prefix("key 36 and more") == "key 36"
    assert c.keys() == [f"key {n:02}" for n in range(17, 37)]


def test_fields_are_as_they_were_set():
    c = gr.Cache(max_size=100)
    fields = {"number": 1, "text": "é\ud800", "nothing": None, "float": -0.0}
    for n in range(20):
        c.set(n, **fields, n=n)
    for n in range(20):
        assert repr(c.get(n)) == repr({**fields, "n": n})
    assert c.keys() == [*range(20)]
    assert c.info().entries == 20


def test_a_value_that_others_share_stays_the_same():
    c, made = gr.Cache(copy=False, max_size=100), [[n] for n in range(20)]
    for n in range(20):
        c.set(n, value=made[n])
    assert all(c.get(n)["value"] is made[n] for n in range(20))


def tracked(cache):
    before = len(gc.get_objects())
    for n in range(5000):
        cache(n)
    gc.collect()
    return len(gc.get_objects()) - before


@pytest.mark.parametrize("result", [int, str, float, lambda n: ({"n": n}["n"],)])
def test_many_small_results_are_nothing_to_the_collector(result):
    fn = gr.cache(max_size=0)(lambda n: result(n))
    assert tracked(fn) < 500
    assert len(fn.cache) == 5000
    assert fn(17) == result(17)


def test_many_small_fields_are_nothing_to_the_collector():
    c = gr.Cache(max_size=0)
    assert tracked(lambda n: c.set(f"entry {n}", n=n, text=f"text {n}")) < 500
    assert c.get("entry 17") == {"n": 17, "text": "text 17"}
