"""
Encoders of numpy's random number generators: by the state that their next numbers come
from.
"""

from __future__ import annotations

import numpy as np

from gradio.caching.hashing.registry import Children, encode
from gradio.caching.hashing.stream import Stream


@encode.register(np.random.Generator)
def _(value: np.random.Generator, out: Stream) -> Children:
    return (value.bit_generator,)


@encode.register(np.random.BitGenerator)
def _(value: np.random.BitGenerator, out: Stream) -> Children:
    return value.state, getattr(value, "seed_seq", None)


@encode.register(np.random.SeedSequence)
def _(value: np.random.SeedSequence, out: Stream) -> Children:
    return (value.state,)


@encode.register(np.random.RandomState)
def _(value: np.random.RandomState, out: Stream) -> Children:
    return (value.get_state(),)
