"""Encoders of pandas' frames, series and indexes. Imported with the first of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from gradio.caching.hashing import frame_arrays
from gradio.caching.hashing.registry import Children, encode, with_attributes
from gradio.caching.hashing.stream import Stream

INTERNAL = "_mgr", "_attrs", "_flags", "_item_cache", "_is_copy", "_cacher", "_name"
"""
Attributes that every frame or series has; subclasses (those of geopandas) add their
own.
"""

__all__ = ["frame_arrays"]


@encode.register(pd.DataFrame)
@with_attributes(*INTERNAL)
def _(value: pd.DataFrame, out: Stream) -> Children:
    out.write(b"%d" % value.flags.allows_duplicate_labels)
    facts = value.columns, value.index, value.attrs, list(value.dtypes)
    return (*facts, *_columns(value))


def _columns(frame: pd.DataFrame) -> list[Any]:
    """
    Columns of one numpy type lie in one block, which is read as it is; others one by
    one.
    """
    kinds = set(frame.dtypes)
    if len(kinds) == 1 and isinstance(next(iter(kinds)), np.dtype):
        return [frame.to_numpy().T]
    return [_content(column) for _, column in frame.items()]


@encode.register(pd.Series)
@with_attributes(*INTERNAL)
def _(value: pd.Series, out: Stream) -> Children:
    out.write(b"%d" % value.flags.allows_duplicate_labels)
    return value.name, value.index, value.attrs, value.dtype, _content(value)


@encode.register(pd.Index)
def _(value: pd.Index, out: Stream) -> Children:
    names = list(value.names)
    return names, value.dtype, getattr(value, "freq", None), _content(value)


@encode.register(pd.RangeIndex)
def _(value: pd.RangeIndex, out: Stream) -> Children:
    return list(value.names), value.start, value.stop, value.step


@encode.register(pd.MultiIndex)
def _(value: pd.MultiIndex, out: Stream) -> Children:
    return list(value.names), list(value.levels), [np.asarray(c) for c in value.codes]


def _content(column: pd.Series | pd.Index) -> Any:
    plain = isinstance(column.dtype, np.dtype)
    return column.to_numpy() if plain else column.array
