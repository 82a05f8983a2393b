"""What keys, copies and sizes cost grows with what a value holds, not its paths."""

from __future__ import annotations

from typing import Any

import pytest

from gradio.caching import sizing
from gradio.caching import snapshot as copying
from gradio.caching.errors import UnkeyableError
from gradio.caching.hashing import digest, walk
from gradio.caching.sizing import size_of
from gradio.caching.snapshot import snapshot
from gradio.caching.types import KeyWriter

LEVELS = 40


def doubled(wrap: Any) -> Any:
    value: Any = [1]
    for _ in range(LEVELS):
        value = wrap(value)
    return value


class Node:
    def __init__(self, *parts: Any) -> None:
        self.parts = parts


SHARED = {
    "lists": lambda: doubled(lambda v: [v, v]),
    "tuples": lambda: doubled(lambda v: (v, v)),
    "dicts": lambda: doubled(lambda v: {"a": v, "b": v, 1: v}),
    "objects": lambda: doubled(lambda v: Node(v, v)),
}


class Calls:
    """Counts the calls of a method."""

    def __init__(self, monkeypatch: Any, owner: Any, name: str) -> None:
        self.count = 0
        original = getattr(owner, name)

        def counted(*args: Any) -> Any:
            self.count += 1
            return original(*args)

        monkeypatch.setattr(owner, name, counted)


@pytest.mark.parametrize("make", SHARED.values(), ids=SHARED)
def test_shared_parts_are_walked_once(make, monkeypatch):
    value = make()
    encoded = Calls(monkeypatch, walk.Walk, "_enter")
    copied = Calls(monkeypatch, copying._Copying, "_start")
    measured = Calls(monkeypatch, sizing._Sum, "_count")
    digest(value)
    snapshot(value)
    size_of(value)
    for calls in (encoded, copied, measured):
        assert LEVELS <= calls.count <= 12 * LEVELS


def test_sets_of_sets(monkeypatch):
    value = frozenset([0])
    for level in range(LEVELS):
        value = frozenset([value, frozenset([value, level])])
    encoded = Calls(monkeypatch, walk.Walk, "_enter")
    digest(value)
    assert encoded.count <= 4 * LEVELS


@pytest.mark.parametrize(
    "part",
    ["x" * (1 << 20), b"x" * (1 << 20), 1 << (1 << 23), bytearray(1 << 20)],
    ids=["text", "bytes", "number", "bytearray"],
)
def test_a_long_part_is_read_once_however_often_it_is_there(part, monkeypatch):
    read = []
    original = KeyWriter.feed
    monkeypatch.setattr(
        KeyWriter,
        "feed",
        lambda s, data, size: (read.append(size), original(s, data, size))[1],
    )
    many = [part] * 100
    for value in (many, [*many, 1], tuple(many), dict(enumerate(many))):
        digest(value)
    digest({str(n): part for n in range(100)})
    digest([[part] for _ in range(100)])
    assert sum(read) < 10 << 20


def test_the_same_long_text_counts_like_another_one():
    text = "x" * (1 << 17)
    other = "".join([text[:-1], "x"])
    assert other is not text
    assert digest([text, text]) == digest([text, other])
    assert digest([text, text]) != digest([text, text + "x"])
    assert digest({"a": text, "b": text}) == digest({"a": text, "b": other})


class Colliding:
    compared = 0

    def __init__(self, number: int) -> None:
        self.number = number

    def __hash__(self) -> int:
        return 1

    def __eq__(self, other: object) -> bool:
        Colliding.compared += 1
        return self is other


def test_keys_that_collide_are_not_compared():
    value = {Colliding(n): n for n in range(100)}
    members = set(value)
    Colliding.compared = 0
    digest([value, members])
    assert Colliding.compared == 0


def test_entangled_cycles_are_refused(monkeypatch):
    monkeypatch.setattr(walk, "MAX_REENTRIES", 5_000)
    entered = Calls(monkeypatch, walk.Walk, "_enter")
    hub: dict[int, Any] = {}
    spokes = [[*range(50), hub] for _ in range(200)]
    hub.update((n, spokes) for n in range(200))
    with pytest.raises(UnkeyableError, match="too many cycles"):
        digest(hub)
    assert entered.count < 5_000


@pytest.mark.parametrize("make", [lambda v: [v], lambda v: {"a": v}, Node])
def test_twenty_thousand_levels(make):
    value: Any = 1
    for _ in range(20_000 if make is not Node else 1_000):
        value = make(value)
    assert len(digest(value)) == 32
    copy = snapshot(value)
    assert size_of(copy) > 10_000
    while not isinstance(value, int):  # or to free it would need recursion
        value = next(iter(vars(value).values()))[0] if type(value) is Node else 1
