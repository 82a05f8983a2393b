"""What Python's own containers and objects consist of."""

from __future__ import annotations

import array
import collections
import functools
import io
import itertools
import mmap
import sys
import types
from typing import Any

from gradio.caching.sizing.registry import Parts, size_children


@size_children.register(list)
@size_children.register(tuple)
@size_children.register(set)
@size_children.register(frozenset)
@size_children.register(collections.deque)
def _(value: Any) -> Parts:
    return sys.getsizeof(value), (*value, *_attributes(value))


@size_children.register(dict)
def _(value: dict) -> Parts:
    items = itertools.chain.from_iterable(dict.items(value))
    return sys.getsizeof(value), (*items, *_attributes(value))


@size_children.register(types.MappingProxyType)
def _(value: types.MappingProxyType) -> Parts:
    return sys.getsizeof(value), (dict(value),)


@size_children.register(object)
def _(value: object) -> Parts:
    held = getattr(value, "nbytes", 0)
    own = sys.getsizeof(value)
    return max(own, held) if type(held) is int else own, _attributes(value)


@size_children.register(type)
@size_children.register(types.ModuleType)
@size_children.register(types.FunctionType)
@size_children.register(types.BuiltinFunctionType)
def _(value: Any) -> Parts:
    """Kept by reference, so that an entry holds no more than a pointer to them."""
    return 0, ()


@size_children.register(types.MethodType)
def _(value: types.MethodType) -> Parts:
    return sys.getsizeof(value), (value.__self__,)


@size_children.register(functools.partial)
def _(value: functools.partial) -> Parts:
    return sys.getsizeof(value), (value.func, value.args, value.keywords)


@size_children.register(bytes)
@size_children.register(bytearray)
@size_children.register(str)
@size_children.register(int)
@size_children.register(float)
@size_children.register(array.array)
@size_children.register(io.BytesIO)
@size_children.register(io.StringIO)
def _(value: Any) -> Parts:
    return sys.getsizeof(value), _attributes(value)


@size_children.register(memoryview)
def _(value: memoryview) -> Parts:
    return sys.getsizeof(value), (value.obj,)


@size_children.register(mmap.mmap)
def _(value: mmap.mmap) -> Parts:
    return len(value), ()


def _attributes(value: Any) -> list[Any]:
    """The dict of an instance itself, so that it counts, and what is in its slots."""
    found = [value.__dict__] if hasattr(value, "__dict__") else []
    for cls in type(value).__mro__:
        if "__slots__" in cls.__dict__:
            members = vars(cls).values()
            slots = [m for m in members if isinstance(m, types.MemberDescriptorType)]
            found += [slot.__get__(value) for slot in slots if _is_set(slot, value)]
    return found


def _is_set(slot: types.MemberDescriptorType, value: Any) -> bool:
    try:
        slot.__get__(value)
    except AttributeError:
        return False
    return True
