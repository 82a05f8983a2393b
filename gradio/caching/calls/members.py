"""Whether a function is a method of a class: found by its members, not by its name."""

from __future__ import annotations

import functools
import weakref
from collections.abc import Callable, Iterator
from types import FunctionType, MethodType
from typing import Any

from gradio.caching.forks import new_lock

# Classes that are made by a `class` statement; others have no methods in Python.
_HEAP_TYPE = 1 << 9
_INSIDE = ("__wrapped__", "func", "fget", "fset", "fdel")


def may_have_methods(owner: type) -> bool:
    """Tells whether a class could have a method that is written in Python."""
    return bool(owner.__flags__ & _HEAP_TYPE)


class Methods:
    """
    Knows of which classes a function is a method. Thread-safe; keeps no class alive.
    """

    def __init__(self, fn: Callable[..., Any]) -> None:
        self._fn = fn
        self._known: weakref.WeakKeyDictionary[type, bool] = weakref.WeakKeyDictionary()
        self._lock = new_lock()

    def include(self, receiver: Any) -> bool:
        """Tells whether an object gets into the function as `self`."""
        owner = type(receiver)
        if not may_have_methods(owner):
            return False
        with self._lock:
            known = self._known.get(owner)
            if known is None:
                known = self._known[owner] = self._is_method_of(owner)
            return known

    def seem_to_include(self, receiver: Any) -> bool:
        """
        Tells the same by weaker signs, for an object that has no content: the name of
        the function, or that it was attached to the object.
        """
        owner = type(receiver)
        if any(_has(member, self._fn) for member in _static_members(owner)):
            return False
        attached = getattr(receiver, "__dict__", {}).values()
        return _is_named_after(owner, self._fn) or any(
            isinstance(value, MethodType) and _has(value.__func__, self._fn)
            for value in attached
        )

    def _is_method_of(self, owner: type) -> bool:
        if any(_has(member, self._fn) for member in _static_members(owner)):
            return False
        return any(_has(member, self._fn) for member in _members(owner))


def _members(owner: type) -> Iterator[Any]:
    for base in owner.__mro__:
        yield from list(vars(base).values())


def _static_members(owner: type) -> Iterator[Any]:
    return (m for m in _members(owner) if isinstance(m, staticmethod))


def _has(member: Any, fn: Any) -> bool:
    """Whether a member calls a function: itself, what it wraps, or as a descriptor."""
    seen: set[int] = set()
    todo = [member]
    while todo:
        current = todo.pop()
        if current is fn:
            return True
        if id(current) not in seen:
            seen.add(id(current))
            todo.extend(_inside(current))
    return False


def _inside(member: Any) -> Iterator[Any]:
    if isinstance(member, (type, MethodType, classmethod)):
        return
    if isinstance(member, staticmethod):
        yield member.__func__
    elif isinstance(member, FunctionType):
        yield from (v for k, v in vars(member).items() if k == "__wrapped__")
    elif isinstance(member, functools.singledispatchmethod):
        yield from (member.func, *member.dispatcher.registry.values())
    elif hasattr(type(member), "__get__"):
        yield from _in_descriptor(member)


def _in_descriptor(member: Any) -> Iterator[Any]:
    for name in _INSIDE:
        try:
            yield object.__getattribute__(member, name)
        except AttributeError:
            continue
    own = getattr(member, "__dict__", {})
    yield from (v for v in list(own.values()) if isinstance(v, FunctionType))


def _is_named_after(owner: type, fn: Any) -> bool:
    module, name = getattr(fn, "__module__", None), getattr(fn, "__qualname__", "")
    return any(
        base.__module__ == module and base.__qualname__ == name.rpartition(".")[0]
        for base in owner.__mro__
    )
