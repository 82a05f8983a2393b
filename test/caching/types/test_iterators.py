"""Iterators whose content is known go on where the original is."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import gradio as gr
from gradio.caching.errors import UncopyableError
from gradio.caching.sizing import size_of
from gradio.caching.snapshot import snapshot


class Countdown:
    def __init__(self, start: int) -> None:
        self.left = start

    def __iter__(self) -> Countdown:
        return self

    def __next__(self) -> int:
        if self.left == 0:
            raise StopIteration
        self.left -= 1
        return self.left


ENDLESS: dict[str, Callable[[], Iterator[Any]]] = {
    "count": itertools.count,
    "count from": lambda: itertools.count(5),
    "count by steps": lambda: itertools.count(5, -2),
    "count of floats": lambda: itertools.count(0.5, 0.25),
    "count from far": lambda: itertools.count(2**70),
    "cycle": lambda: itertools.cycle([1, 2, 3]),
    "cycle of a text": lambda: itertools.cycle("abc"),
    "repeat": lambda: itertools.repeat("a"),
}

ENDING: dict[str, Callable[[], Iterator[Any]]] = {
    "repeat some times": lambda: itertools.repeat([1], 5),
    "empty cycle": lambda: itertools.cycle(()),
    "list": lambda: iter([1, [2], 3, 4, 5]),
    "tuple": lambda: iter((1, 2, 3)),
    "text": lambda: iter("abé"),
    "bytes": lambda: iter(b"abc"),
    "range": lambda: iter(range(5)),
    "large range": lambda: iter(range(2**70, 2**70 + 4)),
    "set": lambda: iter({1, 2, 3}),
    "dict": lambda: iter({"a": 1, "b": 2}),
    "values": lambda: iter({"a": 1, "b": [2]}.values()),
    "items": lambda: iter({"a": 1, "b": 2}.items()),
    "reversed": lambda: reversed([1, 2, 3]),
    "enumerate": lambda: enumerate([1, 2, 3]),
    "zip": lambda: zip([1, 2, 3], "abc", strict=True),
    "map": lambda: map(str, [1, 2, 3]),
    "filter": lambda: filter(None, [1, 0, 3]),
    "of a class": lambda: Countdown(4),
}


@pytest.mark.parametrize("make", (ENDLESS | ENDING).values(), ids=ENDLESS | ENDING)
@pytest.mark.parametrize("read", range(8))
def test_a_copy_goes_on_where_the_original_is(make, read):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        original = make()
        list(itertools.islice(original, read))
        copy = snapshot({"a": original})["a"]
        copy_of_copy = snapshot(copy)
    expected = list(itertools.islice(make(), read, read + 7))
    assert list(itertools.islice(copy, 7)) == expected
    assert list(itertools.islice(copy_of_copy, 7)) == expected
    assert list(itertools.islice(original, 7)) == expected


def test_what_is_behind_an_iterator_is_copied_and_counts():
    behind = [[1], bytes(10_000)]
    iterator = iter(behind)
    copy = snapshot(iterator)
    behind[0].append(2)
    assert next(copy) == [1]
    assert size_of(iterator) > 10_000


@pytest.mark.parametrize(
    "make",
    [
        lambda: itertools.cycle(n for n in (1, 2)),
        lambda: map(lambda n, seen=[]: seen.append(n), iter(int, 0)),
        lambda: enumerate(n for n in (1, 2)),
        lambda: itertools.chain([1], [2]),
        lambda: itertools.tee([1, 2])[0],
    ],
)
def test_what_is_only_known_by_reading_is_refused(make):
    with pytest.raises(UncopyableError):
        snapshot(make())


def test_each_caller_of_a_cached_function_gets_all():
    runs = []

    @gr.cache
    def numbered(names: str) -> Any:
        runs.append(names)
        return zip(itertools.count(1), names, strict=False)

    for _ in range(3):
        assert list(numbered("ab")) == [(1, "a"), (2, "b")]
    assert runs == ["ab"]
