"""
What numpy's arrays hold: their own memory, or the owner's that a view keeps alive.
"""

from __future__ import annotations

import array
import mmap
import sys
from typing import Any

import numpy as np

from gradio.caching.sizing.registry import Parts, size_children, with_attributes

SCALAR_BYTES = 32
OWNERS = (np.ndarray, array.array, bytearray, bytes, memoryview, mmap.mmap)


@size_children.register(np.ndarray)
@with_attributes
def _(value: np.ndarray) -> Parts:
    parts: list[Any] = []
    own = sys.getsizeof(value)
    if isinstance(value.base, OWNERS):
        parts.append(value.base)
    elif not value.flags.owndata:
        own += value.nbytes
    if value.dtype.hasobject:
        parts += np.asarray(value).ravel().tolist()
    return own, parts


@size_children.register(np.generic)
@size_children.register(np.str_)
@size_children.register(np.bytes_)
def _(value: np.generic) -> Parts:
    return SCALAR_BYTES + value.nbytes, ()
