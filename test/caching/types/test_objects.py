"""Dataclasses, objects with slots, and whatever can be pickled."""

from __future__ import annotations

import threading
import types
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import pytest
from caching.types.contract import Copied, Keyed, Stored

from gradio.caching.hashing import digest
from gradio.caching.sizing import size_of
from gradio.caching.snapshot import snapshot
from support.holders import Box, Cells, Frozen


@dataclass
class Point:
    x: float
    y: float


@dataclass
class Vector:
    x: float
    y: float


@dataclass(frozen=True)
class Slotted:
    __slots__ = ("x", "y")
    x: float
    y: float


@dataclass
class Partial:
    x: float
    hidden: Any = field(default=None, compare=False, repr=False)


class Plain:
    def __init__(self, **attributes: Any) -> None:
        self.__dict__.update(attributes)


class Private:
    __slots__ = ("__secret",)

    def __init__(self, secret: Any) -> None:
        self.__secret = secret


class AlwaysEqual:
    def __init__(self, content: Any) -> None:
        self.content = content

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 1

    def __repr__(self) -> str:
        return "the same"


class Stated:
    def __init__(self, content: Any, handle: Any = None) -> None:
        self.content = content
        self.handle = handle

    def __getstate__(self) -> Any:
        return {"content": self.content}


class Adding:
    """Pickled as a list, with items that are appended."""

    def __init__(self, *items: Any) -> None:
        self.items = items

    def __reduce__(self) -> Any:
        return Adding, (), None, iter(self.items)


DIFFERENT = [
    *(Point(1, 2), Point(2, 1), Point(1.0, 2), Vector(1, 2), Slotted(1, 2)),
    *(Slotted(2, 1), Partial(1), Partial(1, "hidden"), Partial(1, [2])),
    *(Plain(), Plain(a=1), Plain(a=1.0), Plain(b=1), Plain(a=None), Plain(a=Plain())),
    *(Cells(1, 2), Cells(2, 1), Cells(None, [1]), Private(1), Private(2)),
    *(AlwaysEqual(1), AlwaysEqual(2), Stated(1), Stated(2), Adding(), Adding(1)),
    *(Adding(1, 2), Adding((1, 2)), {"name": "a"}, (1, 2), {"x": 1, "y": 2}),
]


class Restated:
    def __init__(self, content: Any) -> None:
        self.content = content
        self.cache = object()

    def __getstate__(self) -> Any:
        return {"content": self.content}

    def __setstate__(self, state: Any) -> None:
        self.content = state["content"]
        self.cache = None


MUTABLE = [
    *(Frozen([1]), Box(1), frozenset({Frozen(1)}), Cells([1], {2}), Restated([1])),
    types.SimpleNamespace(a=[1]),
]


class TestContract(Keyed, Copied, Stored):
    DIFFERENT, MUTABLE = DIFFERENT, MUTABLE
    UNSTORED = Plain, Cells, Private, AlwaysEqual, Stated, Adding, Restated
    CHANGEABLE = (Box, Cells)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Point(1, [2]),
        lambda: Slotted(1, (2,)),
        lambda: Plain(a={"b": Plain()}),
        lambda: Cells([1], {2}),
        lambda: AlwaysEqual([1]),
        lambda: Adding(1, [2]),
        lambda: ValueError("wrong", [1]),
    ],
)
def test_equal_content_is_an_equal_key(make):
    assert digest(make()) == digest(make())


def test_the_order_of_attributes_does_not_count():
    assert digest(Plain(a=1, b=2)) == digest(Plain(b=2, a=1))


def test_what_pickling_leaves_out_does_not_count():
    assert digest(Stated(1, threading.Lock())) == digest(Stated(1))


def test_an_object_changed_in_place_is_another_key():
    for value in (Plain(content=[]), AlwaysEqual([]), Partial(1, [])):
        before = digest(value)
        content = next(v for v in vars(value).values() if isinstance(v, list))
        content.append(1)
        assert digest(value) != before


def test_recycled_addresses_do_not_count():
    keys = {digest(Plain(number=number)) for number in range(1000)}
    assert len(keys) == 1000


class Counted:
    """Counts its copies."""

    def __init__(self, content: Any, copies: int = 0) -> None:
        self.content = content
        self.copies = copies

    def __deepcopy__(self, memo: Any) -> Counted:
        return Counted(deepcopy(self.content, memo), self.copies + 1)


def test_an_object_copies_itself_if_it_knows_how():
    copy = snapshot([Counted([1])])[0]
    assert copy.copies == 1
    assert copy.content == [1]


def test_state_is_kept_as_the_class_wants():
    value = Restated([1])
    copy = snapshot(value)
    assert (copy.content, copy.cache) == ([1], None)
    assert copy.content is not value.content


MEGABYTE = 1 << 20


class Foreign:
    """What a library keeps outside of Python's memory."""

    nbytes = 5 * MEGABYTE


def test_an_array_of_an_unknown_library():
    assert 5 * MEGABYTE <= size_of(Foreign()) < 5 * MEGABYTE + 500
