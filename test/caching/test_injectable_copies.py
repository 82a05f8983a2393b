"""What a `gr.Cache` gives out shares among its fields what was shared, and no more."""

import threading
from collections import deque

import numpy as np
import pytest

import gradio as gr


class Thing:
    def __init__(self):
        self.parts = [1]


VALUES = {
    "list": lambda: [1],
    "dict": lambda: {"a": [1]},
    "set": lambda: {1},
    "bytearray": lambda: bytearray(b"1"),
    "deque": lambda: deque([1]),
    "array": lambda: np.zeros(2),
    "tuple": lambda: ([1], 2),
    "object": Thing,
}
EACH_VALUE = pytest.mark.parametrize("make", VALUES.values(), ids=VALUES)


@EACH_VALUE
def test_what_two_fields_share_is_shared_in_what_is_got(make):
    c, value = gr.Cache(), make()
    c.set("k", one=value, text="a", other=value, inside=[value])
    got, again = c.get("k"), c.get("k")
    assert list(got) == ["one", "text", "other", "inside"]
    assert got["one"] is got["other"] is got["inside"][0]
    assert got["one"] is not value
    assert got["one"] is not again["one"]


@EACH_VALUE
def test_equal_fields_that_share_nothing_share_nothing(make):
    c = gr.Cache()
    c.set("k", one=make(), other=make())
    got = c.get("k")
    assert got["one"] is not got["other"]


def test_a_cycle_over_several_fields_is_one():
    c, node, other = gr.Cache(), {}, {}
    node["next"], other["next"] = other, node
    c.set("k", node=node, other=other)
    got = c.get("k")
    assert got["node"]["next"] is got["other"]
    assert got["other"]["next"] is got["node"]


def test_fields_beside_one_that_can_not_be_copied_are_private():
    c, lock, one = gr.Cache(), threading.Lock(), [1]
    c.set("k", one=one, lock=lock, other=[2])
    one.append("changed")
    for _ in range(2):
        got = c.get("k")
        assert got == {"one": [1], "lock": lock, "other": [2]}
        assert list(got) == ["one", "lock", "other"]
        got["one"].append("changed")
        got["other"].append("changed")


def test_without_copies_fields_are_what_was_set():
    c, value = gr.Cache(copy=False), [1]
    c.set("k", one=value, other=value)
    assert c.get("k")["one"] is c.get("k")["other"] is value
