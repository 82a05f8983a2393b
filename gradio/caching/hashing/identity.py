"""
What stands for the content of a few short plain values in memory: the content itself.
"""

from __future__ import annotations

import marshal
from typing import Any

from gradio.caching.hashing.core import digest
from gradio.caching.mentions import may_be_full_path
from gradio.caching.types.key_writer import LARGE

LONGEST = 128
"""Bytes. What is longer is digested, as an entry counts little for its key."""

_MOST_PARTS = 8
_DIGEST_BYTES = 32
# The marshal form tells types and signs apart, and is hashed with a secret of the
# process, as numbers are not: nobody can choose many that collide.
_FORMAT = 2
_MOST = 1 << (4 * LONGEST)
_LEAST = -_MOST
_FIXED = frozenset({bool, float, type(None)})


def identity(value: Any) -> bytes | None:
    """
    Writes a short scalar, or a tuple of few, such that other content is written
    otherwise and a digest never reads the same; None for anything else, and for a text
    that may be the full path of a file, which may count by what is in that.
    """
    parts = value if type(value) is tuple else (value,)
    for part in parts:
        kind = type(part)
        if kind is int:
            if not _LEAST < part < _MOST:
                return None
        elif kind is str:
            if len(part) > LONGEST or may_be_full_path(part):
                return None
        elif kind not in _FIXED and (kind is not bytes or len(part) > LONGEST):
            return None
    code = marshal.dumps(value, _FORMAT)
    if len(code) == _DIGEST_BYTES:
        return code + b"\0"  # which no other form is: none begins with another
    return code if len(code) <= LONGEST and len(parts) <= _MOST_PARTS else None


def quick_digest(values: tuple[Any, ...]) -> bytes | None:
    """
    Returns the memory key of one text that has no identity but is soon digested; None
    for anything else.
    """
    if len(values) != 1 or type(text := values[0]) is not str:
        return None
    is_quick = LONGEST // 4 < len(text) < LARGE and not may_be_full_path(text)
    return digest(values) if is_quick else None


def memory_key(value: Any) -> bytes:
    """
    Returns what stands for a value's content in this process: its identity, or its
    digest. Raises UnkeyableError. Thread-safe, as `digest`.
    """
    return identity(value) or digest(value)
