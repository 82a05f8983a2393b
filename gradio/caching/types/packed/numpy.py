"""
numpy's arrays, scalars and data types, as they are written: by their memory in its own
order, unless they hold Python objects. Imported with the first of them.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gradio.caching.types.classes import class_name
from gradio.caching.types.key_writer import LARGE
from gradio.caching.types.packed import numpy_dtypes, numpy_extras
from gradio.caching.types.packed.builtin import NATIVE, PLAIN_TYPES, content_of
from gradio.caching.types.packed.objects import refused
from gradio.caching.types.packing import Making, Own, Packed, pack, unpack
from gradio.caching.types.registry import for_subclasses

__all__ = ["numpy_dtypes", "numpy_extras"]

MOST_GAPS = 16
"""How often the memory of its fields a record may take."""

_KINDS: dict[str, Any] = {
    class_name(kind): kind for kind in (np.ndarray, np.matrix, np.recarray, np.memmap)
}

for _type in {*np.sctypeDict.values()}:
    PLAIN_TYPES[class_name(_type)] = _type


@pack.register(np.ndarray)
@pack.register(np.matrix)
@pack.register(np.recarray)
@pack.register(np.memmap)
def _(value: np.ndarray) -> Packed:
    if getattr(value, "__dict__", None) and type(value) is np.ndarray:
        raise refused(value, "with attributes")
    items = np.asarray(value)
    name, dtype = class_name(type(value)), items.dtype
    if dtype.char == "O" and dtype.metadata:
        raise refused(value, "of objects, whose type has metadata")
    if dtype.char == "O":
        return (name, "objects", *items.shape), items.ravel().tolist()
    if dtype.hasobject or dtype.kind == "T":
        return (name, "items", *items.shape), (dtype, *_items(items))
    dense, axes = dense_form(items)
    return (name, memory_of(dense), *axes, *dense.shape), (dtype,)


def _items(items: np.ndarray) -> list[Any]:
    if items.dtype.names is None:
        return items.ravel().tolist()
    fields = [items[name] for name in items.dtype.names]
    if _has_gaps(items.dtype, fields, items.size):
        raise refused(items, "with fields far from each other (return a copy of them)")
    return fields


def _has_gaps(dtype: np.dtype, fields: list[np.ndarray], size: int) -> bool:
    """Whether records take much more memory than what is in them."""
    held = sum(field.nbytes for field in fields)
    return dtype.itemsize * size > MOST_GAPS * held + LARGE


def dense_form(items: np.ndarray) -> tuple[np.ndarray, list[int]]:
    """
    Looks at an array in the order of its memory, copied if there are gaps; and says
    which axis came where.
    """
    if items.flags.c_contiguous:
        return items, [*range(items.ndim)]
    turned, axes = _turned(items)
    if not turned.flags.c_contiguous:
        turned, axes = _turned(items.copy(order="K"))
    return np.ascontiguousarray(turned), axes


def _turned(items: np.ndarray) -> tuple[np.ndarray, list[int]]:
    axes = sorted(range(items.ndim), key=lambda axis: -items.strides[axis])
    return items.transpose(axes), axes


def memory_of(dense: np.ndarray) -> memoryview:
    """The bytes of an array that lies in memory in its own order."""
    if dense.nbytes == 0:
        return memoryview(b"")
    return dense.reshape(-1).view(np.uint8).data


@unpack.register(np.ndarray)
def _(own: Own, count: int) -> Making:
    name, content, *numbers = own
    kind = _KINDS[name]
    if content == "objects":
        made = _checked(numbers, count)
        _fill(made, (yield made if kind is np.ndarray else made.view(kind)))
        return None
    if content == "items":
        made = yield from _with_items(numbers)
    else:
        (dtype,) = yield
        made = _with_memory(dtype, content_of((content,)), numbers)
    return made if kind is np.ndarray else made.view(kind)


for _kind in (np.matrix, np.recarray, np.memmap):
    unpack.register(_kind)(unpack.named(class_name(np.ndarray)))


def _with_memory(dtype: Any, memory: memoryview, numbers: list[int]) -> np.ndarray:
    half = len(numbers) // 2
    axes, shape = numbers[:half], numbers[half:]
    if not isinstance(dtype, np.dtype) or dtype.hasobject or dtype.kind == "T":
        raise TypeError("no plain memory")
    if len(axes) != len(shape) or sorted(axes) != [*range(half)]:
        raise ValueError("axes that are none")
    if min(shape, default=0) < 0 or math.prod(shape) * dtype.itemsize != len(memory):
        raise ValueError("memory of another size")
    dense = _dense(shape, dtype, memory)
    return dense if axes == [*range(half)] else dense.transpose(np.argsort(axes))


def _dense(shape: list[int], dtype: np.dtype, memory: memoryview) -> np.ndarray:
    """Takes memory over that was read for it alone, and copies any other."""
    if len(memory) >= LARGE and not memory.readonly:
        made = np.ndarray(shape, dtype, memory)
        if made.flags.aligned:
            return made
    made = np.empty(shape, dtype)
    if len(memory):
        made.reshape(-1).view(np.uint8)[:] = memory
    return made


def _checked(shape: list[int], count: int) -> np.ndarray:
    """An array of objects, when there are as many as it has room for."""
    if min(shape, default=0) < 0 or math.prod(shape) != count:
        raise ValueError("items of another shape")
    return np.empty(shape, object)


def _fill(made: np.ndarray, items: list[Any]) -> None:
    places = made.reshape(-1)
    if NATIVE.issuperset(map(type, items)):
        places[:] = items
        return
    # One by one: a list would be taken for several.
    for place, item in enumerate(items):
        places[place] = item


def _with_items(shape: list[int]) -> Making:
    dtype, *items = yield
    if dtype.names is None:
        if dtype.kind != "T":
            raise TypeError("texts of any length are needed")
        made = _checked(shape, len(items))
        _fill(made, items)
        return made.astype(dtype)
    if any(part.shape[: len(shape)] != tuple(shape) for part in items):
        raise ValueError("fields of another shape")
    if _has_gaps(dtype, items, math.prod(shape)):
        raise ValueError("fields far from each other")
    made = np.zeros(shape, dtype)
    for name, part in zip(dtype.names, items, strict=True):
        made[name] = part
    return made


@pack.register(np.generic)
@for_subclasses
def _(value: np.generic) -> Packed:
    return (), (np.asarray(value),)


@unpack.register(np.generic)
def _(own: Own, count: int) -> Making:
    (array,) = yield
    if not isinstance(array, np.ndarray) or array.shape != ():
        raise TypeError("no scalar")
    return array[()]


@pack.register(np.ufunc)
def _(value: np.ufunc) -> Packed:
    if getattr(np, value.__name__, None) is not value:
        raise refused(value, value.__name__)
    return (value.__name__,), ()


@unpack.register(np.ufunc)
def _(own: Own, count: int) -> np.ufunc:
    (name,) = own
    found = getattr(np, name)
    if not isinstance(found, np.ufunc):
        raise TypeError(f"{name} is no ufunc")
    return found
