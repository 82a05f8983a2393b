"""
Iterators. Copied are those whose whole content is known without reading on: those of
Python's own containers, and those of `itertools` that never end.
"""

from __future__ import annotations

import gc
import itertools
import types
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from gradio.caching.errors import UncopyableError
from gradio.caching.types.containers import measure_referents
from gradio.caching.types.objects import clone_by_pickled_form
from gradio.caching.types.protocol import reduced
from gradio.caching.types.registry import Cloning, Memo, clone, measure

OVER_VALUES = (
    *(type(iter(kind())) for kind in (list, tuple, str, bytes, bytearray, set)),
    *(type(iter(range(1))), type(iter(range(1 << 70))), type(iter("\u00e9"))),
    *(type(iter({}.keys())), type(iter({}.values())), type(iter({}.items()))),
    *(type(reversed([])), reversed),
)
"""They are pickled with the container, or with what is left of it, and the place."""

for _kind in {*OVER_VALUES, enumerate, zip}:
    clone.register(_kind, clone_by_pickled_form)

for _kind in {
    *(*OVER_VALUES, enumerate, zip, map, filter),
    *(itertools.count, itertools.cycle, itertools.repeat),
}:
    measure.register(_kind, measure_referents)


@clone.register(map)
@clone.register(filter)
def _(value: Iterator[Any], memo: Memo) -> Any:
    """What it does to each value is known if its function is a type or has no state."""
    function = reduced(value)[1][0]
    if not isinstance(function, (type, types.FunctionType, types.NoneType)):
        raise UncopyableError(f"a {type(value).__name__}")
    if getattr(function, "__closure__", None):
        raise UncopyableError(f"a {type(value).__name__}")
    return clone_by_pickled_form(value, memo)


# Not by their pickled forms, which newer versions of Python don't have.


def _referents(value: Any) -> list[Any]:
    return [part for part in gc.get_referents(value) if part is not type(value)]


@clone.register(itertools.count)
def _(value: itertools.count[Any], memo: Memo) -> Any:
    parts = _referents(value)
    if len(parts) == 2:
        return itertools.count(*deepcopy(parts))
    return itertools.count(int(repr(value)[len("count(") : -1]))


@clone.register(itertools.repeat)
def _(value: itertools.repeat[Any], memo: Memo) -> Cloning:
    (repeated,) = _referents(value)
    copy = yield repeated
    try:
        times = value.__length_hint__()  # type: ignore[attr-defined]
    except TypeError:
        return itertools.repeat(copy)
    return itertools.repeat(copy, times)


@clone.register(itertools.cycle)
def _(value: itertools.cycle[Any], memo: Memo) -> Cloning:
    *source, saved = _referents(value)
    if source and type(source[0]) not in OVER_VALUES:
        raise UncopyableError("an itertools.cycle over an unknown sequence")
    left = list((yield source[0])) if source else []
    if left:
        copy = itertools.cycle((yield list(saved)) + left)
        return _advanced(copy, len(saved))
    # How far it is, a whole round tells, after which it is there again.
    return itertools.cycle((yield list(itertools.islice(value, len(saved)))))


def _advanced(iterator: Any, steps: int) -> Any:
    next(itertools.islice(iterator, steps, steps), None)
    return iterator
