"""The objects that a body begins with, and the numbers in them, as they are claimed."""

from __future__ import annotations

from itertools import chain
from typing import Any

import msgpack

from gradio.caching.errors import BrokenRecordError
from gradio.caching.types.scalars import kinds_of

FEW_BYTES = 512
"""
Of objects, which are read at once: what they claim to hold is at most the square of it.
"""


def expect(holds: bool, what: str) -> None:
    """Raises BrokenRecordError, saying what there is, unless something holds."""
    if not holds:
        raise BrokenRecordError(what)


def expect_numbers(numbers: list[Any], count: int) -> None:
    """Raises BrokenRecordError unless all are numbers of so many things."""
    # A negative one would count from the end.
    expect(kinds_of(numbers) <= {int}, "a number that is none")
    expect(
        not numbers or (min(numbers) >= 0 and max(numbers) < count),
        "a number of nothing",
    )


def references(entries: list[Any], count: int) -> list[int]:
    """Lists the numbers that are referred to, each by a list of one."""
    lists = [entry for entry in entries if type(entry) is list]
    numbers = [*chain.from_iterable(lists)]
    expect(len(numbers) == len(lists) and all(lists), "a reference that is none")
    expect_numbers(numbers, count)
    return numbers


def objects_in(head: memoryview, count: int) -> list[Any]:
    """
    Reads the objects of a body. Goes through many once without making them, so that no
    size is but claimed. Raises BrokenRecordError.
    """
    size = len(head)
    if size > FEW_BYTES:
        checked = _unpacker(head)
        for _ in range(count):
            checked.skip()
        expect(checked.tell() == size, "another number of objects")
    unpacker = _unpacker(head)
    objects = list(unpacker)
    expect(len(objects) == count and unpacker.tell() == size, "more than objects")
    return objects


def _unpacker(head: memoryview) -> msgpack.Unpacker:
    size = len(head)
    made = msgpack.Unpacker(
        None, max_map_len=0, max_ext_len=0, max_buffer_size=max(size, 1)
    )
    made.feed(head)
    return made
