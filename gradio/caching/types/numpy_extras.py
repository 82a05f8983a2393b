"""
numpy's masked arrays and random number generators. Imported with the first of them:
numpy itself loads them late.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import numpy as np

from gradio.caching.types.key_writer import KeyWriter
from gradio.caching.types.registry import (
    Children,
    Cloning,
    Memo,
    adds_attributes,
    clone,
    encode,
    for_subclasses,
)


@encode.register(np.ma.MaskedArray)
@adds_attributes()
def _(value: np.ma.MaskedArray, out: KeyWriter) -> Children:
    return np.ma.getmaskarray(value), value.fill_value, value.data


@clone.register(np.ma.MaskedArray)
@for_subclasses
def _(value: np.ma.MaskedArray, memo: Memo) -> Any:
    """Data, mask, fill value and hardness; the mask is not shared with other arrays."""
    return deepcopy(value, memo)


@encode.register(np.random.Generator)
def _(value: np.random.Generator, out: KeyWriter) -> Children:
    """By the state that its next numbers come from."""
    return (value.bit_generator,)


@clone.register(np.random.Generator)
def _(value: np.random.Generator, memo: Memo) -> Cloning:
    return np.random.Generator((yield value.bit_generator))


@encode.register(np.random.BitGenerator)
def _(value: np.random.BitGenerator, out: KeyWriter) -> Children:
    return value.state, getattr(value, "seed_seq", None)


@clone.register(np.random.MT19937)
@clone.register(np.random.PCG64)
@clone.register(np.random.PCG64DXSM)
@clone.register(np.random.Philox)
@clone.register(np.random.SFC64)
def _(value: Any, memo: Memo) -> Any:
    """With the seed, from which the generators of others may be spawned."""
    copy = type(value)(deepcopy(getattr(value, "seed_seq", None)))
    copy.state = value.state
    return copy


@encode.register(np.random.SeedSequence)
def _(value: np.random.SeedSequence, out: KeyWriter) -> Children:
    return (value.state,)


@encode.register(np.random.RandomState)
def _(value: np.random.RandomState, out: KeyWriter) -> Children:
    return (value.get_state(),)
