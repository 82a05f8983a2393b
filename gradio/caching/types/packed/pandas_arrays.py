"""pandas' extension arrays, as they are written: by their type, and what they hold."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray, ExtensionDtype

from gradio.caching.types.classes import class_name
from gradio.caching.types.packed.objects import refused
from gradio.caching.types.packing import Making, Own, Packed, pack, unpack
from gradio.caching.types.pandas_arrays import OF_NUMPY
from gradio.caching.types.registry import for_subclasses

MASKED: dict[str, Any] = {
    class_name(kind): kind
    for kind in (
        *(pd.Int8Dtype, pd.Int16Dtype, pd.Int32Dtype, pd.Int64Dtype, pd.UInt8Dtype),
        *(pd.UInt16Dtype, pd.UInt32Dtype, pd.UInt64Dtype, pd.BooleanDtype),
        *(pd.Float32Dtype, pd.Float64Dtype),
    )
}


@pack.register(ExtensionArray)
@for_subclasses
def _(value: Any) -> Packed:
    if not class_name(type(value)).startswith("pandas."):
        raise refused(value)
    return (class_name(type(value)),), (value.dtype, *_parts(value.dtype, value))


@functools.singledispatch
def _parts(dtype: Any, array: Any) -> tuple[Any, ...]:
    raise refused(array, f"of {dtype!r}")


@unpack.register(ExtensionArray)
def _(own: Own, count: int) -> Making:
    dtype, *parts = yield
    for kind in type(dtype).__mro__:
        if make := _MAKERS.get(kind):
            made = make(dtype, *parts)
            break
    else:
        raise TypeError("a type of no array")
    if [class_name(type(made))] != own or made.dtype != dtype:
        raise TypeError("an array of another kind")
    return made


_MAKERS: dict[type, Callable[..., Any]] = {}


def _makes(kind: type) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def add(function: Callable[..., Any]) -> Callable[..., Any]:
        _MAKERS[kind] = function
        return function

    return add


@_parts.register(np.dtype)
def _(dtype: np.dtype, array: Any) -> tuple[Any, ...]:
    return type(array) is OF_NUMPY, np.asarray(array)


@_makes(np.dtype)
def _(dtype: np.dtype, is_plain: bool, content: np.ndarray) -> Any:
    return OF_NUMPY(content) if is_plain else pd.array(content)


@_parts.register(pd.CategoricalDtype)
def _(dtype: pd.CategoricalDtype, array: Any) -> tuple[Any, ...]:
    return (np.asarray(array.codes),)


@_makes(pd.CategoricalDtype)
def _(dtype: pd.CategoricalDtype, codes: np.ndarray) -> Any:
    return pd.Categorical.from_codes(codes, dtype=dtype)


@_parts.register(pd.DatetimeTZDtype)
@_parts.register(pd.PeriodDtype)
def _(dtype: ExtensionDtype, array: Any) -> tuple[Any, ...]:
    return (np.asarray(array.asi8),)


@_makes(pd.DatetimeTZDtype)
def _(dtype: pd.DatetimeTZDtype, numbers: np.ndarray) -> Any:
    plain: Any = pd.array(numbers.view(f"M8[{dtype.unit}]"))
    return plain.tz_localize("UTC").tz_convert(dtype.tz)


@_makes(pd.PeriodDtype)
def _(dtype: pd.PeriodDtype, numbers: np.ndarray) -> Any:
    return pd.arrays.PeriodArray(numbers, dtype=dtype)


@_parts.register(pd.IntervalDtype)
def _(dtype: pd.IntervalDtype, array: Any) -> tuple[Any, ...]:
    return array.left, array.right, array.closed


@_makes(pd.IntervalDtype)
def _(dtype: pd.IntervalDtype, left: Any, right: Any, closed: Any) -> Any:
    return pd.arrays.IntervalArray.from_arrays(left, right, closed)


@_parts.register(pd.SparseDtype)
def _(dtype: pd.SparseDtype, array: Any) -> tuple[Any, ...]:
    places = array.sp_index.to_int_index().indices
    return array.kind, len(array), np.asarray(places), np.asarray(array.sp_values)


@_makes(pd.SparseDtype)
def _(dtype: Any, kind: str, size: int, places: Any, content: np.ndarray) -> Any:
    make: Any = pd.arrays.SparseArray
    if hasattr(make, "from_indices"):
        filled = dtype.fill_value
        return make.from_indices(content, places, size, filled, kind, dtype.subtype)
    from pandas._libs.sparse import IntIndex  # before pandas 3.1, no other name for it

    index: Any = IntIndex(size, places)
    index = index.to_block_index() if kind == "block" else index
    return make(content, sparse_index=index, dtype=dtype, kind=kind)


@_parts.register(pd.StringDtype)
def _(dtype: pd.StringDtype, array: Any) -> tuple[Any, ...]:
    if dtype.storage == "pyarrow":
        return (array.__arrow_array__(),)
    return (array.to_numpy(object, na_value=None),)


@_makes(pd.StringDtype)
def _(dtype: pd.StringDtype, content: Any) -> Any:
    if dtype.storage == "pyarrow":
        return dtype.__from_arrow__(content)
    return pd.array(content, dtype=dtype)


@_parts.register(pd.ArrowDtype)
def _(dtype: pd.ArrowDtype, array: Any) -> tuple[Any, ...]:
    return (array.__arrow_array__(),)


@_makes(pd.ArrowDtype)
def _(dtype: pd.ArrowDtype, content: Any) -> Any:
    return dtype.__from_arrow__(content)


def _without_masked(dtype: Any, array: Any) -> tuple[Any, ...]:
    """What lies under the mask is chance."""
    return array.to_numpy(dtype.numpy_dtype, na_value=0), array.isna()


def _masked(dtype: Any, content: np.ndarray, mask: np.ndarray) -> Any:
    return dtype.construct_array_type()(content, mask)


for _kind in MASKED.values():
    _parts.register(_kind, _without_masked)
    _makes(_kind)(_masked)
