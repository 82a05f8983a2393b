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
import itertools
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable
from types import CellType, CodeType, FunctionType, MethodType
from typing import Any, Generic, TypeVar

from gradio.caching.forks import new_lock

T = TypeVar("T")

Name = tuple[Hashable, ...]

_BY_VALUE = frozenset({int, str, bytes, bool, type(None)})
# -0.0 equals 0.0, and NaN not even itself.
_BY_TEXT = frozenset({float, complex})
# Names grow no longer than this, however functions and tuples refer to each other.
_MOST_MET = 100


class InstanceTokens:
    """
    Numbers for instances, never used twice, unlike `id`. Thread-safe; keeps nothing
    alive.
    """

    def __init__(self) -> None:
        self._tokens: dict[int, tuple[weakref.ref[Any], int]] = {}
        self._next = itertools.count(1)
        self._lock = new_lock()

    def of(self, instance: Any) -> int | None:
        """
        Parameters:
            instance: any object.
        Returns:
            Its number, the same as long as it lives; None if it can't be referred to
            weakly.
        """
        address = id(instance)
        with self._lock:
            reference, token = self._tokens.get(address, (None, 0))
            if reference is not None and reference() is instance:
                return token
            return self._number(instance, address)

    def _number(self, instance: Any, address: int) -> int | None:
        try:
            reference = weakref.ref(instance, functools.partial(self._forget, address))
        except TypeError:
            return None
        token = next(self._next)
        self._tokens[address] = (reference, token)
        return token

    def _forget(self, address: int, reference: weakref.ref[Any]) -> None:
        with self._lock:
            # The address may already be that of a newer instance.
            if self._tokens.get(address, (None,))[0] is reference:
                del self._tokens[address]


class SameFunctions(Generic[T]):
    """
    What belongs to a function, found again for the same function. Thread-safe, bounded:
    the function that was not asked for longest is forgotten.
    Parameters:
        limit: most functions remembered.
    """

    def __init__(self, limit: int = 256) -> None:
        self._limit = limit
        self._records: OrderedDict[Hashable, tuple[T, Any]] = OrderedDict()
        self._lock = new_lock()

    def get_or_make(
        self,
        fn: Callable[..., Any],
        key: Callable[..., Any] | None,
        extra: Hashable,
        make: Callable[[], T],
    ) -> T:
        """
        Parameters:
            fn: a function, bound method, partial or other callable.
            key: another that must be the same as well, or None.
            extra: what else must be equal, for example the settings.
            make: called without arguments when the functions were not seen before.
        Returns:
            What `make` returned for the same functions and extra.
        """
        naming = _Naming()
        name = (naming.name(fn), naming.name(key), extra)
        with self._lock:
            if name in self._records:
                self._records.move_to_end(name)
                return self._records[name][0]
            made = make()
            self._records[name] = (made, naming.referents)
            if len(self._records) > self._limit:
                self._records.popitem(last=False)
            return made


INSTANCES = InstanceTokens()
"""The tokens of all instances that methods are bound to."""


class _Naming:
    """
    Makes names that are equal for what counts as the same. Where a name speaks of an
    object by its address, the object is among the `referents`: who keeps the name must
    hold them, as another object could come to the address of one that is gone.
    """

    def __init__(self) -> None:
        self.referents: list[Any] = []
        self._met: dict[int, int] = {}

    def name(self, value: Any) -> Name:
        kind = type(value)
        if kind in _BY_VALUE:
            return kind, value
        if kind in _BY_TEXT:
            return kind, repr(value)
        if kind is MethodType:
            # Not met: what is met is held, and a method would hold its instance.
            return kind, self.name(value.__func__), self._instance(value.__self__)
        parts = _PARTS.get(kind)
        if parts is None or len(self._met) > _MOST_MET or _has_state(value):
            return "object", self._address(value)
        if id(value) in self._met:
            return "met", self._met[id(value)]
        self._met[self._address(value)] = len(self._met)
        return (kind, *parts(self, value))

    def _address(self, value: Any) -> int:
        self.referents.append(value)
        return id(value)

    def _instance(self, receiver: Any) -> Name:
        token = INSTANCES.of(receiver)
        return self.name(receiver) if token is None else ("instance", token)

    def _function(self, fn: FunctionType) -> Name:
        # By address: equal code in two files makes two functions.
        code = self._address(fn.__code__), self._address(fn.__globals__)
        defaults = self.name(fn.__defaults__), self._items(fn.__kwdefaults__)
        variables = zip(fn.__code__.co_freevars, fn.__closure__ or (), strict=True)
        captured = (self._captured(fn, name, cell) for name, cell in variables)
        return (*code, *defaults, *captured)

    def _captured(self, fn: FunctionType, variable: str, cell: CellType) -> Name:
        # What the function itself sets anew, such as a counter, is the variable's; and
        # one that is not set yet may become anything.
        try:
            if variable not in _rebound_in(fn.__code__):
                return self.name(cell.cell_contents)
        except ValueError:
            pass
        return "variable", self._address(cell)

    def _partial(self, fn: functools.partial[Any]) -> Name:
        return self.name(fn.func), self.name(fn.args), self._items(fn.keywords)

    def _tuple(self, values: tuple[Any, ...]) -> Name:
        return tuple(map(self.name, values))

    def _items(self, values: dict[str, Any] | None) -> Name:
        return tuple((n, self.name(v)) for n, v in sorted((values or {}).items()))


_PARTS: dict[type, Callable[[_Naming, Any], Name]] = {
    FunctionType: _Naming._function,
    functools.partial: _Naming._partial,
    tuple: _Naming._tuple,
}


def _has_state(value: Any) -> bool:
    """
    Whether a function has attributes of its own, in which it may remember something.
    """
    return bool(getattr(value, "__dict__", {}).keys() - {"__wrapped__"})


@functools.lru_cache(maxsize=1024)
def _rebound_in(code: CodeType) -> frozenset[str]:
    """The variables from outside that a function, or one inside it, sets anew."""
    steps = dis.get_instructions(code)
    own = {s.argval for s in steps if s.opname in ("STORE_DEREF", "DELETE_DEREF")}
    inner = (part for part in code.co_consts if isinstance(part, CodeType))
    return frozenset(own.union(*map(_rebound_in, inner)))
