"""
When two callables are the same function, and two objects the same instance.

A function is told apart by its code, what it captured and the instance it is bound to.
What is captured counts as with globals: by which object it is, not by what was changed
inside it; plain values count by value, and captured functions as said here. So a lambda
that a handler makes anew on each request is one function as long as it captures the
same things.
"""

from __future__ import annotations

import dis
import functools
import sys
import weakref
from collections.abc import Callable, Hashable
from types import (
    BuiltinFunctionType,
    CellType,
    CodeType,
    FunctionType,
    MethodType,
    ModuleType,
)
from typing import Any

from blake3 import blake3

from gradio.caching.functions.instances import INSTANCES

Name = tuple[Hashable, ...]

_BY_VALUE = frozenset({int, str, bytes, bool, type(None)})
# -0.0 equals 0.0, and NaN not even itself.
_BY_TEXT = frozenset({float, complex})
# Names grow no longer than this, however functions and tuples refer to each other.
_MOST_MET = 100
# Nor do they hold more of a value than that.
_MOST_BYTES = 1024
# What wraps and partialmethod leave behind.
_OF_WRAPPERS = {"__wrapped__", "__self__"}
_EXACTLY = ("utf-8", "surrogatepass")


class Fingerprint:
    """
    Makes names that are equal for what counts as the same. A name speaks of an object
    by its token, or else by its address: who keeps the name must hold what is `held`,
    as another object could come to the address of one that is gone.
    """

    def __init__(self) -> None:
        self.alive: list[weakref.ref[Any]] = []
        self.held: dict[int, Any] = {}
        self._met: dict[int, int] = {}
        self._kept: list[Any] = []

    def name(self, value: Any) -> Name:
        """Names one value, as the functions that capture it do."""
        kind = type(value)
        if kind in _BY_VALUE:
            return kind, _short(value)
        if kind in _BY_TEXT:
            return kind, repr(value)
        if kind is MethodType:
            return kind, self.name(value.__func__), self._instance(value.__self__)
        if kind is BuiltinFunctionType and _is_bound(value):
            return kind, value.__name__, self._instance(value.__self__)
        parts = _PARTS.get(kind)
        if parts is None or len(self._met) > _MOST_MET or _has_state(value):
            return "object", self._identity(value)
        if id(value) in self._met:
            return "met", self._met[id(value)]
        self._met[id(value)] = len(self._met)
        self._kept.append(value)  # its address stays its own until all is named
        return (kind, *parts(self, value))

    def _identity(self, value: Any) -> Name:
        token = INSTANCES.of(value)
        if token is not None:
            self.alive.append(weakref.ref(value))
            return "token", token
        self.held[id(value)] = value
        return "address", id(value)

    def _instance(self, receiver: Any) -> Name:
        if INSTANCES.of(receiver) is None:
            return self.name(receiver)
        return "instance", self._identity(receiver)

    def _function(self, fn: FunctionType) -> Name:
        # Not by value: equal code in two files makes two functions.
        code = self._identity(fn.__code__), self._namespace(fn.__globals__)
        defaults = self.name(fn.__defaults__), self._items(fn.__kwdefaults__)
        variables = zip(fn.__code__.co_freevars, fn.__closure__ or (), strict=True)
        captured = (self._captured(fn, name, cell) for name, cell in variables)
        return (*code, *defaults, *captured)

    def _namespace(self, names: dict[str, Any]) -> Name:
        module = sys.modules.get(names.get("__name__", ""))
        is_module_s = getattr(module, "__dict__", None) is names
        return self._identity(module if is_module_s else names)

    def _captured(self, fn: FunctionType, variable: str, cell: CellType) -> Name:
        # What the function itself sets anew, such as a counter, is the variable's; and
        # one that is not set yet may become anything.
        try:
            if variable not in rebound_in(fn.__code__):
                return self.name(cell.cell_contents)
        except ValueError:
            pass
        return "variable", self._identity(cell)

    def _partial(self, fn: functools.partial[Any]) -> Name:
        return self.name(fn.func), self.name(fn.args), self._items(fn.keywords)

    def _tuple(self, values: tuple[Any, ...]) -> Name:
        return tuple(map(self.name, values))

    def _items(self, values: dict[str, Any] | None) -> Name:
        return tuple((n, self.name(v)) for n, v in sorted((values or {}).items()))


_PARTS: dict[type, Callable[[Fingerprint, Any], Name]] = {
    FunctionType: Fingerprint._function,
    functools.partial: Fingerprint._partial,
    tuple: Fingerprint._tuple,
}


def _short(value: Any) -> Hashable:
    """A small value itself; of a large one its digest, so that nobody holds it."""
    if sys.getsizeof(value) <= _MOST_BYTES:
        return value
    data = value if isinstance(value, bytes) else _text(value).encode(*_EXACTLY)
    return "digest", blake3(data).digest()


def _text(value: Any) -> str:
    return hex(value) if isinstance(value, int) else value


def _is_bound(fn: Any) -> bool:
    return not (fn.__self__ is None or isinstance(fn.__self__, ModuleType))


def _has_state(value: Any) -> bool:
    """
    Whether a function has attributes of its own, in which it may remember something.
    """
    return bool(getattr(value, "__dict__", {}).keys() - _OF_WRAPPERS)


def rebound_in(code: CodeType) -> frozenset[str]:
    """The variables from outside that a function, or one inside it, sets anew."""
    known = _rebound.get(code)
    if known is None:
        steps = dis.get_instructions(code)
        own = {s.argval for s in steps if s.opname in ("STORE_DEREF", "DELETE_DEREF")}
        inner = (part for part in code.co_consts if isinstance(part, CodeType))
        known = _rebound[code] = frozenset(own.union(*map(rebound_in, inner)))
    return known


_rebound: weakref.WeakKeyDictionary[CodeType, frozenset[str]] = (
    weakref.WeakKeyDictionary()
)
