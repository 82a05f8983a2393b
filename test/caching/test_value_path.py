"""Where in a value something is."""

from types import SimpleNamespace

import pytest

from gradio.caching.value_path import value_path

LEAF = object()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([LEAF], ""),
        ([[0, LEAF], LEAF], "[1]"),
        ([{"a": LEAF}, LEAF], "['a']"),
        ([{1: LEAF}, LEAF], "[1]"),
        ([{(1, 2): LEAF}, LEAF], "[tuple]"),
        ([SimpleNamespace(a=LEAF), LEAF], ".a"),
        ([{"a": 1}, LEAF], ""),
    ],
)
def test_one_step(values, expected):
    assert value_path(values) == expected


def test_several_steps():
    inner = SimpleNamespace(lock=LEAF)
    middle = {"model": inner}
    assert value_path([[middle], middle, inner, LEAF]) == "[0]['model'].lock"


def test_the_state_of_an_object_reads_as_its_attributes():
    owner, state = object(), {"lock": LEAF}
    assert value_path([owner, state, LEAF]) == ".lock"


def test_a_long_way_is_shortened():
    values: list = [LEAF]
    for _ in range(1000):
        values.insert(0, [values[0]])
    assert value_path(values) == "[0]" * 10 + "…" + "[0]" * 10


def test_a_long_key_is_shortened():
    assert len(value_path([{"k" * 1000: LEAF}, LEAF])) < 50
