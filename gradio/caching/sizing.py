"""
Real sizes: adds up the bytes of a value and of all that it consists of, shared parts
once, without recursion; never fails.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Sequence
from sys import getsizeof
from typing import Any

from gradio.caching.errors import log_failure_once
from gradio.caching.types import Region, measure
from gradio.caching.types.containers import MEMBERS
from gradio.caching.types.registry import (
    attributes_except,
    held_attributes,
    load_family,
    members_of,
)

LEAVES = frozenset(
    {bool, bytearray, bytes, complex, float, int, range, str, type(None), type(...)}
)
"""Exact types that consist of nothing else."""

_FEW = 16

UNKNOWN_BYTES = 64
"""What a value counts that can't be measured."""


def size_of(value: Any) -> int:
    """
    Measures what a value holds in memory. Shared parts count once, a view counts with
    the memory that it keeps alive. Thread-safe, as long as no other thread changes the
    value meanwhile. Raises nothing: what can't be measured is logged once and counts as
    little.
    """
    kind = type(value)
    if kind in LEAVES:
        return getsizeof(value)
    if kind in MEMBERS and 0 < len(value) <= _FEW:
        # What is stored most: a few plain fields.
        parts = [*value, *value.values()] if kind is dict else [*value]
        size = _size_of_leaves(parts)
        if size is not None:
            return getsizeof(value) + size
    return _Sum().of(value)


def _size_of_leaves(parts: Sequence[Any]) -> int | None:
    """Adds up few parts, None if they are not all leaves, or one is there twice."""
    total = 0
    for part in parts:
        if type(part) not in LEAVES:
            return None
        # As getsizeof says, at half its cost; the collector does not see leaves.
        total += part.__sizeof__()
    if len(parts) == 2:
        return None if parts[0] is parts[1] else total
    return total if len(set(map(id, parts))) == len(parts) else None


class _Sum:
    """One measurement."""

    def __init__(self) -> None:
        self._seen: set[Hashable] = set()
        # An id must not be given to another value during the measurement.
        self._kept_alive: list[Any] = []
        self._pending: list[Any] = []
        self._total = 0

    def of(self, value: Any) -> int:
        self._add([value])
        while self._pending:
            self._count(self._pending.pop())
        return self._total

    def _count(self, value: Any) -> None:
        kind = type(value)
        name = value.name if kind is Region else id(value)
        if name in self._seen:
            return
        self._seen.add(name)
        if kind in MEMBERS:
            self._total += getsizeof(value)
            self._add(MEMBERS[kind](value))
        else:
            own, parts = _measure(value)
            self._total += own
            self._kept_alive.append(parts)
            self._add(parts)

    def _add(self, parts: Sequence[Any]) -> None:
        kinds: set[Any] = set(map(type, parts))
        if not kinds <= LEAVES:
            self._pending += parts
        elif len(kinds) == 1:
            # Without asking each for its kind again: six times faster.
            self._count_leaves(parts, kinds.pop().__sizeof__)
        else:
            self._count_leaves(parts, getsizeof)

    def _count_leaves(self, leaves: Sequence[Any], size: Callable[[Any], int]) -> None:
        ids = set(map(id, leaves))
        if len(ids) < len(leaves) or not ids.isdisjoint(self._seen):
            new = dict(zip(map(id, leaves), leaves, strict=True))
            leaves = [new[identity] for identity in ids - self._seen]
        self._total += sum(map(size, leaves))
        self._seen |= ids


def _measure(value: Any) -> tuple[int, Sequence[Any]]:
    try:
        own, children = _own_and_children(value, type(value))
        return own, children if isinstance(children, (list, tuple)) else [*children]
    except Exception as error:
        log_failure_once(f"sizing a {type(value).__name__}", error)
        return UNKNOWN_BYTES, ()


def _own_and_children(value: Any, kind: type) -> tuple[int, Collection[Any]]:
    if kind not in measure.registry:
        load_family(kind)
    measurer = measure.dispatch(kind)
    own, children = measurer(value)
    members = members_of(children)
    if measurer not in attributes_except or kind in measure.registry:
        return own, members
    return own, [*members, *held_attributes(value)]
