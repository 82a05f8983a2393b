"""
What objects compute themselves when they are first asked counts in keys if it is plain
data, and is kept.
"""

from __future__ import annotations

import functools
import threading
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import BaseModel

import gradio as gr
from gradio.caching.hashing import digest
from gradio.caching.snapshot import snapshot
from support.packed import repacked


class Area:
    """Is no plain data."""

    def __init__(self, square: int) -> None:
        self.square = square


class Plain:
    def __init__(self, side: int = 2) -> None:
        self.side = side

    @functools.cached_property
    def area(self) -> Any:
        return Area(self.side**2)


class Bare:
    @functools.cached_property
    def area(self) -> Any:
        return Area(4)


class Inheriting(Plain):
    pass


@dataclass
class Square:
    side: int = 2

    @functools.cached_property
    def area(self) -> Any:
        return Area(self.side**2)


class Model(BaseModel):
    side: int = 2

    @functools.cached_property
    def area(self) -> Any:
        return Area(self.side**2)


class Sides(list):
    @functools.cached_property
    def area(self) -> Any:
        return Area(len(self) ** 2)


class Stated(Plain):
    def __getstate__(self) -> Any:
        return dict(vars(self))


class Slotted(Plain):
    __slots__ = ("more",)

    def __init__(self) -> None:
        super().__init__()
        self.more = 1


def of_attrs(slots: bool) -> Any:
    attrs = pytest.importorskip("attrs")

    class Made:
        side: int = 2

        @functools.cached_property
        def area(self) -> Any:
            return Area(self.side**2)

    return attrs.define(Made, slots=slots)


KINDS = [Plain, Bare, Inheriting, Square, Model, Sides, Stated, Slotted]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_filled_property_does_not_count(kind):
    value, other = kind(), kind()
    before = digest([value])
    assert value.area is not None
    assert digest([value]) == before == digest([other])
    assert digest(snapshot(value)) == digest(value)


DATA = [1, "a", None, [1], [[1], {"a": (2.5, {3})}], {}, {"a": []}]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_plain_data_counts_as_it_may_have_been_set(kind):
    keys = {digest([kind()])}
    for item in DATA:
        value = kind()
        vars(value)["area"] = item
        keys.add(digest([value]))
        assert digest(snapshot(value)) == digest(value)
    assert len(keys) == 1 + len(DATA)


def test_data_that_contains_itself_counts():
    value, data = Plain(), [1]
    data.append(data)
    value.area = data
    assert digest(value) != digest(Plain())


def test_what_can_not_be_keyed_does_not_keep_a_call_from_being_cached():
    value = Plain()
    value.area = [1, threading.Lock()]
    assert digest(value) == digest(Plain())


def test_an_object_with_another_value_set_is_another_argument():
    @gr.cache
    def area_of(square: Square) -> int:
        return square.area

    for area in (1, 2, 1):
        square = Square()
        square.area = area
        assert area_of(square) == area


@pytest.mark.parametrize("slots", [True, False])
def test_nor_does_one_of_attrs(slots):
    value = of_attrs(slots)()
    before = digest([value])
    assert value.area.square == 4
    assert digest([value]) == before


def test_what_it_is_computed_from_counts():
    assert digest(Plain(2)) != digest(Plain(3))


def test_a_copy_keeps_what_was_computed():
    value = Plain()
    value.area.seen = ["a"]
    copy = snapshot(value)
    assert vars(copy.area) == {"square": 4, "seen": ["a"]}
    assert copy.area is not value.area


@pytest.mark.parametrize("kind", [Square, Model], ids=lambda kind: kind.__name__)
def test_a_store_keeps_what_was_computed_or_set(kind):
    for item in ([4], Square(3)):
        value = kind()
        vars(value)["area"] = item
        made = repacked(value)
        assert vars(made) == {"side": 2, "area": item}
        made.side = 5
        assert made.area == item
