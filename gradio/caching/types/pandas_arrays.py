"""pandas' extension arrays, their types, and its scalars."""

from __future__ import annotations

import functools
import sys
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray, ExtensionDtype

from gradio.caching.types.key_writer import KeyWriter
from gradio.caching.types.objects import encode_object
from gradio.caching.types.registry import (
    Children,
    Cloning,
    Memo,
    clone,
    encode,
    for_subclasses,
    immutable,
    measure,
)
from gradio.caching.types.scalars import IMMUTABLE

OF_NUMPY: Any = getattr(pd.arrays, "NumpyExtensionArray", None) or vars(pd.arrays).get(
    "PandasArray"
)
ARRAY_BYTES = 3000
"""What pandas holds of an array of its own, which is often one of Arrow's."""

for _kind in (
    *(pd.Timestamp, pd.Timedelta, pd.Period, pd.Interval, pd.DateOffset),
    *(ExtensionDtype, type(pd.NaT), type(pd.NA)),
):
    clone.register(_kind, immutable)


@encode.register(ExtensionDtype)
def _(value: ExtensionDtype, out: KeyWriter) -> Children:
    out.write_text(value.name)


@encode.register(pd.CategoricalDtype)
def _(value: pd.CategoricalDtype, out: KeyWriter) -> Children:
    return value.categories, value.ordered


@encode.register(pd.DatetimeTZDtype)
def _(value: pd.DatetimeTZDtype, out: KeyWriter) -> Children:
    return value.unit, value.tz


@encode.register(pd.SparseDtype)
def _(value: pd.SparseDtype, out: KeyWriter) -> Children:
    return value.subtype, value.fill_value


@encode.register(pd.StringDtype)
def _(value: pd.StringDtype, out: KeyWriter) -> Children:
    return value.name, value.storage, getattr(value, "na_value", pd.NA)


@encode.register(ExtensionArray)
def _(value: ExtensionArray, out: KeyWriter) -> Children:
    parts = _parts(value.dtype, value)
    return encode_object(value, out) if parts is None else (value.dtype, *parts)


@clone.register(ExtensionArray)
@for_subclasses
def _(value: ExtensionArray, memo: Memo) -> Any:
    return _over_own(value) if is_of_arrow(value.dtype) else value.copy()


@clone.register(OF_NUMPY)
def _(value: Any, memo: Memo) -> Any:
    content = value.to_numpy()
    return _over_objects(content) if can_change(content) else value.copy()


def _over_objects(content: np.ndarray) -> Cloning:
    return OF_NUMPY((yield content))


def can_change(content: Any) -> bool:
    """Whether there are objects in an array that are not their own copies."""
    return content.dtype == object and not IMMUTABLE.issuperset(map(type, content))


@clone.register(pd.Categorical)
@for_subclasses
def _(value: pd.Categorical, memo: Memo) -> Any:
    return _over_categories(value) if _categories_change(value.dtype) else value.copy()


def _over_categories(value: pd.Categorical) -> Cloning:
    dtype = yield value.dtype
    return type(value).from_codes(value.codes.copy(), dtype=dtype)


@clone.register(pd.CategoricalDtype)
@for_subclasses
def _(value: pd.CategoricalDtype, memo: Memo) -> Any:
    return _of_categories(value) if _categories_change(value) else value


def _of_categories(value: pd.CategoricalDtype) -> Cloning:
    return type(value)((yield value.categories), value.ordered)


def _categories_change(kind: Any) -> bool:
    categories = kind.categories
    is_object = categories is not None and categories.dtype == object
    return is_object and can_change(categories.to_numpy())


def may_share(kind: Any) -> bool:
    """Whether there may be more in arrays of a type than what pandas copies of them."""
    return isinstance(kind, pd.CategoricalDtype) or is_of_arrow(kind)


def is_shared(column: Any) -> bool:
    """Whether a copy by pandas would share what somebody else can change."""
    is_arrow = is_of_arrow(column.dtype)
    return not is_own(column) if is_arrow else _categories_change(column.dtype)


