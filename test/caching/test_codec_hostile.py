"""Bodies that were written by somebody else: no value, no code that runs, no memory."""

from __future__ import annotations

import random
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgpack
import pytest

from gradio.caching.codec import unpack_value
from gradio.caching.errors import BrokenRecordError
from support.packed import made_up as body
from support.packed import node, packed

HUGE = 1 << 40
LIST, TUPLE, DICT = "builtins.list", "builtins.tuple", "builtins.dict"
OBJECT = "builtins.object"


@dataclass
class Plain:
    a: Any = None


def of(name: Any, own: Any, entries: Any = ()) -> bytes:
    """A body of one node."""
    return body([0], [name], node(0, 0, own, entries))


def front(count: int, size: int, head: bytes) -> bytes:
    return count.to_bytes(8, "little") + size.to_bytes(8, "little") + head


FLAT = msgpack.packb([1, 0, [], [], 0])

BROKEN: dict[str, bytes | Callable[[], bytes]] = {
    "nothing": b"",
    "no head": front(0, 0, b""),
    "a longer head": front(1, HUGE, FLAT),
    "more objects than bytes": front(HUGE, len(FLAT), FLAT),
    "more objects than there are": front(2, len(FLAT), FLAT),
    "fewer objects than there are": front(1, len(FLAT) + 1, FLAT + b"\x01"),
    "something behind": front(1, len(FLAT), FLAT) + b"\0",
    "no front": front(1, 1, b"\x90"),
    "a text that is none": front(1, 7, b"\x95\xa1\xff\x00\x90\x90\x00"),
    "a list of 4 billion": front(1, 10, b"\x95\xdd\xff\xff\xff\xff\x00\x90\x90\x00"),
    "bytes of 4 billion": front(1, 10, b"\x95\xc6\xff\xff\xff\xff\x00\x90\x90\x00"),
    "a nested head": lambda: front(1, 100_000, b"\x91" * 100_000),
    "a map": body({}, []),
    "a map in a list": body([0], [LIST], node(0, 0, [], [{}])),
    "an extension": body([0], [LIST], node(0, 0, [], [msgpack.ExtType(1, b"")])),
    "a time": body([0], [LIST], node(0, 0, [], [msgpack.Timestamp(1)])),
    "an unknown form": of("os.system", ["true"]),
    "a form that is no name": of(7, []),
    "a module": of("os", []),
    "a reference to nothing": body([1], [LIST], node(0, 0)),
    "a negative reference": body([-1], [LIST], node(0, 0)),
    "a true reference": body([True], [LIST, LIST], node(0, 0), node(1, 0)),
    "a reference of two": body([0, 0], [LIST], node(0, 0)),
    "a reference that is a text": body(["0"], [LIST], node(0, 0)),
    "an inner reference to nothing": of(LIST, [], [[1]]),
    "a negative inner reference": of(LIST, [], [[-1]]),
    "a nested reference": of(LIST, [], [[[0]]]),
    "a form that is not there": body([0], [LIST], node(0, 1)),
    "a negative form": body([0], [LIST], node(0, -1)),
    "a number that is not there": body([0], [LIST], node(1, 0)),
    "a negative number": body([0], [LIST], node(-1, 0)),
    "a number twice": body([0], [LIST], node(0, 0), node(0, 0)),
    "parts that are a text": body([0], [LIST], node(0, 0, [], "abc")),
    "content that is a text": body([0], [LIST], node(0, 0, "abc")),
    "a short node": body([0], [LIST], [0, 0, [], []]),
    "a node that is none": body([0], [LIST], 7),
    "more values than nodes": body(1, [], count=1),
    "fewer values than nodes": body(1, [LIST], node(0, 0), count=0),
    "a huge number of values": body(1, [], count=HUGE),
    "a number of values that is none": body(1, [], count="1"),
    "flat parts that are none": body([0], [LIST], node(0, 0, [], [[0]], True)),
    "flat parts of nothing": body([0], [LIST], node(0, 0, [], [-1], True)),
    "flat parts that are texts": body([0], [LIST], node(0, 0, [], ["a"], True)),
    "rows of another length": body([0], [LIST], rows=[[0, 2, [0], [1]]]),
    "rows of a huge length": body([0], [LIST], rows=[[0, HUGE, [0], [1]]]),
    "rows of less than nothing": body([0], [LIST], rows=[[0, -1, [0], [1]]]),
    "rows of a length that is none": body([0], [LIST], rows=[[0, "1", [0], [1]]]),
    "rows of lists": body([0], [LIST], rows=[[0, 1, [0], [[0]]]]),
    "rows of a form without": body([0], ["builtins.set"], rows=[[0, 1, [0], [1]]]),
    "rows of no form": body([0], [], rows=[[0, 1, [0], [1]]]),
    "a row twice": body([0], [LIST], rows=[[0, 1, [0, 0], [1, 2]]]),
    "a row of nothing": body([0], [LIST], rows=[[0, 1, [1], [1]]]),
    "a negative row": body([0], [LIST], rows=[[0, 1, [-1], [1]]]),
    "a row that is a node": body([0], [LIST], node(0, 0), rows=[[0, 1, [0], [1]]]),
    "rows of a dict of three": body([0], [DICT], rows=[[0, 3, [0], [1, 2, 3]]]),
    "rows with a key twice": body([0], [DICT], rows=[[0, 4, [0], [1, 1, 2, 3]]]),
    "a tuple in itself": of(TUPLE, [], [[0]]),
    "tuples in each other": body(
        [0], [TUPLE], node(0, 0, [], [[1]]), node(1, 0, [], [[0]])
    ),
    "a negative size": body(1, [], sizes=[-1]),
    "a size that is none": body(1, [], sizes=["1"]),
    "a size of more": body(1, [], sizes=[64])[:-1],
    "a huge size": front(1, 14, msgpack.packb([1, 0, [], [HUGE], 0])),
    "memory that is not there": of("builtins.bytes", [[0]]),
    "the same memory twice": body(
        [0],
        [LIST, "builtins.bytes"],
        node(0, 0, [], [[1], [2]]),
        node(1, 1, [[0]]),
        node(2, 1, [[0]]),
        sizes=[64],
    ),
    "bytes of a number": of("builtins.bytes", [HUGE]),
    "a bytearray of a number": of("builtins.bytearray", [HUGE]),
    "a range of texts": of("builtins.range", [], ["a", 1, 1]),
    "parts of what has none": of("builtins.complex", [1.0, 2.0], [1]),
    "a dict of three": of("builtins.dict", [], [1, 2, 3]),
    "a key twice": of("builtins.dict", [], [1, 1, 2, 3]),
    "a member twice": of("builtins.set", [], [1, 1]),
    "a key without a hash": body(
        [0], ["builtins.dict", LIST], node(0, 0, [], [[1], 1]), node(1, 1)
    ),
    "a function as default": of("collections.defaultdict", ["os.system"]),
    "a class as default": of("collections.defaultdict", ["subprocess.Popen"]),
    "a class of the app": of("builtins.type", ["subprocess.Popen"]),
    "a function as class": of(OBJECT, ["os:system", b""]),
    "a class that is not plain": of(OBJECT, ["subprocess:Popen", b""]),
    "a class that is not there": of(OBJECT, ["nowhere:Class", b""]),
    "a module that is not loaded": of(OBJECT, ["this:d", b""]),
    "a path that is none": of(OBJECT, [1, b""]),
    "a class of another schema": of(OBJECT, [f"{__name__}:Plain", b"x" * 16]),
    "an exception that is a class": of("builtins.BaseException", ["subprocess:Popen"]),
    "an exception that is a function": of("builtins.BaseException", ["os:system"]),
    "an enumeration that is none": of("enum.Enum", ["os:system", b""], ["a"]),
    "a NamedTuple that is none": of(TUPLE, ["builtins:list", b""], [1]),
    "a zone elsewhere": of("zoneinfo.ZoneInfo", ["../../etc/passwd"]),
    "a view of more": of("builtins.memoryview", [True, "B", b"a", HUGE]),
    "an array of another type": of("array.array", ["u", 99, b""]),
    "a path of a number": of("pathlib.PurePosixPath", [], [1]),
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN.keys())
def test_what_was_not_written_by_the_codec_is_a_miss(content):
    whole = content() if callable(content) else content
    tracemalloc.start()
    try:
        with pytest.raises(BrokenRecordError):
            unpack_value(whole)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_lists_that_claim_to_be_long_take_no_memory():
    size = 1 << 20
    claims = b"\xdd" + (size - 1).to_bytes(4, "big")
    head = claims * 400
    tracemalloc.start()
    try:
        with pytest.raises(BrokenRecordError):
            unpack_value(front(1, size, head + bytes(size - len(head))))
        assert tracemalloc.get_traced_memory()[1] < 20 * size
    finally:
        tracemalloc.stop()


def test_a_chain_of_parts_that_wait_ends():
    """In the worst order, each waits for the next."""
    many = 20_000
    chain = [node(n, 0, [], [[n + 1]]) for n in range(many)]
    with pytest.raises(BrokenRecordError):
        unpack_value(body([0], [TUPLE], *chain, node(many, 0)))


def test_changed_bodies_are_values_or_misses():
    """Without a seal, as when somebody writes who is believed."""
    values = [{"a": [1, "x" * 300], "b": (2.5, {3}), "c": Plain([bytearray(300)])}]
    whole = packed([*values, values, 2**70, range(3)])
    chance = random.Random(0)
    for _ in range(3000):
        changed = bytearray(whole)
        for _ in range(chance.randrange(1, 4)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        try:
            unpack_value(changed[: chance.randrange(len(changed)) or None])
            unpack_value(changed)
        except BrokenRecordError:
            continue
