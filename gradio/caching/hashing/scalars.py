"""The codes of small scalars, which are written where they stand."""

from __future__ import annotations

import marshal
from collections.abc import Callable, Collection
from typing import Any

from gradio.caching.hashing.stream import LARGE

SCALARS = frozenset({str, bytes, int, float, bool, complex, type(None), type(...)})
"""
Exact types whose marshal form is canonical in version 2: no references, no interning,
little endian everywhere.
"""

MEASURES: dict[type, tuple[Callable[[Any], int], int]] = {
    str: (len, LARGE),
    bytes: (len, LARGE),
    int: (int.bit_length, 8 * LARGE),
}
"""How long a scalar is, and from which length on it is read where it is, and once."""

_MANY = 100


def scalar_code(value: Any) -> bytes | None:
    """
    Encodes a small scalar, which is written where it stands; None for anything else.
    """
    kind = type(value)
    if kind not in SCALARS:
        return None
    if kind in MEASURES:
        length, limit = MEASURES[kind]
        if length(value) >= limit:
            return None
    return marshal.dumps(value, 2)


def kinds_of(values: Collection[Any]) -> set[type]:
    """Lists the types of values, the fastest if they are all of one."""
    if len(values) < _MANY:
        return set(map(type, values))
    kinds = [*map(type, values)]
    is_one = kinds.count(kinds[0]) == len(kinds)
    return {kinds[0]} if is_one else set(kinds)


def has_long(kinds: set[type], values: list[Any] | tuple[Any, ...]) -> bool:
    """Whether one of the values is too long to be written where it stands."""
    for kind in kinds:
        if kind not in MEASURES:
            continue
        length, limit = MEASURES[kind]
        some = values if len(kinds) == 1 else [v for v in values if type(v) is kind]
        if not _are_short(length, some) and max(map(length, some)) >= limit:
            return True
    return False


def _are_short(length: Callable[[Any], int], values: Collection[Any]) -> bool:
    if len(values) < _MANY:
        return False
    try:
        bytes(map(length, values))  # which takes less time than to find the greatest
    except ValueError:
        return False
    return True
