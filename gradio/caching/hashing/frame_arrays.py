"""Encoders of pandas' extension arrays, their types, and its scalars."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray, ExtensionDtype

from gradio.caching.hashing.objects import encode_object
from gradio.caching.hashing.registry import Children, encode
from gradio.caching.hashing.stream import Stream


@encode.register(ExtensionDtype)
def _(value: ExtensionDtype, out: Stream) -> Children:
    out.write_text(value.name)


@encode.register(pd.CategoricalDtype)
def _(value: pd.CategoricalDtype, out: Stream) -> Children:
    return value.categories, value.ordered


@encode.register(pd.DatetimeTZDtype)
def _(value: pd.DatetimeTZDtype, out: Stream) -> Children:
    return value.unit, value.tz


@encode.register(pd.SparseDtype)
def _(value: pd.SparseDtype, out: Stream) -> Children:
    return value.subtype, value.fill_value


@encode.register(pd.StringDtype)
def _(value: pd.StringDtype, out: Stream) -> Children:
    return value.name, value.storage, getattr(value, "na_value", pd.NA)


@encode.register(ExtensionArray)
def _(value: ExtensionArray, out: Stream) -> Children:
    parts = _parts(value.dtype, value)
    return encode_object(value, out) if parts is None else (value.dtype, *parts)


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
def _(value: pd.Timestamp, out: Stream) -> Children:
    return value.to_datetime64(), value.tz, value.fold


@encode.register(pd.Timedelta)
def _(value: pd.Timedelta, out: Stream) -> Children:
    return (value.to_timedelta64(),)


@encode.register(type(pd.NaT))
@encode.register(type(pd.NA))
def _(value: object, out: Stream) -> Children:
    """There is but one of each, so the class says all."""
