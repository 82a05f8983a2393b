"""What users ask of a cache, checked when it is made."""

from __future__ import annotations

import math
import numbers
import operator
import re
from dataclasses import dataclass
from typing import Any

from gradio.caching.ages import Ages, ages_of

DEFAULT_MAX_SIZE = 128

_UNITS = {"": 1, "B": 1, "KB": 2**10, "MB": 2**20, "GB": 2**30, "TB": 2**40}
_MEMORY = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([KMGT]?B)?\s*", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class Settings:
    """
    The limits of a cache: 0 entries or None bytes for no limit; whether every session
    has a namespace of its own; how old its entries may be, None for any age; and which
    version of a function they are of.
    """

    max_size: int = DEFAULT_MAX_SIZE
    max_memory: int | None = None
    per_session: bool = False
    ages: Ages | None = None
    version: str | None = None


def validated(
    max_size: Any,
    max_memory: Any,
    per_session: Any,
    *,
    ttl: Any = None,
    stale: Any = 0,
    stale_if_error: Any = 0,
    version: Any = None,
) -> Settings:
    """
    Checks what the user gave and turns it into bytes and whole numbers. Raises
    TypeError or ValueError, saying what is allowed.
    """
    if not isinstance(per_session, bool):
        raise TypeError(f"per_session must be True or False, not {per_session!r}.")
    return Settings(
        _entries(max_size),
        _memory(max_memory),
        per_session,
        ages_of(ttl, stale, stale_if_error),
        _version(version),
    )


def _version(version: Any) -> str | None:
    if isinstance(version, bool) or not isinstance(
        version, (str, numbers.Real, type(None))
    ):
        raise TypeError(f"version must be a text, a number or None, not {version!r}.")
    return None if version is None else str(version)


def _entries(max_size: Any) -> int:
    allowed = f"max_size must be a whole number, 0 for no limit, not {max_size!r}."
    if isinstance(max_size, bool):
        raise TypeError(allowed)
    try:
        size = operator.index(max_size)
    except TypeError:
        raise TypeError(allowed) from None
    if size < 0:
        raise ValueError(allowed)
    return size


def _memory(max_memory: Any) -> int | None:
    if max_memory is None:
        return None
    return in_bytes("max_memory", max_memory, ", or None for no limit")


def in_bytes(name: str, given: Any, otherwise: str = "") -> int:
    """
    Turns what was given as the size `name` into bytes. Raises TypeError or ValueError,
    saying what is allowed.
    """
    size = _bytes_in_text(given) if isinstance(given, str) else given
    allowed = (
        f'{name} must be a text such as "512mb" or "1.5gb", a positive whole '
        f"number of bytes{otherwise}, not {given!r}."
    )
    if isinstance(size, bool) or not isinstance(size, numbers.Real):
        raise TypeError(allowed)
    if not 1 <= size < math.inf or (_is_in_bytes(given) and size != int(size)):
        raise ValueError(allowed)
    return int(size)


def _is_in_bytes(given: Any) -> bool:
    """Whether it is a number of bytes, of which there are no fractions."""
    match = _MEMORY.fullmatch(given) if isinstance(given, str) else None
    return match is None or (match[2] or "B").upper() == "B"


def _bytes_in_text(text: str) -> float:
    match = _MEMORY.fullmatch(text)
    if match is None:
        return math.nan
    number, unit = match.groups()
    return float(number) * _UNITS[(unit or "").upper()]