def is_of_arrow(kind: Any) -> bool:
    """Whether copies by pandas would share the memory, as those of Arrow do."""
    is_text = isinstance(kind, pd.StringDtype) and kind.storage == "pyarrow"
    return is_text or isinstance(kind, pd.ArrowDtype)


def _over_own(value: Any) -> Cloning:
    copy = value.copy()
    copy._pa_array = yield value._pa_array
    return copy


def is_own(column: Any) -> bool:
    """Whether the memory is a copy already, which nobody else can change."""
    from gradio.caching.types.arrow_memory import is_own

    return is_own([column._pa_array])


@measure.register(pd.Categorical)
def _(value: pd.Categorical) -> tuple[int, Children]:
    return sys.getsizeof(0), (value.codes, value.categories)


@measure.register(ExtensionArray)
def _(value: ExtensionArray) -> tuple[int, Children]:
    objects = np.asarray(value, dtype=object).tolist() if _holds_objects(value) else ()
    return ARRAY_BYTES + int(value.nbytes), objects


def _holds_objects(value: ExtensionArray) -> bool:
    storage = getattr(value, "_ndarray", None)
    return storage is not None and storage.dtype.hasobject


@functools.singledispatch
def _parts(dtype: Any, array: Any) -> tuple[Any, ...] | None:
    """
    What an array of a data type consists of; None where only pickling knows, as in
    libraries that build on pandas.
    """
    return None


@_parts.register(np.dtype)
def _(dtype: np.dtype, array: Any) -> tuple[Any, ...]:
    return (np.asarray(array),)


@_parts.register(pd.CategoricalDtype)
def _(dtype: pd.CategoricalDtype, array: Any) -> tuple[Any, ...]:
    return (array.codes,)


@_parts.register(pd.DatetimeTZDtype)
@_parts.register(pd.PeriodDtype)
def _(dtype: ExtensionDtype, array: Any) -> tuple[Any, ...]:
    return (array.asi8,)


@_parts.register(pd.IntervalDtype)
def _(dtype: pd.IntervalDtype, array: Any) -> tuple[Any, ...]:
    return array.left, array.right, array.closed


@_parts.register(pd.SparseDtype)
def _(dtype: pd.SparseDtype, array: Any) -> tuple[Any, ...]:
    return len(array), array.sp_index.to_int_index().indices, array.sp_values


@_parts.register(pd.StringDtype)
def _(dtype: pd.StringDtype, array: Any) -> tuple[Any, ...]:
    if dtype.storage == "pyarrow":
        return (array.__arrow_array__(),)
    return (array.to_numpy(object, na_value=None).tolist(),)


@_parts.register(pd.ArrowDtype)
def _(dtype: pd.ArrowDtype, array: Any) -> tuple[Any, ...]:
    return (array.__arrow_array__(),)


def _without_masked(dtype: Any, array: Any) -> tuple[Any, ...]:
    """What lies under the mask is chance."""
    return array.to_numpy(dtype.numpy_dtype, na_value=0), array.isna()


for masked in (
    *(pd.Int8Dtype, pd.Int16Dtype, pd.Int32Dtype, pd.Int64Dtype, pd.UInt8Dtype),
    *(pd.UInt16Dtype, pd.UInt32Dtype, pd.UInt64Dtype, pd.BooleanDtype),
    *(pd.Float32Dtype, pd.Float64Dtype),
):
    _parts.register(masked, _without_masked)


@encode.register(pd.Timestamp)
def _(value: pd.Timestamp, out: KeyWriter) -> Children:
    return value.to_datetime64(), value.tz, value.fold


@encode.register(pd.Timedelta)
def _(value: pd.Timedelta, out: KeyWriter) -> Children:
    return (value.to_timedelta64(),)


@encode.register(type(pd.NaT))
@encode.register(type(pd.NA))
def _(value: object, out: KeyWriter) -> Children:
    """There is but one of each, so the class says all."""
