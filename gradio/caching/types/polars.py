"""
polars' frames and series. Their columns can't be changed themselves, but the memory
that they look at may be somebody else's: it is copied once. Imported with the first of
them.
"""

from __future__ import annotations

import io
import weakref
from typing import Any

import polars as pl

from gradio.caching.errors import UncopyableError, UnkeyableError
from gradio.caching.forks import new_lock
from gradio.caching.types.key_writer import KeyWriter
from gradio.caching.types.registry import (
    Children,
    Memo,
    clone,
    encode,
    for_subclasses,
    measure,
)

COLUMN_BYTES = 600
"""What polars holds of a column besides its content."""

# Frames by their id, as they can't be compared; each is made here, and nobody else has
# it who could change it.
_own: dict[int, weakref.ref[Any]] = {}
_lock = new_lock()


@encode.register(pl.DataFrame)
def _(value: pl.DataFrame, out: KeyWriter) -> Children:
    return value.height, *value.get_columns()


@encode.register(pl.Series)
def _(value: pl.Series, out: KeyWriter) -> Children:
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


@measure.register(pl.DataFrame)
@measure.register(pl.Series)
def _(value: pl.DataFrame | pl.Series) -> tuple[int, Children]:
    columns = 1 + getattr(value, "width", 0)
    return columns * COLUMN_BYTES + int(value.estimated_size()), ()


@encode.register(pl.LazyFrame)
def _(value: pl.LazyFrame, out: KeyWriter) -> Children:
    raise UnkeyableError("a lazy polars frame (collect it first)")


@clone.register(pl.DataFrame)
@for_subclasses
def _(value: pl.DataFrame, memo: Memo) -> Any:
    if _is_own(value):
        return value.clone()
    copy = _copied(value)
    return _kept(copy if type(value) is pl.DataFrame else type(value)(copy))


@clone.register(pl.Series)
@for_subclasses
def _(value: pl.Series, memo: Memo) -> Any:
    if _is_own(value):
        return value.clone()
    return _kept(_copied(value.to_frame()).to_series().alias(value.name))


@clone.register(pl.LazyFrame)
@for_subclasses
def _(value: pl.LazyFrame, memo: Memo) -> Any:
    """With the frames that it starts from, whose memory may be somebody else's."""
    if _is_own(value):
        return value
    return _kept(type(value).deserialize(io.BytesIO(value.serialize())))


def _copied(frame: pl.DataFrame) -> pl.DataFrame:
    if pl.Object in frame.dtypes:
        raise UncopyableError("a polars frame with Python objects")
    file = io.BytesIO()
    frame.rechunk().write_ipc_stream(file)
    file.seek(0)
    copy = pl.read_ipc_stream(file)
    return copy.with_columns(_in_order(copy, column) for column in frame)


def _in_order(copy: pl.DataFrame, column: pl.Series) -> pl.Series:
    """With the flags that say that a column is sorted, which are not written."""
    flags = column.flags
    if flags["SORTED_ASC"] or flags["SORTED_DESC"]:
        return copy[column.name].set_sorted(descending=flags["SORTED_DESC"])
    return copy[column.name]


def _is_own(value: Any) -> bool:
    known = _own.get(id(value))
    return known is not None and known() is value


def _kept(value: Any) -> Any:
    identity = id(value)
    with _lock:
        _own[identity] = weakref.ref(value, lambda _: _own.pop(identity, None))
    return value
