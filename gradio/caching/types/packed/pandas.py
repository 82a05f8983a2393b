"""
pandas' frames, series and indexes, as they are written: by the arrays of their columns.
Imported with the first of them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from gradio.caching.types.classes import class_name
from gradio.caching.types.packed import pandas_arrays, pandas_scalars
from gradio.caching.types.packed.objects import refused
from gradio.caching.types.packing import Making, Own, Packed, pack, unpack
from gradio.caching.types.registry import for_subclasses

__all__ = ["pandas_arrays", "pandas_scalars"]

WITH_FREQUENCY = pd.DatetimeIndex, pd.TimedeltaIndex


def _content(column: pd.Series | pd.Index) -> Any:
    return column.to_numpy() if isinstance(column.dtype, np.dtype) else column.array


def _typed(content: Any) -> dict[str, Any]:
    """Objects stay objects, where pandas would look what they might be as well."""
    return {"dtype": object} if content.dtype == object else {}


@pack.register(pd.DataFrame)
def _(value: pd.DataFrame) -> Packed:
    kinds = set(value.dtypes)
    is_block = len(kinds) == 1 and isinstance(next(iter(kinds)), np.dtype)
    if is_block:
        content = [value.to_numpy()]
    else:
        content = [_content(column) for _, column in value.items()]
    own = is_block, value.flags.allows_duplicate_labels
    return own, (value.columns, value.index, dict(value.attrs), *content)


@unpack.register(pd.DataFrame)
def _(own: Own, count: int) -> Making:
    is_block, has_duplicates = own
    columns, index, attrs, *content = yield
    if is_block:
        (block,) = content
        made = pd.DataFrame(block, index, columns, copy=False, **_typed(block))
    elif content:
        made = _of_columns(content, index)
        made.columns = columns
    else:
        made = pd.DataFrame(index=index, columns=columns)
    return _with_facts(made, attrs, has_duplicates)


def _of_columns(content: list[Any], index: pd.Index) -> pd.DataFrame:
    named = {
        place: pd.Series(array, index, copy=False, **_typed(array))
        for place, array in enumerate(content)
    }
    return pd.DataFrame(named, index, copy=False)


def _with_facts(made: Any, attrs: dict[Any, Any], has_duplicates: bool) -> Any:
    if attrs:
        made.attrs = attrs
    if not has_duplicates:
        made.flags.allows_duplicate_labels = False
    return made


@pack.register(pd.Series)
def _(value: pd.Series) -> Packed:
    facts = value.name, value.index, dict(value.attrs), _content(value)
    return (value.flags.allows_duplicate_labels,), facts


@unpack.register(pd.Series)
def _(own: Own, count: int) -> Making:
    name, index, attrs, content = yield
    made = pd.Series(content, index, name=name, copy=False, **_typed(content))
    return _with_facts(made, attrs, *own)


@pack.register(pd.Index)
@for_subclasses
def _(value: pd.Index) -> Packed:
    name = class_name(type(value))
    if not name.startswith("pandas."):
        raise refused(value)
    often = value.freq if isinstance(value, WITH_FREQUENCY) else None
    return (name,), (value.name, often, _content(value))


@unpack.register(pd.Index)
def _(own: Own, count: int) -> Making:
    name, often, content = yield
    made: Any = pd.Index(content, name=name, tupleize_cols=False, **_typed(content))
    if [class_name(type(made))] != own:
        raise TypeError("an index of another kind")
    if often is not None:
        made = type(made)(made, freq=often, name=name)
    return made


@pack.register(pd.RangeIndex)
def _(value: pd.RangeIndex) -> Packed:
    return (value.start, value.stop, value.step), (value.name,)


@unpack.register(pd.RangeIndex)
def _(own: Own, count: int) -> Making:
    start, stop, step = own
    (name,) = yield
    return pd.RangeIndex(start, stop, step, name=name)


@pack.register(pd.MultiIndex)
def _(value: pd.MultiIndex) -> Packed:
    codes = [np.asarray(code) for code in value.codes]
    return (), ([*value.names], [*value.levels], codes)


@unpack.register(pd.MultiIndex)
def _(own: Own, count: int) -> Making:
    names, levels, codes = yield
    return pd.MultiIndex(levels, codes, names=names)
