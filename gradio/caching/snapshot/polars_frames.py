"""
Copies of polars' frames and series. Their columns can't be changed themselves, but the
memory that they look at may be somebody else's: it is copied once.
"""

from __future__ import annotations

import io
import weakref
from typing import Any

import polars as pl

from gradio.caching.errors import UncopyableError
from gradio.caching.forks import new_lock
from gradio.caching.snapshot.registry import Memo, copier, for_subclasses

# Frames by their id, as they can't be compared; each is made here, and nobody else has
# it who could change it.
_own: dict[int, weakref.ref[Any]] = {}
_lock = new_lock()


@copier.register(pl.DataFrame)
@for_subclasses
def _(value: pl.DataFrame, memo: Memo) -> Any:
    if _is_own(value):
        return value.clone()
    twin = _copied(value)
    return _kept(twin if type(value) is pl.DataFrame else type(value)(twin))


@copier.register(pl.Series)
@for_subclasses
def _(value: pl.Series, memo: Memo) -> Any:
    if _is_own(value):
        return value.clone()
    return _kept(_copied(value.to_frame()).to_series().alias(value.name))


@copier.register(pl.LazyFrame)
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
    twin = pl.read_ipc_stream(file)
    return twin.with_columns(_in_order(twin, column) for column in frame)


def _in_order(twin: pl.DataFrame, column: pl.Series) -> pl.Series:
    """With the flags that say that a column is sorted, which are not written."""
    flags = column.flags
    if flags["SORTED_ASC"] or flags["SORTED_DESC"]:
        return twin[column.name].set_sorted(descending=flags["SORTED_DESC"])
    return twin[column.name]


def _is_own(value: Any) -> bool:
    known = _own.get(id(value))
    return known is not None and known() is value


def _kept(value: Any) -> Any:
    identity = id(value)
    with _lock:
        _own[identity] = weakref.ref(value, lambda _: _own.pop(identity, None))
    return value
