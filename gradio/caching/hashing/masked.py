"""
Encoder of numpy's masked arrays. Imported with the first of them: numpy itself loads
them late.
"""

from __future__ import annotations

import numpy as np

from gradio.caching.hashing.registry import Children, encode, with_attributes
from gradio.caching.hashing.stream import Stream


@encode.register(np.ma.MaskedArray)
@with_attributes()
def _(value: np.ma.MaskedArray, out: Stream) -> Children:
    return np.ma.getmaskarray(value), value.fill_value, value.data
