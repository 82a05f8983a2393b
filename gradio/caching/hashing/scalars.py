"""The codes of small scalars, which are written where they stand."""

from __future__ import annotations

import marshal
from typing import Any

from gradio.caching.hashing.stream import LARGE

SCALARS = frozenset({str, bytes, int, float, bool, complex, type(None), type(...)})
"""
Exact types whose marshal form is canonical in version 2: no references, no interning,
little endian everywhere.
"""


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
    if (kind is str or kind is bytes) and len(value) >= LARGE:
        return None
    return marshal.dumps(value, 2)
