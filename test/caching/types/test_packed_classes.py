"""Instances from a store: of plain classes only, and nothing of theirs is run."""

from __future__ import annotations

import enum
import functools
from dataclasses import dataclass, field, make_dataclass
from typing import Any, ClassVar, NamedTuple

import pytest
from pydantic import BaseModel, ConfigDict, PrivateAttr, field_validator

from gradio.caching.codec import unpack_value
from gradio.caching.entry import Recording
from gradio.caching.errors import UnpackableError
from gradio.caching.hashing import digest
from support.packed import packed, repacked

attr = pytest.importorskip("attr")


class Calls(list):
    """Which methods of the classes below were called."""


CALLS = Calls()


@dataclass
class Loud:
    x: Any
    y: Any = field(default=None)

    def __post_init__(self) -> None:
        CALLS.append("__post_init__")

    def __setattr__(self, name: str, value: Any) -> None:
        CALLS.append("__setattr__")
        object.__setattr__(self, name, value)

    @property
    def z(self) -> Any:
        return None

    @z.setter
    def z(self, value: Any) -> None:
        CALLS.append("setter")


@dataclass(frozen=True)
class Slotted:
    __slots__ = ("x", "y")
    x: Any
    y: Any


@dataclass(frozen=True, slots=True)
class Generated:
    x: Any


class Model(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True)
    name: str
    _hidden: Any = PrivateAttr(None)

    @field_validator("name")
    @classmethod
    def check(cls, value: str) -> str:
        CALLS.append("validator")
        return value

    def model_post_init(self, context: Any, /) -> None:
        CALLS.append("model_post_init")


@attr.s(auto_attribs=True)
class Attributed:
    x: Any
    y: list[Any] = attr.Factory(list)


@attr.define(frozen=True)
class Defined:
    x: Any


class Pair(NamedTuple):
    x: Any
    y: Any = None


class Color(enum.Enum):
    RED = 1
    GREEN = (2, 3)


class Rights(enum.Flag):
    READ = 1
    WRITE = 2
    RUN = 4


@dataclass
class Stated:
    x: Any

    def __getstate__(self) -> Any:
        return {}


@dataclass
class Ending:
    x: Any

    def __del__(self) -> None:
        CALLS.append("__del__")


@dataclass
class Listed(list):
    x: Any = None


@dataclass
class Reduced:
    x: Any
    __reduce__: ClassVar[Any] = functools.partial(print)


class Named(Pair):
    pass


def hidden() -> Model:
    model = Model(name="a", more=[1])
    model._hidden = {"k": [2]}
    return model


def also() -> Loud:
    value = Loud(1)
    value.__dict__["added"] = [2]
    return value


PLAIN = {
    "dataclass": lambda: Loud([1], 2),
    "more attributes": also,
    "slots": lambda: Slotted(1, [2]),
    "generated slots": lambda: Generated([1]),
    "model": lambda: Model(name="a"),
    "hidden": hidden,
    "attrs": lambda: Attributed([1], [2]),
    "attrs with slots": lambda: Defined([1]),
    "NamedTuple": lambda: Pair([1], "x"),
    "enumeration": lambda: [Color.RED, {Color.GREEN: 1}],
    "flags": lambda: [Rights.READ | Rights.RUN, Rights(0), Rights.WRITE],
    "recording": lambda: Recording((1, [2]), "end"),
}


@pytest.mark.parametrize("make", PLAIN.values(), ids=PLAIN.keys())
def test_plain_instances_come_back_without_a_call(make):
    value = make()
    content = packed(value)
    CALLS.clear()
    made = unpack_value(content)
    assert CALLS == []
    assert type(made) is type(value)
    assert digest(made) == digest(value)


def test_models_are_whole():
    made = repacked(hidden())
    assert made == hidden()
    assert made._hidden == {"k": [2]}
    assert made.model_extra == {"more": [1]}
    assert made.model_fields_set == {"name", "more"}


def test_members_are_the_members():
    made = repacked([Color.RED, Rights.READ | Rights.RUN])
    assert made[0] is Color.RED
    assert made[1] is Rights.READ | Rights.RUN


def test_what_an_instance_has_computed_is_kept():
    @dataclass
    class Sum:
        x: int

        @functools.cached_property
        def double(self) -> int:
            return 2 * self.x

    Sum.__qualname__ = "Sum"
    Sum.__module__ = __name__
    globals()["Sum"] = Sum
    try:
        value = Sum(2)
        assert value.double == 4
        value.x = 3
        assert vars(repacked(value)) == {"x": 3, "double": 4}
    finally:
        del globals()["Sum"]


def local() -> Any:
    return make_dataclass("Local", ["x"])(1)


REFUSED = {
    "Stated": (lambda: Stated(1), "__getstate__"),
    "Ending": (lambda: Ending(1), "__del__"),
    "Listed": (lambda: Listed(1), "a list with fields"),
    "Reduced": (lambda: Reduced(1), "__reduce__"),
    "Local": (local, "not found by its name"),
    "Calls": (Calls, ""),
    "Named": (lambda: Named(1), "has attributes"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_plain_is_refused(name):
    make, reason = REFUSED[name]
    value = make()
    if isinstance(value, Named):
        value.more = 1
    with pytest.raises(UnpackableError, match=rf"{name}.*{reason}.* at \[0\]\. It st"):
        packed([value])


def test_exceptions_keep_their_causes_and_notes():
    class PlainError(ValueError):
        def __init__(self, one: Any) -> None:
            super().__init__("given")
            self.one = one

    try:
        try:
            raise OSError(2, "gone", "a.txt")
        except OSError as error:
            raise KeyError("k") from error
    except KeyError as error:
        made = repacked(error)
    assert made.args == ("k",)
    assert (made.__cause__.errno, made.__cause__.filename) == (2, "a.txt")
    assert made.__suppress_context__
    with pytest.raises(UnpackableError, match="PlainError"):
        packed(PlainError(1))
