"""Values as they come back from a store: the same, shared and entangled as before."""

from __future__ import annotations

import collections
import math
import struct
import threading
from dataclasses import dataclass, field
from typing import Any

import pytest

from gradio.caching.codec import unpack_value
from gradio.caching.codec.layout import head_of
from gradio.caching.errors import UnpackableError
from gradio.caching.hashing import digest
from gradio.caching.types.key_writer import LARGE
from support.packed import packed, repacked


@dataclass(eq=False)
class Knot:
    name: str = ""
    others: Any = field(default=None, repr=False)


@dataclass(frozen=True)
class Tag:
    name: str
    hidden: Any = field(default=None, compare=False)


EXACT = [
    *(0.0, -0.0, math.inf, -math.inf, 5e-324, 1.7976931348623157e308),
    *(2**63 - 1, 2**63, 2**64 - 1, 2**64, -(2**63), -(2**63) - 1, 10**4000),
    *("", "\ud800", "a\udfffb", "\x00", "x" * LARGE, "\ud800" * LARGE, "ä" * 40_000),
    *(b"", b"x" * LARGE, True, 1, None, [2**70, "\ud800", b""], ["x" * LARGE, 1]),
    *({"\ud800": 2**65}, ("\ud800",), {2**70, 1}, [1, True, 1.0], {1: 1, "1": 2}),
]


@pytest.mark.parametrize("value", EXACT, ids=lambda value: ascii(value)[:20])
def test_values_are_exact(value):
    made = repacked(value)
    assert type(made) is type(value)
    assert digest(made) == digest(value)
    assert repr(made) == repr(value)


@pytest.mark.parametrize("bits", [0x7FF8000000000000, 0xFFF8000000000001])
def test_numbers_that_are_none_keep_their_bits(bits):
    (value,) = struct.unpack("<d", struct.pack("<Q", bits))
    for made in (repacked(value), repacked([value, [value]])[1][0]):
        assert struct.pack("<d", made) == struct.pack("<d", value)


def test_the_order_of_a_dict_is_kept():
    value = {"b": 1, "a": [2], 3: None}
    assert list(repacked(value).items()) == list(value.items())
    flat = {f"{n}": n for n in reversed(range(100))}
    assert list(repacked(flat)) == list(flat)


def test_shared_parts_stay_shared():
    inner = [1, {"a": 2}]
    tag = Tag("x", [3])
    first, second, third = repacked([inner, (inner,), {"k": [inner, tag, tag]}])
    assert first is second[0] is third["k"][0]
    assert third["k"][1] is third["k"][2]


def test_equal_parts_that_are_not_shared_stay_apart():
    one, other = repacked([[1], [1]])
    assert one is not other


def test_long_texts_are_written_once():
    text, content = "x" * LARGE, bytes(LARGE)
    assert len(packed([text, content] * 50)) < 3 * LARGE
    made = repacked([text, content] * 2)
    assert made[0] is made[2]
    assert made[1] is made[3]


def test_a_list_in_itself():
    value: list[Any] = [1]
    value.append(value)
    made = repacked(value)
    assert made[1] is made
    assert len(made) == 2


def test_circles_by_way_of_what_can_not_be_made_before_its_parts():
    inner: list[Any] = []
    value = (inner, (inner,))
    inner += [value, {"v": value}]
    made = repacked(value)
    assert made[0] is made[1][0]
    assert made[0][0] is made
    assert made[0][1]["v"] is made


def test_tuples_that_lead_to_each_other():
    lists: list[list[Any]] = [[], [], []]
    value: Any = (lists[0],)
    inner = ((lists[1],), value, (lists[2], value))
    lists[0].append(inner)
    lists[1].append((inner, value))
    lists[2] += [lists[1], (inner,)]
    made = repacked(value)
    again = made[0][0]
    assert again[1] is made
    assert again[0][0][0][0] is again
    assert again[2][0][1][0] is again


def test_circles_through_instances_sets_and_keys():
    one, other = Knot("one"), Knot("other")
    one.others = {other: "x", "self": one}
    other.others = {one, other}
    made = repacked(one)
    assert made.others["self"] is made
    (second,) = [key for key in made.others if isinstance(key, Knot)]
    assert second.others == {made, second}


def test_keys_are_hashed_when_they_are_whole():
    tag = Tag("x")
    holder: dict[Any, Any] = {tag: 1}
    object.__setattr__(tag, "hidden", holder)
    made = repacked(tag)
    assert made.hidden == {Tag("x"): 1}
    assert next(iter(made.hidden)) is made


def test_circles_through_all_containers():
    for kind in (collections.deque, collections.UserList):
        value: Any = kind()
        value.append(value)
        made = repacked(value)
        assert made[0] is made
    for kind in (collections.OrderedDict, collections.defaultdict, dict):
        mapping: Any = kind()
        mapping["a"] = mapping
        made = repacked(mapping)
        assert made["a"] is made
        assert type(made) is kind


@pytest.mark.parametrize("wrap", [lambda v: [v], lambda v: (v,), lambda v: {"a": v}])
def test_nothing_is_too_deep(wrap):
    value: Any = [1]
    for _ in range(100_000):
        value = wrap(value)
    made = repacked(value)
    for _ in range(100_000):
        (made,) = made.values() if isinstance(made, dict) else made
    assert made == [1]
    # Frees it piece by piece, as Python's own way may be too deep.
    while type(value) in (list, tuple, dict) and value != [1]:
        (value,) = value.values() if isinstance(value, dict) else value


def test_plain_lists_are_one_object():
    texts = [f"{n}" for n in range(100_000)]
    for value in (texts, tuple(texts), dict.fromkeys(texts, 1.5), {*texts}):
        body = memoryview(packed(value))
        assert head_of(body)[0] == 2
        assert len(body) < 2_000_000
        assert unpack_value(body) == value


def test_rows_of_a_table_are_few_objects():
    for row in ((lambda n: (n, "x")), (lambda n: [n]), (lambda n: {"id": n, "k": "x"})):
        value = [row(n) for n in range(10_000)]
        body = memoryview(packed(value))
        assert head_of(body)[0] == 3
        assert unpack_value(body) == value


@pytest.mark.parametrize("odd", [2**64, "\ud800", "x" * LARGE, b"x" * LARGE])
def test_one_odd_scalar_among_many_rows(odd):
    shared = [1, odd]
    value = [[[n, "x"] for n in range(100)], shared, (odd, 1), {"k": odd}, [], {}, ()]
    value.append({"again": shared})
    value.append({frozenset({(odd, 2)}): 1})
    made = repacked(value)
    assert made == value
    assert made[1] is made[-2]["again"]
    assert digest(made) == digest(value)


def test_what_is_moved_is_named_anew():
    value = {"path": "/old/a", "all": ["/old/a", "/old/ab", ("/old/a", 1)], "/old/a": 1}
    body = packed([value, "/old/a"])
    made, text = unpack_value(body, {"/old/a": "/new/a"})
    assert text == made["path"] == made["all"][0] == made["all"][2][0] == "/new/a"
    assert made["all"][1] == "/old/ab"
    assert list(made) == ["path", "all", "/new/a"]


def test_a_refusal_says_where():
    with pytest.raises(UnpackableError, match=r"_thread\.RLock at \['a'\]\[1\]\. It"):
        packed({"a": [1, threading.RLock()]})
    with pytest.raises(UnpackableError, match="builtins.function"):
        packed(lambda: None)
    with pytest.raises(UnpackableError, match="which is code of the app"):
        packed([Knot])
