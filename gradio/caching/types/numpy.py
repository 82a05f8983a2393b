"""
numpy's arrays, scalars and data types: read, copied and counted as the memory that they
are, unless they hold Python objects.
"""

from __future__ import annotations

import array
import functools
import mmap
import sys
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import numpy as np

from gradio.caching.types.key_writer import KeyWriter
from gradio.caching.types.registry import (
    Children,
    Cloning,
    Memo,
    adds_attributes,
    clone,
    encode,
    for_subclasses,
    immutable,
    measure,
)
from gradio.caching.types.scalars import IMMUTABLE

CHUNK_ITEMS = 1 << 18
SCALAR_BYTES = 32
OWNERS = (np.ndarray, array.array, bytearray, bytes, memoryview, mmap.mmap)
_X87_MANTISSA = 63

for _kind in (np.generic, np.str_, np.bytes_, np.dtype, np.ufunc):
    clone.register(_kind, immutable)


@encode.register(np.dtype)
def _(value: np.dtype, out: KeyWriter) -> Children:
    out.write_text(_text(value))
    if value.metadata:
        return (_parts(value), dict(value.metadata))
    return _parts(value)


def _parts(dtype: np.dtype) -> tuple[Any, ...] | None:
    """What an array or a record of a type is made of."""
    if dtype.subdtype is not None:
        return dtype.subdtype
    if dtype.names is None:
        return None
    fields = [(name, *(dtype.fields or {})[name]) for name in dtype.names]
    return fields, dtype.itemsize, dtype.isalignedstruct


@functools.lru_cache(maxsize=256)
def _text(dtype: np.dtype) -> str:
    # Building this takes longer than hashing a small array.
    return f"{dtype.str} {dtype.name}"


@encode.register(np.generic)
@encode.register(np.str_)
@encode.register(np.bytes_)
def _(value: np.generic, out: KeyWriter) -> Children:
    return encode_array(np.asarray(value), out)


@encode.register(np.ndarray)
@encode.register(np.memmap)
@adds_attributes()
def encode_array(value: np.ndarray, out: KeyWriter) -> Children:
    """
    Writes shape and content in C order, contiguous memory without a copy, and gives
    back what is not plain memory: a structured data type, items or fields.
    """
    items = np.asarray(value)
    dtype = items.dtype
    out.write(np.array(items.shape, dtype="<i8").tobytes())
    if dtype.names is not None:
        return dtype, *(items[name] for name in dtype.names)
    if dtype.hasobject or dtype.kind == "T":
        return dtype, items.ravel().tolist()
    out.write_text(_text(dtype))
    _write_items(_without_padding(items), out)
    return (dict(dtype.metadata),) if dtype.metadata else None


def _without_padding(items: np.ndarray) -> np.ndarray:
    """
    Extended floats fill 16 bytes with 10 of content; what is in the others is chance.
    """
    if items.dtype.kind not in "fc" or np.finfo(items.dtype).nmant != _X87_MANTISSA:
        return items
    parts = np.ascontiguousarray(items).view(items.real.dtype)
    return parts.reshape(-1, 1).view(np.uint8)[:, :10]


def _write_items(items: np.ndarray, out: KeyWriter) -> None:
    size = items.nbytes
    out.write(size.to_bytes(8, "little"))
    if size == 0:
        return
    if items.flags.c_contiguous:
        out.feed(_memory(items), size)
    else:
        out.feed_all(_chunks(items), size)


def _chunks(items: np.ndarray) -> Iterator[memoryview]:
    """Reads items in C order; a chunk is good until the next."""
    for chunk in np.nditer(
        items,
        flags=["external_loop", "buffered", "zerosize_ok"],
        order="C",
        buffersize=CHUNK_ITEMS,
    ):
        yield _memory(np.asarray(chunk))


def _memory(items: np.ndarray) -> memoryview:
    return np.ascontiguousarray(items).reshape(-1).view(np.uint8).data


@encode.register(np.ufunc)
def _(value: np.ufunc, out: KeyWriter) -> Children:
    out.write_text(value.__name__)


@clone.register(np.ndarray)
@for_subclasses
def _(value: np.ndarray, memo: Memo) -> Any:
    """Keeps the order in memory, the subclass and its attributes."""
    if value.dtype == object:
        return _clone_objects(value, memo)
    if value.dtype.hasobject:
        return deepcopy(value, memo)
    copy = value.copy(order="K")
    return _with_attributes(value, copy) if getattr(value, "__dict__", None) else copy


@clone.register(np.memmap)
def _(value: np.memmap, memo: Memo) -> Any:
    """The content, in memory: a copy is not bound to the file."""
    return value.copy(order="K")


def _clone_objects(value: np.ndarray, memo: Memo) -> Cloning:
    copy = value.copy(order="K")
    memo[id(value)] = copy
    source, target = np.asarray(value), np.asarray(copy)
    if not IMMUTABLE.issuperset(map(type, source.flat)):
        for place, item in np.ndenumerate(source):
            target[place] = item if type(item) in IMMUTABLE else (yield item)
    return (yield from _with_attributes(value, copy))


def _with_attributes(value: np.ndarray, copy: Any) -> Cloning:
    attributes = getattr(value, "__dict__", None)
    if attributes:
        copy.__dict__.update((yield attributes))
    return copy


@clone.register(np.void)
def _(value: np.void, memo: Memo) -> Any:
    """A record, the one scalar that can be changed."""
    return deepcopy(value, memo)


@measure.register(np.ndarray)
@adds_attributes()
def _(value: np.ndarray) -> tuple[int, Children]:
    """Its own memory, or the owner's that a view keeps alive."""
    parts: list[Any] = []
    own = sys.getsizeof(value)
    if isinstance(value.base, OWNERS):
        parts.append(value.base)
    elif not value.flags.owndata:
        own += value.nbytes
    if value.dtype.hasobject:
        parts += np.asarray(value).ravel().tolist()
    return own, parts


@measure.register(np.generic)
@measure.register(np.str_)
@measure.register(np.bytes_)
def _(value: np.generic) -> tuple[int, Children]:
    return SCALAR_BYTES + value.nbytes, ()
