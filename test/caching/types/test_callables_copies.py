"""Copies of functions, which remember what is their own."""

from __future__ import annotations

import collections
import math
import threading
from typing import Any

import pytest

import gradio as gr
from gradio.caching.errors import UncopyableError
from gradio.caching.snapshot import snapshot
from support.things import Scaler


def counter() -> Any:
    count, seen = 0, []

    def step() -> tuple[int, int]:
        nonlocal count
        count += 1
        seen.append(count)
        return count, len(seen)

    def now() -> int:
        return count

    return step, now


def test_functions_that_remember_something_remember_their_own():
    step, now = counter()
    step_copy, now_copy = snapshot((step, now))
    assert (step_copy(), step_copy(), now_copy()) == ((1, 1), (2, 2), 2)
    assert (step(), now()) == ((1, 1), 1)


def test_a_function_in_its_own_variables():
    def factorial(n: int) -> int:
        return 1 if n < 2 else n * factorial(n - 1)

    copy = snapshot(factorial)
    assert copy is not factorial
    assert copy(5) == 120
    assert copy.__closure__[0].cell_contents is copy


def test_defaults_and_attributes_of_functions():
    def collect(item: Any, items: list[Any] = []) -> list[Any]:  # noqa: B006
        items.append(item)
        return items

    collect.calls = [0]  # type: ignore[attr-defined]
    copy: Any = snapshot(collect)
    assert (copy(1), collect(2)) == ([1], [2])
    copy.calls[0] = 9
    assert collect.calls == [0]  # type: ignore[attr-defined]


def test_a_function_with_what_can_not_be_copied_is_refused():
    lock = threading.Lock()
    with pytest.raises(UncopyableError, match="lock"):
        snapshot(lambda: lock)


def test_functions_of_the_program_are_shared():
    assert snapshot(counter) is counter
    assert snapshot(Scaler.__init__) is Scaler.__init__
    assert snapshot(collections.namedtuple) is collections.namedtuple


def test_a_bound_builtin_works_on_a_copy():
    items: list[int] = []
    append = snapshot(items.append)
    append(1)
    assert items == []
    assert append.__self__ == [1]
    assert snapshot(math.sqrt) is math.sqrt


def test_each_caller_gets_a_function_of_its_own():
    cached = gr.cache(lambda start: counter())
    for _ in range(2):
        step, _ = cached(0)
        assert step() == (1, 1)
