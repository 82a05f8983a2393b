"""pandas' scalars, offsets and types of arrays, as they are written."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionDtype

from gradio.caching.types.classes import class_name
from gradio.caching.types.packed.builtin import register_only_one
from gradio.caching.types.packed.objects import refused
from gradio.caching.types.packed.pandas_arrays import MASKED
from gradio.caching.types.packing import Making, Own, Packed, pack, unpack
from gradio.caching.types.registry import for_subclasses

for _value in (pd.NaT, pd.NA):
    register_only_one(_value)

OFFSETS: dict[str, Any] = {
    class_name(kind): kind
    for kind in (*vars(pd.offsets).values(), pd.DateOffset)
    if isinstance(kind, type)
}


@pack.register(pd.Timestamp)
def _(value: pd.Timestamp) -> Packed:
    moment = value.to_datetime64()
    number = int(moment.view("i8"))
    return (number, np.datetime_data(moment)[0], value.fold), (value.tz,)


@unpack.register(pd.Timestamp)
def _(own: Own, count: int) -> Making:
    number, unit, fold = own
    (zone,) = yield
    plain = pd.Timestamp(np.datetime64(number, unit))
    if zone is not None:
        return plain.tz_localize("UTC").tz_convert(zone)
    return plain.replace(fold=1) if fold else plain


@pack.register(pd.Timedelta)
def _(value: pd.Timedelta) -> Packed:
    span = value.to_timedelta64()
    return (int(span.view("i8")), np.datetime_data(span)[0]), ()


@unpack.register(pd.Timedelta)
def _(own: Own, count: int) -> Any:
    number, unit = own
    return pd.Timedelta(np.timedelta64(number, unit))


@pack.register(pd.Period)
def _(value: pd.Period) -> Packed:
    return (value.ordinal,), (value.freq,)


@unpack.register(pd.Period)
def _(own: Own, count: int) -> Making:
    (ordinal,) = own
    (often,) = yield
    return pd.Period(ordinal=ordinal, freq=often)


@pack.register(pd.Interval)
def _(value: pd.Interval) -> Packed:
    return (value.closed,), (value.left, value.right)


@unpack.register(pd.Interval)
def _(own: Own, count: int) -> Making:
    (closed,) = own
    left, right = yield
    return pd.Interval(left, right, closed)


@pack.register(pd.offsets.BaseOffset)
@for_subclasses
def _(value: Any) -> Packed:
    name = class_name(type(value))
    if OFFSETS.get(name) is not type(value):
        raise refused(value)
    return (name, value.normalize), (value.n, dict(value.kwds))


@unpack.register(pd.offsets.BaseOffset)
def _(own: Own, count: int) -> Making:
    name, is_midnight = own
    number, more = yield
    return OFFSETS[name](number, normalize=is_midnight, **more)


@pack.register(ExtensionDtype)
@for_subclasses
def _(value: Any) -> Packed:
    name = class_name(type(value))
    if name in MASKED:
        return (name,), ()
    if name not in _FACTS:
        raise refused(value)
    return (name,), [getattr(value, fact) for fact in _FACTS[name][1]]


@unpack.register(ExtensionDtype)
def _(own: Own, count: int) -> Making:
    (name,) = own
    parts = yield
    if name in MASKED:
        return MASKED[name]()
    make, names = _FACTS[name]
    if len(parts) != len(names):
        raise ValueError("other facts of a type")
    return make(*parts)


def _string(storage: str, missing: Any) -> pd.StringDtype:
    # Before pandas 2.3, all were of one kind.
    return pd.StringDtype(storage) if missing is pd.NA else _lacking(storage, missing)


def _lacking(storage: str, missing: Any) -> Any:
    make: Any = pd.StringDtype
    return make(storage, na_value=missing)


_FACTS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "pandas.ArrowDtype": (pd.ArrowDtype, ("pyarrow_dtype",)),
    "pandas.CategoricalDtype": (pd.CategoricalDtype, ("categories", "ordered")),
    "pandas.DatetimeTZDtype": (pd.DatetimeTZDtype, ("unit", "tz")),
    "pandas.IntervalDtype": (pd.IntervalDtype, ("subtype", "closed")),
    "pandas.PeriodDtype": (pd.PeriodDtype, ("freq",)),
    "pandas.SparseDtype": (pd.SparseDtype, ("subtype", "fill_value")),
    "pandas.StringDtype": (_string, ("storage", "na_value")),
}
"""What makes a type, and what it says of itself that this takes."""
