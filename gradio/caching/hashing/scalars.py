"""The codes of small scalars, which are written where they stand."""

from __future__ import annotations

import marshal
from collections.abc import Callable
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


def scalar_code(value: Any) -> bytes | None:
    """
    Parameters:
        value: anything.
    Returns:
        Its code if it is a small scalar, which is written where it stands; else None.
    """
    kind = type(value)
    if kind not in SCALARS:
        return None
    if kind in MEASURES:
        length, limit = MEASURES[kind]
        if length(value) >= limit:
            return None
    return marshal.dumps(value, 2)


def has_long(kinds: set[type], values: list[Any] | tuple[Any, ...]) -> bool:
    """Whether one of the values is too long to be written where it stands."""
    for kind in kinds & MEASURES.keys():
        length, limit = MEASURES[kind]
        some = values if len(kinds) == 1 else [v for v in values if type(v) is kind]
        if max(map(length, some)) >= limit:
            return True
    return False
