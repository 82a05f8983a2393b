"""
Encoders of what can be called, and of classes and modules: by what they do where that
is known, else by name.
"""

from __future__ import annotations

import functools
import types
from typing import Any

from gradio.caching.hashing.classes import class_tag
from gradio.caching.hashing.registry import Children, encode
from gradio.caching.hashing.stream import Stream

EMPTY_CELL = b"empty cell"


@encode.register(type)
def _(value: type, out: Stream) -> Children:
    out.write(class_tag(value))


@encode.register(types.ModuleType)
def _(value: types.ModuleType, out: Stream) -> Children:
    out.write_text(value.__name__)


@encode.register(types.FunctionType)
def _(value: types.FunctionType, out: Stream) -> Children:
    out.write_text(f"{value.__module__}.{value.__qualname__}")
    return (
        value.__code__,
        value.__defaults__,
        value.__kwdefaults__,
        value.__closure__,
        value.__dict__,
    )


@encode.register(types.CodeType)
def _(value: types.CodeType, out: Stream) -> Children:
    out.write(value.co_code)
    out.write(getattr(value, "co_exceptiontable", b""))
    counts = value.co_argcount, value.co_posonlyargcount, value.co_kwonlyargcount
    names = value.co_names, value.co_varnames, value.co_freevars, value.co_cellvars
    return value.co_name, value.co_flags, counts, names, value.co_consts


@encode.register(types.CellType)
def _(value: types.CellType, out: Stream) -> Children:
    try:
        return (value.cell_contents,)
    except ValueError:
        out.write(EMPTY_CELL)
        return None


@encode.register(types.MethodType)
def _(value: types.MethodType, out: Stream) -> Children:
    return value.__func__, value.__self__


@encode.register(types.BuiltinFunctionType)
@encode.register(types.MethodWrapperType)
def _(value: types.BuiltinFunctionType, out: Stream) -> Children:
    out.write_text(value.__qualname__)
    owner = value.__self__
    return (None if owner is None else owner, getattr(value, "__module__", None))


@encode.register(types.MethodDescriptorType)
@encode.register(types.WrapperDescriptorType)
@encode.register(types.ClassMethodDescriptorType)
def _(value: Any, out: Stream) -> Children:
    out.write_text(value.__name__)
    return (value.__objclass__,)


@encode.register(functools.partial)
def _(value: functools.partial, out: Stream) -> Children:
    return value.func, value.args, value.keywords, value.__dict__
