"""Copies a value and all that it consists of, without recursion."""

from __future__ import annotations

import decimal
from collections.abc import Generator
from types import GeneratorType
from typing import Any

from gradio.caching.errors import UncopyableError
from gradio.caching.snapshot.registry import (
    Copier,
    CopyMemo,
    copier,
    inherited,
    libraries,
)
from gradio.caching.value_path import value_path

IMMUTABLE = frozenset(
    {
        *(bool, bytes, complex, decimal.Decimal, float, int, range, str),
        *(type(None), type(...), type(NotImplemented)),
    }
)
"""Exact types that can't change and consist of nothing that could."""

MAX_STARTS = 1000
"""
How often one value may be met while its copy is being made: a tuple is, once for every
list that leads back to it.
"""


def snapshot(value: Any) -> Any:
    """
    Copies a value, so that changes to the one are not seen in the other. Values that
    can't change are returned as they are. Shared parts stay shared and cycles stay
    cycles. Thread-safe, as long as no other thread changes the value meanwhile.
    """
    if type(value) in IMMUTABLE:
        return value
    inside: frozenset[int] = frozenset()
    while True:
        copying = _Copying(inside)
        twin = copying.run(value)
        # Weak references may come before what they refer to.
        if not (missed := copying.missed()):
            return twin
        inside |= missed


class _Copying:
    """
    One copying: the copiers that wait for a part's copy are on a stack of its own.
    """

    def __init__(self, inside: frozenset[int]) -> None:
        self._memo = CopyMemo(inside)
        self._starts: dict[int, int] = {}
        # Keeps originals alive: an id must not be given to another value meanwhile.
        self._originals: list[Any] = []
        self._waiting: list[tuple[Generator[Any, Any, Any], Any]] = []

    def missed(self) -> frozenset[int]:
        """Names what weak references lead to that was copied only after them."""
        return frozenset(self._memo.referents.keys() & self._memo.keys())

    def run(self, value: Any) -> Any:
        done, result = self._start(value)
        while self._waiting:
            generator, original = self._waiting[-1]
            try:
                part = generator.send(result if done else None)
            except StopIteration as stop:
                self._waiting.pop()
                done, result = True, self._remember(original, stop.value)
            except Exception as error:
                self._waiting.pop()
                raise self._refusal(original, error)  # noqa: B904
            else:
                done, result = self._start(part)
        return result

    def _start(self, value: Any) -> tuple[bool, Any]:
        """Copies a value, or puts the generator that will do it on the stack."""
        kind = type(value)
        if kind in IMMUTABLE:
            return True, value
        if id(value) in self._memo:
            return True, self._memo[id(value)]
        made = self._make(value, kind)
        if type(made) is not GeneratorType:
            return True, self._remember(value, made)
        self._count_start(value)
        self._waiting.append((made, value))
        return False, None

    def _make(self, value: Any, kind: type) -> Any:
        self._originals.append(value)
        try:
            return copier_of(kind)(value, self._memo)
        except Exception as error:
            raise self._refusal(value, error)  # noqa: B904

    def _refusal(self, value: Any, error: Exception) -> UncopyableError:
        """Whatever a copy raises, it means that there is none."""
        refusal = error
        if not isinstance(refusal, UncopyableError):
            refusal = UncopyableError(named(value))
            refusal.__cause__ = error
        if where := value_path([original for _, original in self._waiting] + [value]):
            refusal.args = (f"{refusal} at {where}",)
        return refusal

    def _count_start(self, value: Any) -> None:
        starts = self._starts[id(value)] = self._starts.get(id(value), 0) + 1
        if starts > MAX_STARTS:
            raise UncopyableError(f"a {type(value).__name__} that is made of itself")

    def _remember(self, original: Any, made: Any) -> Any:
        # A tuple that contains itself by way of a list has been copied there already.
        return self._memo.setdefault(id(original), made)


def named(value: Any) -> str:
    """Names a value by its class, as messages do."""
    return f"a {type(value).__module__}.{type(value).__qualname__}"


def copier_of(kind: type) -> Copier:
    """Finds what copies values of a type."""
    if kind in copier.registry:
        return copier.registry[kind]
    libraries.meet(kind)
    found = copier.dispatch(kind)
    exact = found not in inherited and kind not in copier.registry
    return copier.registry[object] if exact else found
