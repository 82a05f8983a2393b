"""What a function holds besides its code: variables, a receiver, arguments."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any, NamedTuple

from gradio.caching.code.origin import is_of_user
from gradio.caching.code.plain import is_plain
from gradio.caching.functions.fingerprint import rebound_in
from gradio.caching.types.classes import class_name


class Held(NamedTuple):
    """A value that a function holds, and as what it does."""

    role: str
    value: Any


class Captured(NamedTuple):
    """What a function holds: plain values, and what else, with the first named."""

    plain: tuple[Any, ...]
    others: tuple[Any, ...]
    obstacle: str | None


def captured_by(fn: Any) -> Captured:
    """Collects what a function holds, and the functions that it holds, in order."""
    todo, seen, plain = [Held("the function", fn)], dict[int, Any](), list[Any]()
    others, obstacle = list[Any](), None
    while todo:
        role, value = todo.pop()
        if id(value) in seen:
            continue
        seen[id(value)] = value
        if (inner := _inside(value)) is not None:
            todo += reversed(inner)
        elif is_plain(value):
            plain.append(value)
        else:
            others.append(value)
            obstacle = obstacle or f"{role}, a {class_name(type(value))}"
    return Captured(tuple(plain), tuple(others), obstacle)


def _inside(value: Any) -> list[Held] | None:
    """What code holds, or a container of code; None of what is no code."""
    if isinstance(value, (type, ModuleType)):
        return []
    if type(value) in _CONTAINERS and not is_plain(value):
        parts = value.values() if type(value) is dict else value
        return [Held("a part of what it captured", part) for part in parts]
    lists = next((_INSIDE[k] for k in type(value).__mro__ if k in _INSIDE), None)
    return None if lists is None else list(lists(value))


def _in_function(fn: FunctionType) -> Iterator[Held]:
    rebound = rebound_in(fn.__code__) if fn.__closure__ else ()
    for name, cell in zip(fn.__code__.co_freevars, fn.__closure__ or (), strict=True):
        try:
            value = cell.cell_contents
        except ValueError:
            continue
        # What the function itself sets anew is no content, and what a library's
        # decorator works with is the library's.
        if name not in rebound and (is_of_user(fn) or callable(value)):
            yield Held(f"the variable {name!r} that it captured", value)


def _in_method(fn: MethodType) -> Iterator[Held]:
    yield Held("the method", fn.__func__)
    yield Held("what its method is bound to", fn.__self__)


def _in_builtin(fn: BuiltinFunctionType) -> Iterator[Held]:
    if fn.__self__ is not None:
        yield Held("what its method is bound to", fn.__self__)


def _in_partial(fn: functools.partial[Any]) -> Iterator[Held]:
    held = (fn.func, *fn.args, *(fn.keywords[name] for name in sorted(fn.keywords)))
    return (Held("an argument of its partial", value) for value in held)


_CONTAINERS = frozenset({dict, list, tuple})
_INSIDE: dict[type, Callable[[Any], Iterator[Held]]] = {
    FunctionType: _in_function,
    MethodType: _in_method,
    BuiltinFunctionType: _in_builtin,
    functools.partial: _in_partial,
}
