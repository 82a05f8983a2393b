"""
pandas' frames, series and indexes, the Python objects in their cells included. Imported
with the first of them.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pandas as pd

from gradio.caching.types.key_writer import KeyWriter
from gradio.caching.types.pandas_arrays import (
    can_change,
    is_of_arrow,
    is_shared,
    may_share,
)
from gradio.caching.types.registry import (
    Children,
    Cloning,
    Memo,
    adds_attributes,
    clone,
    encode,
    for_subclasses,
    measure,
)

INTERNAL = "_mgr", "_attrs", "_flags", "_item_cache", "_is_copy", "_cacher", "_name"
"""
Attributes that every frame or series has; subclasses (those of geopandas) add their
own.
"""

FRAME_BYTES = 2000
"""What pandas holds of a frame besides its columns."""

BLOCK_BYTES = 800
"""What it holds of the columns of one type besides their content."""


def _content(column: pd.Series | pd.Index) -> Any:
    return column.to_numpy() if isinstance(column.dtype, np.dtype) else column.array


@encode.register(pd.DataFrame)
@adds_attributes(except_=INTERNAL)
def _(value: pd.DataFrame, out: KeyWriter) -> Children:
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


@clone.register(pd.DataFrame)
@for_subclasses
def _(value: pd.DataFrame, memo: Memo) -> Cloning:
    copy = value.copy(deep=True)
    memo[id(value)] = copy
    copy.index = yield value.index
    copy.columns = yield value.columns
    copy.attrs = yield value.attrs
    for place, kind in enumerate(value.dtypes):
        if kind == np.dtype(object):
            cells = yield from _cells(value.iloc[:, place].to_numpy())
            if cells is not None:
                copy.isetitem(place, pd.Series(cells, index=copy.index, dtype=object))
        elif may_share(kind):
            column = _column(value, place)
            if is_shared(column):
                copy.isetitem(place, (yield column))
    return copy


def _cells(column: np.ndarray) -> Cloning:
    """Copies of a column's objects, or None if none of them can change."""
    return (yield column) if can_change(column) else None


def _column(frame: pd.DataFrame, place: int) -> Any:
    # Without the series around it, which takes most of the time of a hit.
    get = getattr(frame, "_get_column_array", None)
    return frame.iloc[:, place].array if get is None else get(place)


@measure.register(pd.DataFrame)
def _(value: pd.DataFrame) -> tuple[int, Children]:
    columns = [_content(column) for _, column in value.items()]
    own = FRAME_BYTES + len(set(value.dtypes)) * BLOCK_BYTES
    return own, (value.index, value.columns, value.attrs, *columns)


@encode.register(pd.Series)
@adds_attributes(except_=INTERNAL)
def _(value: pd.Series, out: KeyWriter) -> Children:
    out.write(b"%d" % value.flags.allows_duplicate_labels)
    return value.name, value.index, value.attrs, value.dtype, _content(value)


@clone.register(pd.Series)
@for_subclasses
def _(value: pd.Series, memo: Memo) -> Cloning:
    if may_share(value.dtype) and is_shared(value.array):
        make: Any = value._constructor
        copy = make((yield value.array), index=value.index, name=value.name, copy=False)
        copy = copy.__finalize__(value)
    else:
        copy = value.copy(deep=True)
    memo[id(value)] = copy
    copy.index = yield value.index
    copy.attrs = yield value.attrs
    cells = None
    if value.dtype == object:
        cells = yield from _cells(value.to_numpy())
    if cells is not None:
        copy.iloc[:] = cells
    return copy


@measure.register(pd.Series)
def _(value: pd.Series) -> tuple[int, Children]:
    return BLOCK_BYTES, (value.index, value.name, value.attrs, _content(value))


@encode.register(pd.Index)
def _(value: pd.Index, out: KeyWriter) -> Children:
    names = list(value.names)
    return names, value.dtype, getattr(value, "freq", None), _content(value)


@clone.register(pd.Index)
@for_subclasses
def _(value: pd.Index, memo: Memo) -> Any:
    if _labels_change(value):
        return _over_labels(value)
    # Of Arrow's memory that is a copy already there are no others.
    return value.copy(deep=not is_of_arrow(value.dtype))


def _labels_change(value: pd.Index) -> bool:
    if may_share(value.dtype):
        return is_shared(value.array)
    # Other libraries have indexes of their own objects, which only they can make.
    is_plain = type(value) is pd.Index and value.dtype == object
    return is_plain and can_change(value.to_numpy())


def _over_labels(value: pd.Index) -> Cloning:
    facts: Any = {"name": value.name, "copy": False, "tupleize_cols": False}
    if may_share(value.dtype):
        return pd.Index((yield value.array), **facts)
    return pd.Index((yield value.to_numpy()), dtype=object, **facts)


@measure.register(pd.Index)
def _(value: pd.Index) -> tuple[int, Children]:
    return sys.getsizeof(0), (list(value.names), _content(value))


@encode.register(pd.RangeIndex)
def _(value: pd.RangeIndex, out: KeyWriter) -> Children:
    return list(value.names), value.start, value.stop, value.step


@measure.register(pd.RangeIndex)
def _(value: pd.RangeIndex) -> tuple[int, Children]:
    return value.memory_usage(), (list(value.names),)


@encode.register(pd.MultiIndex)
def _(value: pd.MultiIndex, out: KeyWriter) -> Children:
    return list(value.names), list(value.levels), [np.asarray(c) for c in value.codes]


@clone.register(pd.MultiIndex)
@for_subclasses
def _(value: pd.MultiIndex, memo: Memo) -> Cloning:
    copy = value.copy(deep=True)
    if any(map(_labels_change, value.levels)):
        levels = yield list(value.levels)
        copy = copy.set_levels(levels, verify_integrity=False)
    return copy


@measure.register(pd.MultiIndex)
def _(value: pd.MultiIndex) -> tuple[int, Children]:
    return sys.getsizeof(0), (list(value.names), *value.levels, *value.codes)
