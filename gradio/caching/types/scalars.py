"""Small scalars, which are written where they stand, and what can't change."""

from __future__ import annotations

import decimal
import marshal
from collections.abc import Callable, Collection, Sequence
from typing import Any

from gradio.caching.types.key_writer import LARGE, KeyWriter
from gradio.caching.types.registry import Children

IMMUTABLE = frozenset(
    {
        *(bool, bytes, complex, decimal.Decimal, float, int, range, str),
        *(type(None), type(...), type(NotImplemented)),
    }
)
"""Exact types that can't change and consist of nothing that could."""

SCALARS = frozenset({str, bytes, int, float, bool, complex, type(None), type(...)})
"""
Exact types whose marshal form is canonical in version 2: no references, no interning,
little endian everywhere.
"""

LENGTHS: dict[type, tuple[Callable[[Any], int], int]] = {
    str: (len, LARGE),
    bytes: (len, LARGE),
    int: (int.bit_length, 8 * LARGE),
}
"""How long a scalar is, and from which length on it is read where it is, and once."""

SEPARATOR = "\x00"
_ONLY_TEXTS = {str}
_MANY = 100


def scalar_code(value: Any) -> bytes | None:
    """
    Encodes a small scalar, which is written where it stands; None for anything else.
    """
    kind = type(value)
    if kind not in SCALARS:
        return None
    if kind in LENGTHS:
        length, limit = LENGTHS[kind]
        if length(value) >= limit:
            return None
    return marshal.dumps(value, 2)


def write_scalars(values: list[Any] | tuple[Any, ...], out: KeyWriter) -> Children:
    """
    Writes values that are all scalars at once, which makes long lists fast; returns
    them, to be encoded one by one, if they are not.
    """
    kinds = kinds_of(values)
    if has_long(kinds, values):
        return values  # one by one, so that the same long text is read but once
    if kinds == _ONLY_TEXTS or not values:
        joined = SEPARATOR.join(values)
        if _count(SEPARATOR, joined) == len(values) - 1:
            out.write(b"joined")
            out.write_text(joined)
            return None
    elif not SCALARS.issuperset(kinds):
        return values
    try:
        content = marshal.dumps(values, 2)
    except ValueError:  # a string of 2 GiB and more
        return values
    out.write(content)
    return None


def _count(character: str, text: str) -> int:
    # in is faster than count() when there is no match.
    return text.count(character) if character in text else 0


def kinds_of(values: Collection[Any]) -> set[type]:
    """Lists the types of values, the fastest if they are all of one."""
    if len(values) < _MANY:
        return set(map(type, values))
    kinds = [*map(type, values)]
    is_one = kinds.count(kinds[0]) == len(kinds)
    return {kinds[0]} if is_one else set(kinds)


def has_long(kinds: set[type], values: Sequence[Any]) -> bool:
    """Whether one of the values is too long to be written where it stands."""
    for kind in kinds:
        if kind not in LENGTHS:
            continue
        length, limit = LENGTHS[kind]
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
