"""
Copies of pandas' frames, series and indexes, the Python objects in their cells
included.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray, ExtensionDtype

from gradio.caching.snapshot.core import IMMUTABLE
from gradio.caching.snapshot.registry import Memo, copier, for_subclasses, share

Copying = Generator[Any, Any, Any]

for kind in (
    *(pd.Timestamp, pd.Timedelta, pd.Period, pd.Interval, pd.DateOffset),
    *(ExtensionDtype, type(pd.NaT), type(pd.NA)),
):
    copier.register(kind, share)


@copier.register(pd.DataFrame)
@for_subclasses
def _(value: pd.DataFrame, memo: Memo) -> Copying:
    twin = value.copy(deep=True)
    memo[id(value)] = twin
    twin.index = yield value.index
    twin.columns = yield value.columns
    twin.attrs = yield value.attrs
    for place, kind in enumerate(value.dtypes):
        if kind == np.dtype(object):
            cells = yield from _cells(value.iloc[:, place].to_numpy())
            if cells is not None:
                twin.isetitem(place, pd.Series(cells, index=twin.index, dtype=object))
        elif _is_of_arrow(kind):
            column = _column(value, place)
            if not _is_own(column):
                twin.isetitem(place, (yield column))
    return twin


@copier.register(pd.Series)
@for_subclasses
def _(value: pd.Series, memo: Memo) -> Copying:
    if _is_of_arrow(value.dtype) and not _is_own(value.array):
        make: Any = value._constructor
        twin = make((yield value.array), index=value.index, name=value.name, copy=False)
        twin = twin.__finalize__(value)
    else:
        twin = value.copy(deep=True)
    memo[id(value)] = twin
    twin.index = yield value.index
    twin.attrs = yield value.attrs
    cells = None
    if value.dtype == object:
        cells = yield from _cells(value.to_numpy())
    if cells is not None:
        twin.iloc[:] = cells
    return twin


def _cells(column: np.ndarray) -> Generator[Any, Any, np.ndarray | None]:
    """Copies of a column's objects, or None if none of them can change."""
    if IMMUTABLE.issuperset(map(type, column)):
        return None
    return (yield column)


@copier.register(pd.Index)
@for_subclasses
def _(value: pd.Index, memo: Memo) -> Any:
    return _of_arrow(value) if _is_of_arrow(value.dtype) else value.copy(deep=True)


def _of_arrow(value: pd.Index) -> Copying:
    if _is_own(value.array):
        return value.copy()
    return pd.Index((yield value.array), name=value.name, copy=False)


@copier.register(pd.MultiIndex)
@for_subclasses
def _(value: pd.MultiIndex, memo: Memo) -> Copying:
    twin = value.copy(deep=True)
    if any(_is_of_arrow(level.dtype) for level in value.levels):
        levels = yield list(value.levels)
        twin = twin.set_levels(levels, verify_integrity=False)
    return twin


@copier.register(ExtensionArray)
@for_subclasses
def _(value: ExtensionArray, memo: Memo) -> Any:
    return _over_own(value) if _is_of_arrow(value.dtype) else value.copy()


def _is_of_arrow(kind: Any) -> bool:
    """Whether copies by pandas would share the memory, as those of Arrow do."""
    is_text = isinstance(kind, pd.StringDtype) and kind.storage == "pyarrow"
    return is_text or isinstance(kind, pd.ArrowDtype)


def _over_own(value: Any) -> Copying:
    twin = value.copy()
    twin._pa_array = yield value._pa_array
    return twin


def _is_own(column: Any) -> bool:
    """Whether the memory is a copy already, which nobody else can change."""
    from gradio.caching.snapshot.arrow import is_own

    return is_own([column._pa_array])


def _column(frame: pd.DataFrame, place: int) -> Any:
    # Without the series around it, which takes most of the time of a hit.
    get = getattr(frame, "_get_column_array", None)
    return frame.iloc[:, place].array if get is None else get(place)
