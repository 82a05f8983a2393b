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
from gradio.caching.codec.layout import laid_out
from gradio.caching.errors import BrokenRecordError
from support.packed import packed

HUGE = 1 << 40
LIST, TUPLE, OBJECT = "builtins.list", "builtins.tuple", "builtins.object"


@dataclass
class Plain:
    a: Any = None


def body(root: Any, forms: list[Any], *nodes: list[Any], sizes: Any = ()) -> bytes:
    """A body with the nodes as they are given."""
    pieces = [[root, forms, list(sizes)], *nodes]
    head = b"".join(map(msgpack.packb, pieces))
    memory = [bytes(max(0, size)) for size in sizes if type(size) is int]
    return b"".join(laid_out(len(nodes), head, memory))


def node(number: Any, form: Any, own: Any = (), entries: Any = ()) -> list[Any]:
    return [number, form, own, entries]


def of(name: Any, own: Any, entries: Any = ()) -> bytes:
    """A body of one node."""
    return body([0], [name], node(0, 0, own, entries))


def front(count: int, size: int, head: bytes) -> bytes:
    return count.to_bytes(8, "little") + size.to_bytes(8, "little") + head


FLAT = msgpack.packb([1, [], []])

BROKEN: dict[str, bytes | Callable[[], bytes]] = {
    "nothing": b"",
    "no head": front(0, 0, b""),
    "a longer head": front(0, HUGE, FLAT),
    "more nodes than bytes": front(HUGE, len(FLAT), FLAT),
    "more nodes than there are": front(1, len(FLAT), FLAT),
    "fewer nodes than there are": body(1, [LIST], node(0, 0))[:0]
    + front(0, len(FLAT) + 1, FLAT + b"\x01"),
    "something behind": front(0, len(FLAT), FLAT) + b"\0",
    "no root": front(0, 1, b"\x90"),
    "a text that is none": front(0, 5, b"\x93\xa1\xff\x90\x90"),
    "a list of 4 billion": front(0, 8, b"\x93\xdd\xff\xff\xff\xff\x90\x90"),
    "lists of many": front(0, 600, b"\xdd\x00\x00\x02\x00" * 120),
    "bytes of 4 billion": front(0, 8, b"\x93\xc6\xff\xff\xff\xff\x90\x90"),
    "a nested head": lambda: front(0, 100_000, b"\x91" * 100_000),
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
    "a short node": body([0], [LIST], [0, 0, []]),
    "a tuple in itself": of(TUPLE, [], [[0]]),
    "tuples in each other": body(
        [0], [TUPLE], node(0, 0, [], [[1]]), node(1, 0, [], [[0]])
    ),
    "a negative size": body(1, [], sizes=[-1]),
    "a size that is none": body(1, [], sizes=["1"]),
    "a size of more": body(1, [], sizes=[64])[:-1],
    "a huge size": front(0, 12, msgpack.packb([1, [], [HUGE]])[:12]),
    "memory that is not there": of("builtins.bytes", [[0]]),
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
            unpack_value(front(0, size, head + bytes(size - len(head))))
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
