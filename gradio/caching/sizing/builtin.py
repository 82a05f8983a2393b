"""What Python's own objects consist of, besides containers."""

from __future__ import annotations

import array
import ctypes
import functools
import gc
import io
import itertools
import mmap
import sys
import types
from typing import Any

from gradio.caching.protocol import found_on
from gradio.caching.sizing.registry import (
    Parts,
    attributes,
    own_size,
    size_children,
    with_attributes,
)


@size_children.register(types.MappingProxyType)
def _(value: types.MappingProxyType) -> Parts:
    return sys.getsizeof(value), (dict(value),)


@size_children.register(object)
def _(value: Any) -> Parts:
    own = own_size(value)
    if found_on(type(value), "nbytes") is None:
        return own, attributes(value)
    held = value.nbytes
    return max(own, held) if type(held) is int else own, attributes(value)


@size_children.register(type)
@size_children.register(types.ModuleType)
def _(value: Any) -> Parts:
    """Kept by reference, so that an entry holds no more than a pointer to them."""
    return 0, ()


@size_children.register(types.FunctionType)
def _(value: types.FunctionType) -> Parts:
    """What it remembers; its code belongs to the program."""
    if not value.__closure__ and value.__qualname__ == value.__name__:
        return 0, ()
    variables = [*map(_content, value.__closure__ or ())]
    return sys.getsizeof(value), (*variables, value.__defaults__, value.__dict__)


def _content(cell: types.CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return None


def _over(value: Any) -> Parts:
    """What an iterator, or a view of a dict, goes through."""
    return sys.getsizeof(value), gc.get_referents(value)


for _kind in (
    *(type(iter(kind())) for kind in (list, tuple, str, bytes, bytearray, set)),
    *(type(iter({}.keys())), type(iter({}.values())), type(iter({}.items()))),
    *(type({}.keys()), type({}.values()), type({}.items())),
    *(type(reversed([])), reversed, enumerate, zip, map, filter),
    *(itertools.count, itertools.cycle, itertools.repeat),
):
    size_children.register(_kind, _over)


@size_children.register(ctypes.Array)
@size_children.register(ctypes.Structure)
@size_children.register(ctypes.Union)
def _(value: Any) -> Parts:
    return sys.getsizeof(value) + ctypes.sizeof(value), attributes(value)


@size_children.register(types.MethodType)
@size_children.register(types.BuiltinFunctionType)
def _(value: types.MethodType | types.BuiltinFunctionType) -> Parts:
    return sys.getsizeof(value), (value.__self__,)


@size_children.register(functools.partial)
@with_attributes
def _(value: functools.partial) -> Parts:
    return sys.getsizeof(value), (value.func, value.args, value.keywords)


@size_children.register(bytes)
@size_children.register(bytearray)
@size_children.register(str)
@size_children.register(int)
@size_children.register(float)
@size_children.register(array.array)
@with_attributes
def _(value: Any) -> Parts:
    return sys.getsizeof(value), ()


@size_children.register(io.BytesIO)
@size_children.register(io.StringIO)
@with_attributes
def _(value: io.BytesIO | io.StringIO) -> Parts:
    content = value.getvalue()
    return sys.getsizeof(value), (content,)


@size_children.register(BaseException)
def _(value: BaseException) -> Parts:
    parts = value.args, value.__cause__, value.__context__
    return sys.getsizeof(value), (*parts, *attributes(value))


@size_children.register(memoryview)
def _(value: memoryview) -> Parts:
    return sys.getsizeof(value), (value.obj,)


@size_children.register(mmap.mmap)
def _(value: mmap.mmap) -> Parts:
    return len(value), ()
