"""
What pandas' frames, series and indexes hold, the Python objects in their cells
included.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray

from gradio.caching.sizing.registry import Parts, size_children

FRAME_BYTES = 2000
"""What pandas holds of a frame besides its columns."""

BLOCK_BYTES = 800
"""What it holds of the columns of one type besides their content."""

ARRAY_BYTES = 3000
"""What it holds of an array of its own, which is often one of Arrow's."""


@size_children.register(pd.DataFrame)
def _(value: pd.DataFrame) -> Parts:
    columns = [_content(column) for _, column in value.items()]
    blocks = len(set(value.dtypes))
    return FRAME_BYTES + blocks * BLOCK_BYTES, (
        value.index,
        value.columns,
        value.attrs,
        *columns,
    )


@size_children.register(pd.Series)
def _(value: pd.Series) -> Parts:
    parts = value.index, value.name, value.attrs, _content(value)
    return BLOCK_BYTES, parts


@size_children.register(pd.Index)
def _(value: pd.Index) -> Parts:
    return sys.getsizeof(0), (list(value.names), _content(value))


@size_children.register(pd.RangeIndex)
def _(value: pd.RangeIndex) -> Parts:
    return value.memory_usage(), (list(value.names),)


@size_children.register(pd.MultiIndex)
def _(value: pd.MultiIndex) -> Parts:
    return sys.getsizeof(0), (list(value.names), *value.levels, *value.codes)


def _content(column: pd.Series | pd.Index) -> Any:
    return column.to_numpy() if isinstance(column.dtype, np.dtype) else column.array


@size_children.register(pd.Categorical)
def _(value: pd.Categorical) -> Parts:
    return sys.getsizeof(0), (value.codes, value.categories)


@size_children.register(ExtensionArray)
def _(value: ExtensionArray) -> Parts:
    objects = np.asarray(value, dtype=object).tolist() if _holds_objects(value) else ()
    return ARRAY_BYTES + int(value.nbytes), objects


def _holds_objects(value: ExtensionArray) -> bool:
    storage = getattr(value, "_ndarray", None)
    return storage is not None and storage.dtype.hasobject
