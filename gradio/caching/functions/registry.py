"""What belongs to a function, found again for the same function."""

from __future__ import annotations

import sys
import weakref
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Iterable
from typing import Any, Generic, NamedTuple, TypeVar

from gradio.caching.functions.fingerprint import Fingerprint
from gradio.caching.functions.instances import INSTANCES, InstanceTokens

__all__ = ["INSTANCES", "InstanceTokens", "FunctionRegistry"]

from gradio.caching.forks import new_lock

T = TypeVar("T")


class FunctionRegistry(Generic[T]):
    """
    What belongs to a function, found again for the same function. Thread-safe, bounded:
    the function that was not asked for longest is forgotten, and so is one that can't
    come again, as something is gone that it had captured.
    """

    def __init__(self, limit: int = 256) -> None:
        self._limit = limit
        self._records: OrderedDict[Hashable, _Record[T]] = OrderedDict()
        self._held = Holdings()
        self._lock = new_lock()

    def get_or_make(
        self,
        fn: Callable[..., Any],
        key: Callable[..., Any] | None,
        extra: Hashable,
        make: Callable[[], T],
    ) -> T:
        """
        Returns what `make` made when functions with the same code, `key` and equal
        `extra` were first seen.
        """
        fingerprint = Fingerprint()
        name = (fingerprint.name(fn), fingerprint.name(key), extra)
        with self._lock:
            if name in self._records:
                self._records.move_to_end(name)
                return self._records[name].made
            made = make()
            self._forget_the_gone()
            self._held.add(fingerprint.held)
            self._records[name] = _Record(
                made, fingerprint.alive, tuple(fingerprint.held)
            )
            if len(self._records) > self._limit:
                self._held.remove(self._records.popitem(last=False)[1].held)
            return made

    def _forget_the_gone(self) -> None:
        gone = [name for name, record in self._records.items() if self._is_gone(record)]
        for name in gone:
            self._held.remove(self._records.pop(name).held)

    def _is_gone(self, record: _Record[T]) -> bool:
        return any(reference() is None for reference in record.alive) or any(
            map(self._held.is_held_here_alone, record.held)
        )


class _Record(NamedTuple, Generic[T]):
    """What was made for a function, and what its name speaks of."""

    made: T
    alive: list[weakref.ref[Any]]
    held: tuple[int, ...]


class Holdings:
    """
    Objects that can't be referred to weakly, by their addresses, each held once however
    often it was added.
    """

    def __init__(self) -> None:
        self._objects: dict[int, Any] = {}
        self._uses: Counter[int] = Counter()

    def add(self, objects: dict[int, Any]) -> None:
        """Holds objects; who added them removes them again."""
        self._objects.update(objects)
        self._uses.update(objects.keys())

    def remove(self, addresses: Iterable[int]) -> None:
        """Lets go of what nobody else has added."""
        for address in addresses:
            self._uses[address] -= 1
            if not self._uses[address]:
                del self._uses[address], self._objects[address]

    def is_held_here_alone(self, address: int) -> bool:
        """Tells whether nobody else can get at an object any more."""
        return sys.getrefcount(self._objects[address]) <= _ALONE


def _references_if_alone() -> int:
    holdings, sample = Holdings(), [[]]
    address = id(sample[0])
    holdings.add({address: sample.pop()})
    return sys.getrefcount(holdings._objects[address])


_ALONE = _references_if_alone()
