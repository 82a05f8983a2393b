"""Callables: what they do counts, not where they are in memory."""

from __future__ import annotations

import collections
import enum
import functools
import math
import operator
import sys
import threading
import types
from dataclasses import dataclass
from typing import Any

import pytest
from caching.types.contract import Copied, Keyed, Unchanging

import gradio as gr
from gradio.caching.errors import UncopyableError, UnkeyableError
from gradio.caching.hashing import digest
from gradio.caching.sizing import size_of
from gradio.caching.snapshot import snapshot


class Scaler:
    def __init__(self, factor: float) -> None:
        self.factor = factor

    def scale(self, x: float) -> float:
        return self.factor * x

    def other(self, x: float) -> float:
        return self.factor * x

    @classmethod
    def unit(cls) -> Scaler:
        return cls(1)

    @staticmethod
    def twice(x: float) -> float:
        return 2 * x


def adder(n):
    return lambda x: x + n


def with_default(x, n=1):
    return x + n


def counting():
    count = 0

    def step():
        nonlocal count
        count += 1
        return count

    return step


def factorial_maker():
    def factorial(n):
        return 1 if n == 0 else n * factorial(n - 1)

    return factorial


DIFFERENT = [
    *(lambda x: x, lambda y: y, lambda x: -x, lambda x: x + 1, lambda x: x + 2),
    *(lambda x: x.real, lambda x: x.imag, lambda x: [x, 1], lambda x: (x, 1)),
    *(lambda x, n=1: x, lambda x, n=2: x, lambda x, *, n=1: x, lambda x, *, n=2: x),
    *(lambda *x: x, lambda **x: x, lambda x: lambda: 1, lambda x: lambda: 2),
    *(adder(1), adder(2), adder(1.0), adder([1]), with_default, factorial_maker()),
    *(Scaler(1).scale, Scaler(2).scale, Scaler(1).other, Scaler.scale, Scaler.unit),
    *(Scaler.twice, Scaler, Scaler(1), len, math.sin, math.cos, [].append, [1].append),
    *([].extend, str.upper, str.lower, "a".upper, "b".upper, operator.itemgetter(1)),
    *(operator.itemgetter(2), operator.attrgetter("a"), operator.add, int.__add__),
    *(functools.partial(len), functools.partial(len, []), functools.partial(len, [1])),
    *(functools.partial(with_default, n=1), functools.partial(with_default, n=2)),
    *(math, operator, dict.fromkeys, "math", "len"),
]


class Color(enum.Enum):
    RED = 1


@dataclass
class Box:
    content: Any


def function() -> None:
    pass


IMMUTABLE = [list[int], function, len, Box, int, str.upper, Color]
MUTABLE = [functools.partial(function, [1], a=[2]), Box(1).__init__]


class TestContract(Keyed, Copied, Unchanging):
    DIFFERENT, MUTABLE, IMMUTABLE = DIFFERENT, MUTABLE, IMMUTABLE
    CHANGEABLE = (Box,)


@pytest.mark.parametrize(
    "make",
    [
        lambda: lambda x: x + 1,
        lambda: adder([1, 2]),
        lambda: Scaler(3).scale,
        lambda: functools.partial(adder(1), 2),
        lambda: factorial_maker(),
        lambda: [1].append,
        lambda: operator.itemgetter(1),
    ],
)
def test_the_same_function_made_again_is_an_equal_key(make):
    one, other = make(), make()
    assert one is not other
    assert digest(one) == digest(other)


def test_captured_values_count_as_they_are_now():
    step = counting()
    before = digest(step)
    step()
    assert digest(step) != before


def test_a_method_counts_with_its_instance_as_it_is_now():
    scaler = Scaler(1)
    before = digest(scaler.scale)
    scaler.factor = 2
    assert digest(scaler.scale) == digest(Scaler(2).scale) != before


def test_methods_of_recycled_instances_differ():
    assert len({digest(Scaler(n).scale) for n in range(100)}) == 100


def test_attributes_of_functions_count():
    def plain():
        pass

    before = digest(plain)
    plain.mode = "fast"
    assert digest(plain) != before


def test_a_variable_that_was_not_assigned_yet():
    def make():
        def read():
            return late

        before = digest(read)
        late = 1
        return before, digest(read)

    before, after = make()
    assert before != after


def test_a_captured_lock_is_named():
    with pytest.raises(UnkeyableError, match="lock"):
        digest(adder(threading.Lock()))


def test_methods_are_bound_to_the_copy_of_their_object():
    box = Box([1])
    method, copy = snapshot([box.__eq__, box])
    assert method.__self__ is copy is not box


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


@pytest.mark.parametrize("wrap", [list, tuple, frozenset], ids=lambda w: w.__name__)
def test_a_module_is_no_value(wrap):
    for value in (math, wrap([math]), {"a": wrap([math])}):
        with pytest.raises(UncopyableError, match="the module math"):
            snapshot(value)


def test_a_module_that_an_object_works_with_is_shared():
    copy = snapshot(types.SimpleNamespace(backend=math, content=[1]))
    assert copy.backend is math
    assert snapshot(lambda value: math.sqrt(value))(4) == 2


def megabyte() -> bytes:
    return bytes(1 << 20)


def test_what_is_kept_by_reference_holds_nothing():
    for value in (megabyte, Box, sys, len):
        assert size_of([value]) < 200


def test_what_a_function_remembers_counts():
    content = megabyte()

    def function():
        return content

    assert size_of([function]) > (1 << 20)
    assert size_of(iter([content])) > (1 << 20)
