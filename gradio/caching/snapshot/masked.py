"""
Copies of numpy's masked arrays. Imported with the first of them: numpy itself loads
them late.
"""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from gradio.caching.snapshot.registry import Memo, copier, for_subclasses


@copier.register(np.ma.MaskedArray)
@for_subclasses
def _(value: np.ma.MaskedArray, memo: Memo) -> Any:
    """Data, mask, fill value and hardness; the mask is not shared with other arrays."""
    return copy.deepcopy(value, memo)
