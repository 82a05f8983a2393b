"""
Containers of nothing but scalars, of which there may be very many: those of one type
and length are written as one list of scalars, and cut again when they are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from gradio.caching.errors import BrokenRecordError

_SHORT = 64


class Rows(NamedTuple):
    """The containers of one type and length: their numbers, and all their scalars."""

    kind: type
    width: int
    numbers: list[int]
    scalars: list[Any]

    def cut(self) -> Iterator[tuple[int, Sequence[Any]]]:
        """Goes through the containers, by number."""
        rows = rows_in(self.scalars, self.width, len(self.numbers))
        return zip(self.numbers, rows, strict=True)


class RowsByLength:
    """Gathers them while a value is written."""

    def __init__(self) -> None:
        self._found: dict[tuple[type, int], Rows] = {}

    def add(self, kind: type, number: int, scalars: Sequence[Any]) -> None:
        """Adds what is in one container."""
        place = kind, len(scalars)
        if (rows := self._found.get(place)) is None:
            rows = self._found[place] = Rows(*place, [], [])
        rows.numbers.append(number)
        rows.scalars.extend(scalars)

    def __iter__(self) -> Iterator[Rows]:
        return iter(self._found.values())


def rows_in(scalars: list[Any], width: int, count: int) -> Iterable[Sequence[Any]]:
    """Cuts a list into pieces of one length; raises if they are not so many."""
    if type(width) is not int or width < 0 or width * count != len(scalars):
        raise BrokenRecordError("rows of another length")
    if width == 0:
        return [()] * count
    if width <= _SHORT:
        return zip(*[iter(scalars)] * width, strict=True)
    return (scalars[at : at + width] for at in range(0, len(scalars), width))
