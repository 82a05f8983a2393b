"""What a function holds besides its code: variables, a receiver, arguments."""

from __future__ import annotations

from typing import Any, NamedTuple

from gradio.caching.code.holding import Held, held_by
from gradio.caching.code.plain import is_plain
from gradio.caching.types.classes import class_name


class Captured(NamedTuple):
    """What a function holds: plain values, and what else, with the first named."""

    plain: tuple[Any, ...]
    others: tuple[Any, ...]
    obstacle: str | None


def captured_by(fn: Any, is_called_with_defaults: bool = False) -> Captured:
    """
    Collects what a function holds, and the functions that it holds, in order. Its own
    defaults are arguments of its calls, unless nobody sees with what it is called.
    """
    todo, seen, plain = [Held("the function", fn)], dict[int, Any](), list[Any]()
    others, obstacle = list[Any](), None
    arguments_of = () if is_called_with_defaults else _unwrapped(fn)
    while todo:
        role, value = todo.pop()
        if id(value) in seen:
            continue
        seen[id(value)] = value
        if (inner := held_by(value, arguments_of)) is not None:
            todo += reversed(inner)
        elif is_plain(value):
            plain.append(value)
        else:
            others.append(value)
            obstacle = obstacle or f"{role}, a {class_name(type(value))}"
    return Captured(tuple(plain), tuple(others), obstacle)


def _unwrapped(fn: Any) -> tuple[Any, ...]:
    """Lists the functions whose signature a call of this one goes by."""
    found: list[Any] = []
    while fn is not None and not any(fn is known for known in found):
        found.append(fn)
        names = ("func", "__func__", "__wrapped__")
        fn = next((v for n in names if (v := getattr(fn, n, None)) is not None), None)
    return tuple(found)
