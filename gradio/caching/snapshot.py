"""
Private copies: of what goes into the cache and of what comes out of it, so that no
caller can change what is stored.

Values that can't change are shared as they are; arrays, images and tensors are copied
at memory speed; anything else as `copy.deepcopy` does it (shared parts stay shared,
cycles stay cycles), but without recursion.
"""

from __future__ import annotations

from types import GeneratorType
from typing import Any

from gradio.caching.errors import UncopyableError
from gradio.caching.types import clone
from gradio.caching.types.objects import named
from gradio.caching.types.registry import (
    Cloner,
    Cloning,
    keeps_subclasses,
    load_family,
)
from gradio.caching.types.scalars import IMMUTABLE
from gradio.caching.types.weak import CopyMemo
from gradio.caching.value_path import value_path

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
        copy = copying.run(value)
        # Weak references may come before what they refer to.
        if not (missed := copying.missed()):
            return copy
        inside |= missed


class _Copying:
    """
    One copying: what waits for a part's copy is on a stack of its own.
    """

    def __init__(self, inside: frozenset[int]) -> None:
        self._memo = CopyMemo(inside)
        self._starts: dict[int, int] = {}
        # Keeps originals alive: an id must not be given to another value meanwhile.
        self._originals: list[Any] = []
        self._waiting: list[tuple[Cloning, Any]] = []

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
            return cloner_of(kind)(value, self._memo)
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


def cloner_of(kind: type) -> Cloner:
    """Finds what copies values of a type."""
    if kind in clone.registry:
        return clone.registry[kind]
    load_family(kind)
    found = clone.dispatch(kind)
    exact = found not in keeps_subclasses and kind not in clone.registry
    return clone.registry[object] if exact else found
