"""Encoders of polars' frames and series. Imported with the first of them."""

from __future__ import annotations

from typing import Any

import polars as pl

from gradio.caching.errors import UnkeyableError
from gradio.caching.hashing.registry import Children, encode
from gradio.caching.hashing.stream import Stream


@encode.register(pl.DataFrame)
def _(value: pl.DataFrame, out: Stream) -> Children:
    return value.height, *value.get_columns()


@encode.register(pl.Series)
def _(value: pl.Series, out: Stream) -> Children:
    out.write_text(f"{value.name}\x00{value.dtype!r}")
    categories = value.dtype.categories.to_list() if value.dtype == pl.Enum else None
    return categories, value.is_null().to_numpy(), _content(value)


def _content(series: pl.Series) -> Any:
    """
    Numbers, dates and times as the numbers that they are stored as; what lies under a
    null is chance.
    """
    kind = series.dtype
    if kind.is_numeric() and not kind.is_decimal():
        return series.fill_null(0).to_numpy()
    if kind.is_temporal() or kind in (pl.Enum, pl.Boolean):
        plain = series.cast(pl.UInt8) if kind == pl.Boolean else series.to_physical()
        return plain.fill_null(0).to_numpy()
    return series.to_list()


@encode.register(pl.LazyFrame)
def _(value: pl.LazyFrame, out: Stream) -> Children:
    raise UnkeyableError("a lazy polars frame (collect it first)")
