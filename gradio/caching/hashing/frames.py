"""Encoders of pandas' frames, series, indexes, arrays and scalars. Imported with the first of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray, ExtensionDtype

from gradio.caching.hashing.arrays import encode_array
from gradio.caching.hashing.objects import encode_object
from gradio.caching.hashing.registry import Children, with_attributes, encode
from gradio.caching.hashing.stream import Stream


@encode.register(pd.DataFrame)
@with_attributes("_mgr", "_attrs", "_flags", "_item_cache", "_is_copy")
def _(value: pd.DataFrame, out: Stream) -> Children:
    out.write(b"%d" % value.flags.allows_duplicate_labels)
    facts = value.columns, value.index, value.attrs, list(value.dtypes)
    return (*facts, *_columns(value))


def _columns(frame: pd.DataFrame) -> list[Any]:
    """Columns of one numpy type lie in one block, which is read as it is; others one by one."""
    kinds = set(frame.dtypes)
    if len(kinds) == 1 and isinstance(next(iter(kinds)), np.dtype):
        return [frame.to_numpy().T]
    return [_content(column) for _, column in frame.items()]


@encode.register(pd.Series)
@with_attributes("_mgr", "_attrs", "_flags", "_item_cache", "_is_copy", "_name", "_index")
def _(value: pd.Series, out: Stream) -> Children:
    out.write(b"%d" % value.flags.allows_duplicate_labels)
    return value.name, value.index, value.attrs, value.dtype, _content(value)


def _content(column: pd.Series | pd.Index) -> Any:
    array = column.array
    return column.to_numpy() if isinstance(column.dtype, np.dtype) else array


@encode.register(pd.Index)
def _(value: pd.Index, out: Stream) -> Children:
    return list(value.names), value.dtype, getattr(value, "freq", None), _content(value)


@encode.register(pd.RangeIndex)
def _(value: pd.RangeIndex, out: Stream) -> Children:
    return list(value.names), value.start, value.stop, value.step


@encode.register(pd.MultiIndex)
def _(value: pd.MultiIndex, out: Stream) -> Children:
    return list(value.names), list(value.levels), [np.asarray(c) for c in value.codes]


@encode.register(ExtensionDtype)
def _(value: ExtensionDtype, out: Stream) -> Children:
    out.write_text(repr(value))


@encode.register(pd.CategoricalDtype)
def _(value: pd.CategoricalDtype, out: Stream) -> Children:
    return value.categories, value.ordered


@encode.register(ExtensionArray)
def _(value: ExtensionArray, out: Stream) -> Children:
    return encode_object(value, out)
