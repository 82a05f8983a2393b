"""Python's built-in types, and subclasses of them."""

from __future__ import annotations

import array
import ctypes
import itertools
import sys
import types
from typing import Any, NamedTuple

import pytest
from caching.types.contract import Copied, Keyed, Stored, Unchanging

from gradio.caching.hashing import digest
from gradio.caching.sizing import size_of
from gradio.caching.snapshot import snapshot
from gradio.caching.types.key_writer import LARGE


class Names(list):
    pass


class Table(dict):
    pass


class Text(str):
    __slots__ = ("language",)


class Count(int):
    pass


class Label(str):
    pass


class Pair(NamedTuple):
    x: Any
    y: Any


def named(value, **attributes):
    vars(value).update(attributes)
    return value


DIFFERENT = [
    *(True, 1, 1.0, 1 + 0j, "1", b"1", Count(1), Text("1")),
    *(False, 0, 0.0, -0.0, "", b"", None, ..., NotImplemented),
    *(-1, -2, 2**31, 2**31 - 1, 2**63, -(2**63), 10**5000, 10**5000 + 1),
    *(float("nan"), float("inf"), float("-inf"), 0.1, 0.1 + 2**-55, 5e-324),
    *(complex(0, 1), complex(0, -1), complex(-0.0, 1), complex(1, float("nan"))),
    *("a", "A", "ä", "a\u0308", "\ud800", "a\x00", "\x00a", "None", "True"),
    *("x" * LARGE, "x" * (LARGE + 1), b"x" * LARGE, b"x" * (LARGE + 1)),
    *([], (), {}, set(), frozenset(), bytearray(), Names(), Table()),
    *([[]], [()], [{}], ([],), ((),), [None], [0], [""]),
    *(["a", "b"], ["ab"], ["a\x00b"], ["a", "", "b"], ["a", "b", ""], ["", ""]),
    *(["a", b"b"], [b"a", "b"], ("a", "b"), {"a", "b"}, frozenset({"a", "b"})),
    *([1, 2], [2, 1], [1, [2]], [[1], 2], [[1, 2]], [1, 2, None], [True, 2], [1.0, 2]),
    *({"a": 1}, {"a": 1.0}, {"a": True}, {"a": "1"}, {"b": 1}, {"a": 1, "b": None}),
    *({1: "a"}, {True: "a"}, {1.0: "a"}, {"1": "a"}, {b"1": "a"}, {(1,): "a"}),
    *({"a": {"b": 1}}, {"a": {}, "b": 1}, {"a": ["b", 1]}, [("a", 1)], [["a", 1]]),
    *({1, 2}, {1.0, 2}, {(1, 2)}, {(2, 1)}, {frozenset({1, 2})}, {1, (2,)}),
    *(range(3), range(0, 3, 2), range(1, 3), slice(3), slice(0, 3), slice(None)),
    *(bytearray(b"1"), memoryview(b"1"), memoryview(bytearray(8)).cast("d")),
    *(memoryview(bytes(8)).cast("q"), memoryview(bytes(8)).cast("B", (2, 4))),
    *(types.MappingProxyType({"a": 1}), types.SimpleNamespace(a=1)),
    *(types.SimpleNamespace(a=2), types.SimpleNamespace(), Names([1]), Table(a=1)),
    *(named(Names(), a=1), named(Table(), a=1), named(Count(1), a=1)),
    *(list[int], list[str], dict[str, int], tuple[int, ...], int | str, int | None),
]

IMMUTABLE = [
    *(None, True, 1, 10**100, 1.5, 1j, "text", b"bytes", ..., NotImplemented),
    *((), (1, "a"), (1, (2, ("b", None))), frozenset(), frozenset({1, (2, "a")})),
    *(Pair(1, "a"), Pair(1, (2,)), range(3), slice(1, 2)),
]

