"""What objects compute themselves when they are first asked does not count in keys."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import BaseModel

from gradio.caching.hashing import digest
from gradio.caching.snapshot import snapshot


class Plain:
    def __init__(self, side: int = 2) -> None:
        self.side = side

    @functools.cached_property
    def area(self) -> Any:
        return [self.side**2]


class Bare:
    @functools.cached_property
    def area(self) -> Any:
        return 4


class Inheriting(Plain):
    pass


@dataclass
class Square:
    side: int = 2

    @functools.cached_property
    def area(self) -> int:
        return self.side**2


class Model(BaseModel):
    side: int = 2

    @functools.cached_property
    def area(self) -> int:
        return self.side**2


class Sides(list):
    @functools.cached_property
    def area(self) -> int:
        return len(self) ** 2


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
        def area(self) -> int:
            return self.side**2

    return attrs.define(Made, slots=slots)


KINDS = [Plain, Bare, Inheriting, Square, Model, Sides, Stated, Slotted]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_filled_property_does_not_count(kind):
    value, other = kind(), kind()
    before = digest([value])
    assert value.area is not None
    assert digest([value]) == before == digest([other])
    assert digest(snapshot(value)) == digest(value)


@pytest.mark.parametrize("slots", [True, False])
def test_nor_does_one_of_attrs(slots):
    value = of_attrs(slots)()
    before = digest([value])
    assert value.area == 4
    assert digest([value]) == before


def test_what_it_is_computed_from_counts():
    assert digest(Plain(2)) != digest(Plain(3))


def test_a_copy_keeps_what_was_computed():
    value = Plain()
    value.area.append("seen")
    assert snapshot(value).area == [4, "seen"]
    assert snapshot(value).area is not value.area
