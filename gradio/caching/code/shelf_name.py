"""The name that the entries of a function have in every process."""

from __future__ import annotations

import functools
import re
import weakref
from collections.abc import Callable
from types import MethodType
from typing import Any, NamedTuple

from gradio.caching.code.captured import captured_by
from gradio.caching.code.fingerprint import CodeWalk
from gradio.caching.code.origin import module_name
from gradio.caching.code.plain import told
from gradio.caching.hashing import digest

_ODD = re.compile(r"[^A-Za-z0-9_.]+")
_READABLE = 60
_DIGITS = 32

_holders: dict[str, tuple[Callable[[], Any], ...]] = {}


class ShelfName(NamedTuple):
    """The name of a function cache in stores, or why it can have none."""

    name: str | None
    obstacle: str | None = None


def shelf_name(
    fn: Callable[..., Any],
    key: Callable[..., Any] | None = None,
    version: str | int | None = None,
) -> ShelfName:
    """
    Names a function cache by the function's place, its code or what its user says of
    that, what it captured, and its `key`.
    """
    held = captured_by(fn), captured_by(key, is_called_with_defaults=True)
    if version is None:
        if obstacle := held[0].obstacle or held[1].obstacle:
            return ShelfName(None, obstacle)
        code: Any = CodeWalk().digest([fn, key])
    else:
        code = version, CodeWalk().digest([key])
    others = (*held[0].others, *held[1].others)
    place = _place(fn)
    captured = [tuple(map(told, each.plain)) for each in held]
    name = _name(".".join(place), (*place, code, *captured))
    if _is_taken(name, others):
        return ShelfName(None, f"{place[1]}, of which there are several in one version")
    return ShelfName(name)


def shelf_of_name(name: str, version: str | None = None) -> str:
    """Names what is kept under a name that its user gave, and maybe a version."""
    return _name(name, ("by name", name, *([] if version is None else [version])))


def _name(told: str, facts: tuple[Any, ...]) -> str:
    """A name that can be read, and that no other facts ever get."""
    readable = _ODD.sub("_", told)[-_READABLE:].lstrip(".")
    return f"{readable or '_'}-{digest(facts).hex()[:_DIGITS]}"


def _is_taken(name: str, others: tuple[Any, ...]) -> bool:
    """
    Whether a function that holds other things, which no name can tell, has this name.
    """
    mine = tuple(map(_reference, others))
    holders = _holders.setdefault(name, mine)
    pairs = zip(holders, mine, strict=False)
    is_same = len(holders) == len(mine) and all(old() is new() for old, new in pairs)
    if is_same or any(old() is None for old in holders):
        _holders[name] = mine
        return False
    return True


def _reference(value: Any) -> Callable[[], Any]:
    try:
        return weakref.ref(value)
    except TypeError:
        return lambda: value


def _place(fn: Any) -> tuple[str, str]:
    while isinstance(fn, functools.partial):
        fn = fn.func
    fn = fn.__func__ if isinstance(fn, MethodType) else fn
    named = fn if hasattr(fn, "__qualname__") else type(fn)
    return module_name(named), named.__qualname__
