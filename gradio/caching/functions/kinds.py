"""Which of the four kinds of functions a callable is."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any


def kind_of(fn: Any) -> str:
    """Tells the kind of a function, of an object with `__call__`, or of a partial."""
    fn = _called_by_partial(fn)
    for candidate in (fn, type(fn).__call__):
        for kind, holds in _KINDS.items():
            if holds(candidate):
                return kind
    return "function"


def _called_by_partial(fn: Any) -> Any:
    while isinstance(fn, functools.partial):
        fn = fn.func
    return fn


_KINDS: dict[str, Callable[[Any], bool]] = {
    "coroutine": inspect.iscoroutinefunction,
    "generator": inspect.isgeneratorfunction,
    "async generator": inspect.isasyncgenfunction,
}
