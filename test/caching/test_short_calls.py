"""Calls with few short arguments meet others that are the same, and no others."""

import asyncio
import enum
import math

import numpy as np
import pytest

import gradio as gr
from gradio.caching.entry import MISS
from gradio.caching.keys import PRECOMPUTED_KEY, WithheldKey
from gradio.caching.short_calls import answering_short
from gradio.caching.wrapping import engine_of
from support.failures import broken


class Text(str):
    __slots__ = ()


class Level(enum.IntEnum):
    LOW = 1


def counted(**settings):
    calls = []

    @gr.cache(**settings)
    def same(value, other=2):
        calls.append((value, other))
        return value

    return same, calls


def answer_of(fn):
    return answering_short(engine_of(fn))


def test_a_second_call_is_answered():
    same, calls = counted()
    assert answer_of(same)((1, 2)) is MISS
    assert [same(1, 2), same(1, 2)] == [1, 1]
    assert answer_of(same)((1, 2)) == 1
    assert calls == [(1, 2)]
    assert same.cache.info()[:2] == (2, 1)


def test_all_ways_to_write_a_call_are_one():
    same, calls = counted()
    for call in (
        lambda: same(1),
        lambda: same(1, 2),
        lambda: same(value=1),
        lambda: same(1, other=2),
    ):
        assert call() == 1
    assert calls == [(1, 2)]


@pytest.mark.parametrize(
    "others",
    [
        [1, 1.0, True, "1", b"1", np.int64(1), Level.LOW],
        [0.0, -0.0, 0, False, None, math.nan, ""],
        ["a", Text("a"), np.str_("a"), b"a", ("a",)],
    ],
)
def test_what_is_equal_but_of_another_type_is_another_call(others):
    same, calls = counted()
    for _ in range(2):
        for value in others:
            assert type(same(value, 2)) is type(value)
    assert len(calls) == len(others)


def test_a_default_that_was_replaced_counts():
    def fn(value, other=2):
        return value + other

    cached = gr.cache(fn)
    assert [cached(1), cached(1, 2)] == [3, 3]
    fn.__defaults__ = (3,)
    assert [cached(1), cached(1, 2), cached(1)] == [4, 3, 4]


def test_a_variable_that_was_set_anew_counts():
    factor = 2

    @gr.cache
    def times(value):
        return value * factor

    assert times(3) == 6
    factor = 5
    assert times(3) == 15


def test_a_result_that_can_change_is_copied():
    @gr.cache
    def listed(value):
        return [value]

    listed(1).append(2)
    listed(1).append(3)
    assert listed(1) == [1]


def test_a_result_that_grew_old_is_made_anew(clock):
    same, calls = counted(ttl=10)
    same(1, 2)
    clock.move(11)
    same(1, 2)
    assert len(calls) == 2


def test_what_was_forgotten_is_computed_again():
    same, calls = counted()
    same(1, 2)
    same.cache.clear()
    same(1, 2)
    assert same.cache.delete(1)
    same(1, 2)
    assert len(calls) == 3


def test_what_is_known_of_the_call_of_an_event_comes_first():
    same, calls = counted()
    same(1, 2)
    token = PRECOMPUTED_KEY.set(WithheldKey(engine_of(same).cache))
    try:
        same(1, 2)
    finally:
        PRECOMPUTED_KEY.reset(token)
    assert len(calls) == 2


def test_a_failure_inside_is_left_to_the_usual_way(monkeypatch):
    same, calls = counted()
    same(1, 2)
    monkeypatch.setattr("gradio.caching.calls.call_keys.identity", broken)
    assert same(1, 2) == 1
    assert len(calls) == 1


def test_with_a_store_a_call_is_found_by_its_digest(tmp_path):
    same, calls = counted(store=str(tmp_path))
    assert [same(1, 2), same(1, 2), same(1, 2)] == [1, 1, 1]
    assert answer_of(same)((1, 2)) is MISS
    assert len(calls) == 1


def test_coroutine_functions_are_answered_too():
    calls = []

    @gr.cache
    async def same(value):
        calls.append(value)
        return value

    async def run():
        return [await same(1), await same(1), await same(1.0)]

    assert asyncio.run(run()) == [1, 1, 1.0]
    assert calls == [1, 1.0]


@pytest.mark.parametrize("length", [1, 127, 128, 129, 5000, 65_535, 65_536, 100_000])
def test_texts_of_all_lengths_meet_their_equals(length):
    same, calls = counted()
    for text in ("a" * length, "b" * length):
        assert [same(text), same(value=text), same(text, 2)] == [text] * 3
    assert len(calls) == 2


def test_a_text_that_may_be_a_file_is_left_to_the_usual_way(tmp_path):
    same, calls = counted()
    path = str(tmp_path / "a.txt")
    assert [same(path, 2), same(path, 2)] == [path] * 2
    assert answer_of(same)((path, 2)) is MISS
    assert len(calls) == 1
