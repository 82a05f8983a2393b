"""Encoders of polars' frames and series, by their IPC form. Imported with the first of them."""

from __future__ import annotations

import io

import polars as pl

from gradio.caching.errors import UnkeyableError
from gradio.caching.hashing.registry import Children, encode
from gradio.caching.hashing.stream import Stream


@encode.register(pl.DataFrame)
def _(value: pl.DataFrame, out: Stream) -> Children:
    parts = [
        (name, repr(kind), _objects(value[name]) if kind == pl.Object else None)
        for name, kind in value.schema.items()
    ]
    plain = value.select(pl.exclude(pl.Object)).rechunk()
    file = io.BytesIO()
    plain.write_ipc(file)
    out.write(b"%d" % value.height)
    out.write(file.getbuffer())
    return parts


def _objects(series: pl.Series) -> list:
    return series.to_list()


@encode.register(pl.Series)
def _(value: pl.Series, out: Stream) -> Children:
    out.write_text(value.name)
    return (value.to_frame(),)


@encode.register(pl.LazyFrame)
def _(value: pl.LazyFrame, out: Stream) -> Children:
    raise UnkeyableError("a lazy polars frame (collect it first)")
