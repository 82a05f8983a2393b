"""
Copies of numpy's random number generators, which go on with the same numbers. Imported
with the first of them.
"""

from __future__ import annotations

import copy
from collections.abc import Generator
from typing import Any

import numpy as np

from gradio.caching.snapshot.registry import Memo, copier


@copier.register(np.random.Generator)
def _(value: np.random.Generator, memo: Memo) -> Generator[Any, Any, Any]:
    return np.random.Generator((yield value.bit_generator))


@copier.register(np.random.MT19937)
@copier.register(np.random.PCG64)
@copier.register(np.random.PCG64DXSM)
@copier.register(np.random.Philox)
@copier.register(np.random.SFC64)
def _(value: Any, memo: Memo) -> Any:
    """With the seed, from which the generators of others may be spawned."""
    twin = type(value)(copy.deepcopy(getattr(value, "seed_seq", None)))
    twin.state = value.state
    return twin
