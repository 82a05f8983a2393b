"""The variables that a function captured, and which of them were set anew since."""

from __future__ import annotations

import functools
import weakref
from collections.abc import Callable, Iterator
from types import CellType, FunctionType, MethodType
from typing import Any

from gradio.caching.functions.fingerprint import rebound_in

_MOST_FUNCTIONS = 100


class Variables:
    """
    What a function and those that it captured have captured. By what it is now, two
    functions are the same; what is set anew later counts with each call.
    """

    def __init__(self, fn: Callable[..., Any]) -> None:
        self._cells = list(_cells_from_outside(fn))
        self._was: list[Callable[[Any], bool] | None] = list(map(_as_now, self._cells))

    def __bool__(self) -> bool:
        return bool(self._cells)

    def changed(self) -> list[tuple[int, Any]]:
        """Lists what the variables hold that were set anew, by their position."""
        return [
            (i, c.cell_contents) for i, c in enumerate(self._cells) if self._differs(i)
        ]

    def _differs(self, i: int) -> bool:
        was = self._was[i]
        if was is None:
            # A function that calls itself is set after it was made.
            self._was[i] = _as_now(self._cells[i])
            return False
        try:
            return not was(self._cells[i].cell_contents)
        except ValueError:
            return False


def _cells_from_outside(fn: Callable[..., Any]) -> Iterator[CellType]:
    """The cells that no function among those that are reached sets itself."""
    cells: dict[int, CellType] = {}
    own: set[int] = set()
    for function in _functions(fn):
        names, closure = function.__code__.co_freevars, function.__closure__ or ()
        rebound = rebound_in(function.__code__) if closure else ()
        for name, cell in zip(names, closure, strict=True):
            cells[id(cell)] = cell
            if name in rebound:
                own.add(id(cell))
    return (cell for key, cell in cells.items() if key not in own)


def _functions(fn: Any) -> Iterator[FunctionType]:
    todo, seen = [fn], set[int]()
    while todo and len(seen) < _MOST_FUNCTIONS:
        current = todo.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        if isinstance(current, FunctionType):
            yield current
        todo += _within(current)


@functools.singledispatch
def _within(fn: Any) -> list[Any]:  # noqa: ARG001
    return []


@_within.register
def _(fn: MethodType) -> list[Any]:
    return [fn.__func__]


@_within.register
def _(fn: functools.partial) -> list[Any]:
    return [fn.func]


@_within.register
def _(fn: FunctionType) -> list[Any]:
    captured = [c.cell_contents for c in fn.__closure__ or () if _is_set(c)]
    return [*captured, getattr(fn, "__wrapped__", None)]


def _is_set(cell: CellType) -> bool:
    try:
        return cell.cell_contents is not cell
    except ValueError:
        return False


def _as_now(cell: CellType) -> Callable[[Any], bool] | None:
    """Returns what tells whether a variable still holds what it holds now."""
    try:
        value = cell.cell_contents
    except ValueError:
        return None
    try:
        reference = weakref.ref(value)
    except TypeError:
        return lambda now: now is value
    return lambda now: now is not None and reference() is now