MUTABLE = [
    *([], [1, 2], [[1], [2]], {}, {"a": 1}, {"a": [1]}, {(1, 2): [3]}, set(), {1, "a"}),
    *(bytearray(b"ab"), memoryview(bytearray(b"ab")), ([1], 2), Pair([1], {2: 3})),
    *(memoryview(bytearray(8)).cast("i", (1, 2)), types.MappingProxyType({"a": [1]})),
    *(Names([1, [2]]), Table(a=[1]), named(Names([1]), label=[2])),
    *(named(Table(a=1), label=[2]), named(Label("a"), b=[1])),
    *(slice(0, None, [1]), slice([1], {2: 3})),
]


class TestContract(Keyed, Copied, Unchanging, Stored):
    DIFFERENT, MUTABLE, IMMUTABLE = DIFFERENT, MUTABLE, IMMUTABLE
    UNSTORED = (
        *(Count, Text, Names, Table, Label, types.GenericAlias, types.UnionType),
    )


EQUAL = [
    ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
    ({1: "a", "b": [2]}, {"b": [2], 1: "a"}),
    ({"x", "y", 1, (2, 3)}, {(2, 3), 1, "y", "x"}),
    (float("nan"), float("nan")),
    ([float("nan")], [float("nan")]),
    (memoryview(bytearray(b"abcdef"))[::2], memoryview(b"ace")),
    ([10**5000], [10**4999 * 10]),
    ("".join(["a", "b"]), "ab"),
]


@pytest.mark.parametrize(("one", "other"), EQUAL)
def test_equal_content_is_an_equal_key(one, other):
    assert digest(one) == digest(other)


def test_texts_that_imitate_separators():
    pieces = ["", "\x00", "a", "a\x00", "\x00a", "joined", "\x01", "\x03" + "\x00" * 8]
    lists = [
        list(row) for size in range(4) for row in itertools.product(pieces, repeat=size)
    ]
    assert len({digest(row) for row in lists}) == len(lists)


def test_attributes_in_slots_of_a_subclass_count():
    english, german, bare = Text("so"), Text("so"), Text("so")
    english.language, german.language = "en", "de"
    assert len({digest(english), digest(german), digest(bare)}) == 3


def test_overridden_methods_do_not_hide_content():
    class Hidden(list):
        def __iter__(self):
            return iter(())

        def __len__(self):
            return 0

    class HiddenDict(dict):
        def items(self):
            return ()

        def keys(self):
            return ()

        def __iter__(self):
            return iter(())

    class HiddenText(str):
        def encode(self, *_):
            return b""

    assert digest(Hidden([1, [2]])) != digest(Hidden([1, [3]]))
    assert digest(HiddenDict(a=1)) != digest(HiddenDict(a=2))
    assert digest(HiddenText("a")) != digest(HiddenText("b"))


def test_a_list_changed_in_place_is_another_key():
    value = [1, {"a": [2]}]
    before = digest(value)
    value[1]["a"].append(3)
    assert digest(value) != before
    value[1]["a"].pop()
    assert digest(value) == before


@pytest.mark.parametrize("view", [dict.keys, dict.values, dict.items])
def test_views_of_dicts_are_views_of_copies(view):
    original = {"a": [1], "b": [2]}
    copy = snapshot(view(original))
    assert type(copy) is type(view(original))
    before = list(view({"a": [1], "b": [2]}))
    original["a"].append(3)
    original["c"] = [4]
    assert list(copy) == before


def test_what_could_be_written_still_can():
    plain = memoryview(bytearray(b"ab"))
    copy = snapshot(plain)
    copy[0] = 0
    assert bytes(plain) == b"ab"
    assert snapshot(memoryview(b"ab")).readonly
    assert snapshot(array.array("d", [1.0]))[0] == 1.0


@pytest.mark.parametrize("value", [0, 10**400, 1.5, "text", b"bytes", None, ..., 1j])
def test_a_scalar_is_as_large_as_python_says(value):
    assert size_of(value) == sys.getsizeof(value)


def test_a_view_of_a_dict_counts_with_the_dict():
    assert size_of({"a": "x" * 10_000}.values()) > 10_000


def test_memory_behind_ctypes_counts():
    assert size_of((ctypes.c_char * 100_000)()) > 100_000
