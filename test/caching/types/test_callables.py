"""Callables: what they do counts, not where they are in memory."""

from __future__ import annotations

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

from gradio.caching.errors import UncopyableError, UnkeyableError
from gradio.caching.hashing import digest
from gradio.caching.sizing import size_of
from gradio.caching.snapshot import snapshot
from support.things import Scaler


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
