"""numpy's masked arrays and random number generators, as they are written."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradio.caching.types.classes import class_name
from gradio.caching.types.packed.objects import refused
from gradio.caching.types.packing import Making, Own, Packed, pack, unpack

MOST_WORDS = 1024
"""How many words of a seed's pool are made at most; numpy's own number is 4."""

_SOURCES: dict[str, Any] = {
    class_name(kind): kind
    for kind in (
        *(np.random.MT19937, np.random.PCG64, np.random.PCG64DXSM),
        *(np.random.Philox, np.random.SFC64),
    )
}


@pack.register(np.ma.MaskedArray)
def _(value: np.ma.MaskedArray) -> Packed:
    held: Any = value
    # What stands where something is missing is only known once somebody asked.
    filled = None if held._fill_value is None else value.fill_value
    mask = None if value.mask is np.ma.nomask else value.mask
    return (bool(value.hardmask),), (np.asarray(value.data), mask, filled)


@unpack.register(np.ma.MaskedArray)
def _(own: Own, count: int) -> Making:
    (is_hard,) = own
    data, mask, filled = yield
    known = {} if filled is None else {"fill_value": filled}
    missing: Any = np.ma.nomask if mask is None else mask
    return np.ma.MaskedArray(data, missing, hard_mask=is_hard, **known)


@pack.register(np.random.Generator)
def _(value: np.random.Generator) -> Packed:
    return (), (value.bit_generator,)


@unpack.register(np.random.Generator)
def _(own: Own, count: int) -> Making:
    (source,) = yield
    return np.random.Generator(source)


def _pack_source(value: Any) -> Packed:
    seed = getattr(value, "seed_seq", None)
    return (class_name(type(value)),), (value.state, seed)


def _unpack_source(own: Own, count: int) -> Making:
    (name,) = own
    state, seed = yield
    if not isinstance(seed, np.random.SeedSequence | None):
        raise TypeError("no seed")
    made = _SOURCES[name](seed)
    made.state = state
    return made


for _kind in _SOURCES.values():
    pack.register(_kind)(_pack_source)
    unpack.register(_kind)(_unpack_source)


@pack.register(np.random.SeedSequence)
def _(value: np.random.SeedSequence) -> Packed:
    if value.pool_size > MOST_WORDS:
        raise refused(value, "with a large pool")
    return (value.pool_size,), (
        *(value.entropy, value.spawn_key, value.n_children_spawned),
    )


@unpack.register(np.random.SeedSequence)
def _(own: Own, count: int) -> Making:
    (size,) = own
    entropy, key, spawned = yield
    if size > MOST_WORDS:
        raise ValueError("a large pool")
    return np.random.SeedSequence(
        entropy, spawn_key=key, pool_size=size, n_children_spawned=spawned
    )


@pack.register(np.random.RandomState)
def _(value: np.random.RandomState) -> Packed:
    return (), (value.get_state(legacy=False),)


@unpack.register(np.random.RandomState)
def _(own: Own, count: int) -> Making:
    (state,) = yield
    made = np.random.RandomState(_SOURCES[f"numpy.{state['bit_generator']}"](0))
    made.set_state(state)
    return made
