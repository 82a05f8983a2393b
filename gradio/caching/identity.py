"""When two callables are the same function, and two objects the same instance.

A function is told apart by its code, what it captured and the instance it is bound to. What is
captured counts as with globals: by which object it is, not by what was changed inside it;
plain values count by value. So a lambda that a handler makes anew on each request is one
function as long as it captures the same things.
"""

from __future__ import annotations

import functools
import itertools
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable
from types import FunctionType, MethodType
from typing import Any, Generic, TypeVar

T = TypeVar("T")

_BY_VALUE = (int, float, complex, str, bytes, bool, type(None))
_EMPTY = object()


class InstanceTokens:
    """Numbers for instances, never used twice, unlike `id`. Thread-safe; keeps nothing alive."""

    def __init__(self) -> None:
        self._tokens: dict[int, tuple[weakref.ref[Any], int]] = {}
        self._next = itertools.count(1)
        self._lock = threading.RLock()

    def of(self, instance: Any) -> int | None:
        """
        Parameters:
            instance: any object.
        Returns:
            Its number, the same as long as it lives; None if it can't be referred to weakly.
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
    What belongs to a function, found again for the same function. Thread-safe, bounded: the
    function that was not asked for longest is forgotten.
    Parameters:
        limit: most functions remembered.
    """

    def __init__(self, limit: int = 256) -> None:
        self._limit = limit
        self._records: OrderedDict[Hashable, tuple[T, Any]] = OrderedDict()
        self._lock = threading.RLock()

    def get_or_make(
        self, fn: Callable[..., Any], extra: Hashable, make: Callable[[], T]
    ) -> T:
        """
        Parameters:
            fn: a function, bound method, partial or other callable.
            extra: what else must be equal, for example the settings.
            make: called without arguments when the function was not seen before.
        Returns:
            What `make` returned for the same function and extra.
        """
        names = [(*name, extra) for name in _names(fn)]
        with self._lock:
            known = [name for name in names if name in self._records]
            for name in known:
                self._records.move_to_end(name)
            if known:
                return self._records[known[0]][0]
            made = make()
            # What the names were made from is kept with them, so that none of their
            # addresses can come to stand for another object.
            kept = fn if INSTANCES.of(_receiver(fn)) is None else fn.__func__
            self._records.update(dict.fromkeys(names, (made, kept)))
            self._trim()
            return made

    def _trim(self) -> None:
        while len(self._records) > self._limit:
            self._records.popitem(last=False)


INSTANCES = InstanceTokens()
"""The tokens of all instances that methods are bound to."""


def same_callable(fn: Callable[..., Any] | None) -> Hashable:
    """
    Parameters:
        fn: a callable, such as a `key`, or None.
    Returns:
        Something equal for callables that are the same function, as long as `fn` is alive.
    """
    return None if fn is None else _names(fn)[-1]


def _names(fn: Callable[..., Any]) -> list[tuple[Hashable, ...]]:
    """Names of the function, from the narrowest to the widest; one in common is enough."""
    plain = getattr(fn, "__func__", fn)
    if isinstance(plain, FunctionType):
        return _function_names(plain, _bound_to(fn))
    if isinstance(plain, functools.partial):
        return [_partial_name(plain)]
    return [("object", id(plain), _bound_to(fn))]


def _function_names(fn: FunctionType, bound: Hashable) -> list[tuple[Hashable, ...]]:
    cells = fn.__closure__ or ()
    # By address: equal code in two files makes two functions.
    code = (id(fn.__code__), id(fn.__globals__), _defaults(fn), bound)
    return [
        ("cells", *code, *map(id, cells)),
        ("contents", *code, *(_captured(_content(cell)) for cell in cells)),
    ]


def _partial_name(fn: functools.partial[Any]) -> tuple[Hashable, ...]:
    keywords = tuple((n, _captured(v)) for n, v in sorted(fn.keywords.items()))
    return ("partial", same_callable(fn.func), tuple(map(_captured, fn.args)), keywords)


def _receiver(fn: Callable[..., Any]) -> Any:
    return fn.__self__ if isinstance(fn, MethodType) else None


def _bound_to(fn: Callable[..., Any]) -> Hashable:
    receiver = _receiver(fn)
    return INSTANCES.of(receiver) or ("object", id(receiver))


def _defaults(fn: FunctionType) -> Hashable:
    keyword = sorted((fn.__kwdefaults__ or {}).items())
    positional = tuple(map(_captured, fn.__defaults__ or ()))
    return positional, tuple((name, _captured(value)) for name, value in keyword)


def _captured(value: Any) -> Hashable:
    if type(value) in _BY_VALUE:
        return type(value), repr(value)
    return "object", id(value)


def _content(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return _EMPTY
