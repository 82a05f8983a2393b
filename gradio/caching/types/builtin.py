"""Texts, bytes, numbers, ranges, and other memory of Python's own."""

from __future__ import annotations

import ctypes
import marshal
import mmap
import sys
from typing import Any

from gradio.caching.types.key_writer import KeyWriter
from gradio.caching.types.registry import (
    Children,
    Cloning,
    Memo,
    adds_attributes,
    clone,
    encode,
    held_attributes,
    immutable_exact,
    measure,
)
from gradio.caching.types.scalars import IMMUTABLE

for _kind in IMMUTABLE:
    clone.register(_kind, immutable_exact)


@encode.register(str)
@adds_attributes()
def _(value: str, out: KeyWriter) -> Children:
    out.write(str.encode(value, "utf-8", "surrogatepass"))


@encode.register(bytes)
@adds_attributes()
def _(value: bytes, out: KeyWriter) -> Children:
    out.write(bytes.__getitem__(value, slice(None)))


@encode.register(bytearray)
@adds_attributes()
def _(value: bytearray, out: KeyWriter) -> Children:
    out.write(memoryview(value))


@encode.register(int)
@adds_attributes()
def _(value: int, out: KeyWriter) -> Children:
    out.write(marshal.dumps(int.__int__(value), 2))


@encode.register(float)
@adds_attributes()
def _(value: Any, out: KeyWriter) -> Children:
    out.write_text(float.hex(value))


@encode.register(complex)
@adds_attributes()
def _(value: complex, out: KeyWriter) -> Children:
    out.write(marshal.dumps(complex(value.real, value.imag), 2))


@measure.register(bytes)
@measure.register(bytearray)
@measure.register(str)
@measure.register(int)
@measure.register(float)
@adds_attributes()
def _(value: Any) -> tuple[int, Children]:
    return sys.getsizeof(value), ()


@clone.register(bytearray)
def _(value: bytearray, memo: Memo) -> bytearray:
    return value[:]


@encode.register(range)
@encode.register(slice)
@adds_attributes()
def _(value: range | slice, out: KeyWriter) -> Children:
    return value.start, value.stop, value.step


@clone.register(slice)
def _(value: slice, memo: Memo) -> Any:
    parts = value.start, value.stop, value.step
    return value if IMMUTABLE.issuperset(map(type, parts)) else _clone_slice(parts)


def _clone_slice(parts: tuple[Any, Any, Any]) -> Cloning:
    return slice(*(yield parts))


@encode.register(memoryview)
@adds_attributes()
def _(value: memoryview, out: KeyWriter) -> Children:
    out.write_text(value.format)
    out.write(value if value.c_contiguous else value.tobytes())
    return value.shape


@clone.register(memoryview)
def _(value: memoryview, memo: Memo) -> memoryview:
    content = value.tobytes()
    plain: Any = memoryview(content if value.readonly else bytearray(content))
    return plain.cast(value.format, value.shape) if value.ndim else plain


@measure.register(memoryview)
def _(value: memoryview) -> tuple[int, Children]:
    return sys.getsizeof(value), (value.obj,)


@measure.register(mmap.mmap)
def _(value: mmap.mmap) -> tuple[int, Children]:
    return len(value), ()


@measure.register(ctypes.Array)
@measure.register(ctypes.Structure)
@measure.register(ctypes.Union)
def _(value: Any) -> tuple[int, Children]:
    return sys.getsizeof(value) + ctypes.sizeof(value), held_attributes(value)
