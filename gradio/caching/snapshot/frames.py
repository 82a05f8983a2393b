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
    return twin


@copier.register(pd.Series)
@for_subclasses
def _(value: pd.Series, memo: Memo) -> Copying:
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
    return value.copy(deep=True)


@copier.register(ExtensionArray)
@for_subclasses
def _(value: ExtensionArray, memo: Memo) -> Any:
    return value.copy()
