"""Encoders of numpy's arrays, scalars and data types."""

from __future__ import annotations

import functools

import numpy as np

from gradio.caching.hashing.registry import Children, encode, with_attributes
from gradio.caching.hashing.stream import Stream

CHUNK_ITEMS = 1 << 18
_X87_MANTISSA = 63


@encode.register(np.dtype)
def _(value: np.dtype, out: Stream) -> Children:
    out.write_text(_text(value))
    if value.subdtype is not None:
        return value.subdtype
    if value.names is None:
        return None
    fields = [(name, *(value.fields or {})[name]) for name in value.names]
    return fields, value.itemsize, value.isalignedstruct


@functools.lru_cache(maxsize=256)
def _text(dtype: np.dtype) -> str:
    # To make it takes longer than all else of a small array.
    return f"{dtype.str} {dtype.name}"


@encode.register(np.generic)
@encode.register(np.str_)
@encode.register(np.bytes_)
def _(value: np.generic, out: Stream) -> Children:
    return encode_array(np.asarray(value), out)


@encode.register(np.ndarray)
@encode.register(np.memmap)
@with_attributes()
def encode_array(value: np.ndarray, out: Stream) -> Children:
    """
    Writes shape and content in C order, contiguous memory without a copy, and gives
    back what is not plain memory: a structured data type, items or fields.
    """
    array = np.asarray(value)
    dtype = array.dtype
    out.write(np.array(array.shape, dtype="<i8").tobytes())
    if dtype.names is not None:
        return dtype, *(array[name] for name in dtype.names)
    if dtype.hasobject or dtype.kind == "T":
        return dtype, array.ravel().tolist()
    out.write_text(_text(dtype))
    _write_items(_without_padding(array), out)
    return None


def _without_padding(array: np.ndarray) -> np.ndarray:
    """
    Extended floats fill 16 bytes with 10 of content; what is in the others is chance.
    """
    if array.dtype.kind not in "fc" or np.finfo(array.dtype).nmant != _X87_MANTISSA:
        return array
    parts = np.ascontiguousarray(array).view(array.real.dtype)
    return parts.reshape(-1, 1).view(np.uint8)[:, :10]


def _write_items(array: np.ndarray, out: Stream) -> None:
    out.write(array.nbytes.to_bytes(8, "little"))
    if array.nbytes == 0:
        return
    if array.flags.c_contiguous:
        out.feed(_memory(array))
        return
    for chunk in np.nditer(
        array,
        flags=["external_loop", "buffered", "zerosize_ok"],
        order="C",
        buffersize=CHUNK_ITEMS,
    ):
        out.feed(_memory(np.asarray(chunk)))


def _memory(array: np.ndarray) -> memoryview:
    return np.ascontiguousarray(array).reshape(-1).view(np.uint8).data


@encode.register(np.ufunc)
def _(value: np.ufunc, out: Stream) -> Children:
    out.write_text(value.__name__)
