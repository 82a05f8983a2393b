"""
Adds up the bytes of a value and of all that it consists of, without recursion; never
fails.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from gradio.caching.errors import log_failure_once
from gradio.caching.sizing.registry import Region, libraries, size_children

LEAVES = frozenset(
    {bool, bytearray, bytes, complex, float, int, range, str, type(None), type(...)}
)
"""Exact types that consist of nothing else."""

_UNKNOWN_BYTES = 64


def size_of(value: Any) -> int:
    """
    Measures what a value holds in memory. Shared parts count once, a view counts with
    the memory that it keeps alive. Thread-safe, as long as no other thread changes the
    value meanwhile. Raises nothing: what can't be measured is logged once and counts as
    little.
    Parameters:
        value: anything.
    Returns:
        Bytes.
    """
    return _Sum().of(value)


class _Sum:
    """One measurement."""

    def __init__(self) -> None:
        # Keeps the values alive: an id must not be given to another value meanwhile.
        self._seen: dict[Any, Any] = {}
        self._total = 0
        self._pending: list[Any] = []

    def of(self, value: Any) -> int:
        self._pending.append(value)
        while self._pending:
            self._count(self._pending.pop())
        return self._total

    def _count(self, value: Any) -> None:
        name = value.name if type(value) is Region else id(value)
        if name in self._seen:
            return
        self._seen[name] = value
        if type(value) is Region:
            self._total += value.nbytes
            return
        own, parts = _measure(value)
        self._total += own
        self._add(parts)

    def _add(self, parts: Sequence[Any]) -> None:
        if set(map(type, parts)) <= LEAVES:
            self._count_leaves(parts)
        else:
            self._pending += parts

    def _count_leaves(self, parts: Sequence[Any]) -> None:
        new = dict(zip(map(id, parts), parts, strict=True))
        for identity in new.keys() & self._seen.keys():
            del new[identity]
        self._total += sum(map(sys.getsizeof, new.values()))
        self._seen.update(new)


def _measure(value: Any) -> tuple[int, Sequence[Any]]:
    try:
        kind = type(value)
        if kind not in size_children.registry:
            libraries.meet(kind)
        own, parts = size_children(value)
        return own, parts if isinstance(parts, (list, tuple)) else list(parts)
    except Exception as error:
        log_failure_once(f"sizing a {type(value).__name__}", error)
        return sys.getsizeof(value, _UNKNOWN_BYTES), ()
