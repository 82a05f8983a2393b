"""Sizes: shared parts, cycles, and the unmeasurable."""

from __future__ import annotations

import collections
import functools
import io
import logging
import sys
import tracemalloc
import types
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, PrivateAttr

from gradio.caching import errors, sizing
from gradio.caching.sizing import size_of
from gradio.caching.types import Region, measure
from support.holders import Box

MEGABYTE = 1 << 20


def megabyte() -> bytes:
    return bytes(MEGABYTE)


class Slotted:
    __slots__ = ("content", "unset")

    def __init__(self, content: Any) -> None:
        self.content = content


class Names(list):
    pass


class Text(str):
    pass


class Model(BaseModel):
    name: Any = None
    _private: Any = PrivateAttr(None)


def named(value: Any, content: Any) -> Any:
    value.content = content
    return value


def private(content: Any) -> Model:
    model = Model()
    model._private = content
    return model


WITH_CONTENT = {
    "list": lambda content: [content],
    "tuple": lambda content: (content,),
    "set": lambda content: {content},
    "frozenset": lambda content: frozenset({content}),
    "key": lambda content: {content: None},
    "value": lambda content: {None: content},
    "nested": lambda content: {"a": [({"b": {content}},)]},
    "deque": lambda content: collections.deque([content]),
    "ordered": lambda content: collections.OrderedDict(a=content),
    "defaultdict": lambda content: collections.defaultdict(list, a=content),
    "chain": lambda content: collections.ChainMap({"a": content}),
    "proxy": lambda content: types.MappingProxyType({"a": content}),
    "namespace": lambda content: types.SimpleNamespace(a=content),
    "dataclass": Box,
    "slots": Slotted,
    "subclass": lambda content: Names([content]),
    "attribute of a list": lambda content: named(Names(), content),
    "attribute of a text": lambda content: named(Text(), content),
    "model": lambda content: Model(name=content),
    "private attribute": private,
    "partial": lambda content: functools.partial(print, content),
    "keyword of a partial": lambda content: functools.partial(print, end=content),
    "method": lambda content: named(Names(), content).append,
    "exception": lambda content: ValueError(content),
    "view": lambda content: memoryview(content),
    "file": io.BytesIO,
}


@pytest.mark.parametrize("wrap", WITH_CONTENT.values(), ids=WITH_CONTENT.keys())
def test_what_is_inside_counts(wrap):
    assert MEGABYTE <= size_of(wrap(megabyte())) < MEGABYTE + 3000


@pytest.mark.parametrize("wrap", WITH_CONTENT.values(), ids=WITH_CONTENT.keys())
def test_a_shared_part_counts_once(wrap):
    content = megabyte()
    shared = [wrap(content), wrap(content), content]
    if isinstance(shared[0], io.BytesIO):
        pytest.skip("it may hold a copy")
    assert MEGABYTE <= size_of(shared) < MEGABYTE + 6000


def test_equal_parts_that_are_not_shared_count_each():
    assert size_of([megabyte(), megabyte()]) > 2 * MEGABYTE


def test_the_same_text_many_times_counts_once():
    text = "x" * 10_000
    assert size_of([text] * 1000) < 20_000
    assert size_of([[text, 1], [text, 2], {text: text}]) < 12_000


@pytest.mark.parametrize(
    "build",
    [
        lambda: [str(n) * 5 for n in range(5000)],
        lambda: [float(n) for n in range(5000)],
        lambda: [{"name": str(n), "tags": [str(n), n + 1000]} for n in range(1000)],
        lambda: {str(n): (float(n), {str(n): None}) for n in range(1000)},
        lambda: [Box([n + 1000]) for n in range(1000)],
        lambda: [Slotted({n + 1000}) for n in range(1000)],
    ],
)
def test_sizes_are_what_the_allocator_gives(build):
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        value = build()
        allocated = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert 0.85 < size_of(value) / allocated < 1.3


def test_cycles():
    value: list = [megabyte()]
    value.append({"self": value, "box": Box(value)})
    assert MEGABYTE < size_of(value) < MEGABYTE + 3000


def test_three_thousand_levels_need_no_recursion():
    value: Any = megabyte()
    for _ in range(3_000):
        value = {"a": (Box([value]),)}
    assert size_of(value) > MEGABYTE


class Unmeasurable:
    def __sizeof__(self) -> int:
        raise RuntimeError("no")


class Lying:
    nbytes = "many"


class Closed:
    @property
    def __dict__(self) -> Any:
        raise RuntimeError("no")


@pytest.mark.parametrize("value", [Unmeasurable(), Lying(), Closed()])
def test_nothing_is_raised_and_the_rest_is_measured(value, monkeypatch, caplog):
    monkeypatch.setattr(errors, "_logged", errors.OncePerSubject())
    with caplog.at_level(logging.WARNING):
        assert size_of([value, megabyte()]) > MEGABYTE
        assert size_of([value, megabyte()]) > MEGABYTE
    assert len(caplog.records) <= 1


def test_a_failure_is_logged_once(monkeypatch, caplog):
    monkeypatch.setattr(errors, "_logged", errors.OncePerSubject())
    size_of(Closed())
    size_of([Closed()])
    assert len(caplog.records) == 1


class Recording:
    def __init__(self, title: str, samples: int) -> None:
        self.title = title
        self.samples = samples


@measure.register(Recording)
def _(value: Recording) -> Any:
    return 100, (value.title, Region(("samples", value.samples), MEGABYTE))


def test_others_register_what_their_types_hold():
    title = "t" * 1000
    one, same, other = Recording(title, 1), Recording(title, 1), Recording(title, 2)
    assert size_of(one) == 100 + sys.getsizeof(title) + MEGABYTE
    assert size_of((one, same)) < 1.1 * MEGABYTE
    assert size_of((one, other)) > 2 * MEGABYTE


plain = st.none() | st.booleans() | st.integers() | st.text(max_size=3)

few = st.one_of(
    plain,
    st.lists(plain, max_size=20),
    st.lists(plain, max_size=20).map(tuple),
    st.sets(plain, max_size=20),
    st.dictionaries(plain, plain | st.lists(plain), max_size=10),
)


@given(few)
def test_few_plain_values_count_like_any(value: Any) -> None:
    assert size_of(value) == sizing._Sum().of(value)
