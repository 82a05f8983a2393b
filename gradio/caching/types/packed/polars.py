"""
polars' frames and series, as they are written: as a stream of Arrow, with what is known
of their order. Imported with the first of them.
"""

from __future__ import annotations

import io
from typing import Any

import polars as pl

from gradio.caching.types.packed.builtin import content_of
from gradio.caching.types.packed.objects import refused
from gradio.caching.types.packing import Own, Packed, pack, unpack

_ORDERS = "SORTED_ASC", "SORTED_DESC"


@pack.register(pl.DataFrame)
def _(value: pl.DataFrame) -> Packed:
    if pl.Object in value.dtypes:
        raise refused(value, "with Python objects")
    file = io.BytesIO()
    value.write_ipc_stream(file)
    content = memoryview(file.getbuffer())
    if _read(content).schema != value.schema:
        raise refused(value, f"of {value.dtypes}")
    return (content, *map(_order, value)), ()


def _order(column: pl.Series) -> int:
    """Says 1 of a column that is known to be sorted, -1 if backwards."""
    ascending, descending = (column.flags[name] for name in _ORDERS)
    return ascending - descending


@unpack.register(pl.DataFrame)
def _(own: Own, count: int) -> pl.DataFrame:
    content, *orders = own
    frame = _read(content_of((content,)))
    sorted_ones = [
        column.set_sorted(descending=order < 0)
        for column, order in zip(frame, orders, strict=True)
        if order
    ]
    return frame.with_columns(sorted_ones) if sorted_ones else frame


def _read(content: memoryview) -> pl.DataFrame:
    try:
        return pl.read_ipc_stream(io.BytesIO(content))
    except BaseException as error:
        # What Rust gives up on is no Exception.
        if type(error).__name__ == "PanicException":
            raise ValueError("no frame") from error
        raise


@pack.register(pl.Series)
def _(value: pl.Series) -> Packed:
    if value.dtype == pl.Object:
        raise refused(value, "of Python objects")
    return (), (value.to_frame(),)


@unpack.register(pl.Series)
def _(own: Own, count: int) -> Any:
    (frame,) = yield
    return frame.to_series()
