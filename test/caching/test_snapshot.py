"""Private copies: shared parts, cycles, depth, errors, and what can't be copied."""

from __future__ import annotations

import collections
import threading
import types
from typing import Any, NamedTuple

import pytest

from gradio.caching.hashing import digest
from gradio.caching.snapshot import snapshot
from gradio.caching.types import clone, for_subclasses, immutable
from support.holders import Box, Cells


class Pair(NamedTuple):
    x: Any
    y: Any


class Names(list):
    pass


def test_a_changed_copy_leaves_the_original_alone():
    value = {"rows": [{"name": "a", "tags": {"x"}}]}
    copy = snapshot(value)
    copy["rows"][0]["tags"].add("y")
    copy["rows"].append(1)
    assert value == {"rows": [{"name": "a", "tags": {"x"}}]}


def test_shared_parts_stay_shared():
    part = [1]
    copy = snapshot([part, {"a": part}, (part,), Box(part)])
    assert copy[0] is copy[1]["a"] is copy[2][0] is copy[3].content is not part


def test_cycles_stay_cycles():
    value: list = [1]
    value.append({"self": value, "tuple": (value,), "box": Box([], value)})
    copy = snapshot(value)
    assert copy is not value
    assert copy[1]["self"] is copy[1]["tuple"][0] is copy[1]["box"].parent is copy


def test_a_tuple_that_contains_itself_by_way_of_lists():
    first: list = []
    second: list = []
    value = (first, second)
    first.append(value)
    second.append((value, first))
    copy = snapshot(value)
    assert copy is not value
    assert copy[0][0] is copy
    assert copy[1][0][0] is copy
    assert copy[1][0][1] is copy[0]


@pytest.mark.parametrize(
    "nest",
    [
        lambda inner: [inner],
        lambda inner: (inner,),
        lambda inner: {"key": inner},
        Box,
        lambda inner: Cells(inner, 1),
        lambda inner: Pair(inner, 1),
        lambda inner: Names([inner]),
        lambda inner: collections.deque([inner]),
        lambda inner: types.MappingProxyType({"a": inner}),
    ],
)
def test_three_thousand_levels_need_no_recursion(nest):
    value: Any = [1]
    for _ in range(3_000):
        value = nest(value)
    copy = snapshot(value)
    assert digest(copy) == digest(value)
    while nest_of := list(_parts(value)):
        assert copy is not value
        copy, value = next(_parts(copy)), nest_of[0]
    assert (copy, value) == (1, 1)


def _parts(value: Any) -> Any:
    if isinstance(value, types.MappingProxyType):
        return iter(value.values())
    if isinstance(value, dict):
        return iter(value.values())
    if isinstance(value, (list, tuple, collections.deque)):
        return iter(value)
    if isinstance(value, Box):
        return iter([value.content])
    return iter([value.a]) if isinstance(value, Cells) else iter(())


class Recording:
    def __init__(self, samples: bytearray) -> None:
        self.samples = samples
        self.tags: Any = []
        self.lock = threading.Lock()


class LiveRecording(Recording):
    pass


class Token:
    def __init__(self) -> None:
        self.lock = threading.Lock()


@clone.register(Recording)
@for_subclasses
def _(value: Recording, memo: Any) -> Any:
    copy = type(value)(value.samples.copy())
    memo[id(value)] = copy
    copy.tags = yield value.tags
    return copy


clone.register(Token, immutable)


def test_others_register_how_to_clone():
    for kind in (Recording, LiveRecording):
        value = kind(bytearray(b"a"))
        value.tags = [value, ["tag"]]
        copy = snapshot([value])[0]
        assert type(copy) is kind
        assert copy.tags[0] is copy
        assert copy.tags[1] == ["tag"]
        assert copy.tags[1] is not value.tags[1]
        assert copy.samples is not value.samples


def test_others_register_types_to_be_shared():
    token = Token()
    assert snapshot([token, 1, []])[0] is token


def test_many_threads_copy_the_same_value():
    value = {"rows": [{"a": [n]} for n in range(200)]}
    copies = []
    threads = [
        threading.Thread(target=lambda: copies.append(snapshot(value)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert copies == [value] * 8
    assert len({id(copy["rows"]) for copy in copies}) == 8
