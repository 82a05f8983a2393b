"""
What numpy's arrays hold: their own memory, or the owner's that a view keeps alive.
"""

from __future__ import annotations

import array
import mmap
import sys
from typing import Any

import numpy as np

from gradio.caching.sizing.registry import Parts, size_children

OWNERS = (np.ndarray, array.array, bytearray, bytes, memoryview, mmap.mmap)


@size_children.register(np.ndarray)
def _(value: np.ndarray) -> Parts:
    parts: list[Any] = [getattr(value, "__dict__", None)]
    own = sys.getsizeof(value)
    if isinstance(value.base, OWNERS):
        parts.append(value.base)
    elif not value.flags.owndata:
        own += value.nbytes
    if value.dtype.hasobject:
        parts += np.asarray(value).ravel().tolist()
    return own, parts


@size_children.register(np.generic)
def _(value: np.generic) -> Parts:
    return sys.getsizeof(value), ()
