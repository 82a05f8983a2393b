"""
What can be called, and classes and modules: keyed by what they do where that is known,
else by name; copied with what they remember.
"""

from __future__ import annotations

import functools
import sys
import types
from typing import Any

from gradio.caching.errors import UncopyableError
from gradio.caching.types.classes import class_tag
from gradio.caching.types.key_writer import KeyWriter
from gradio.caching.types.objects import clone_by_pickled_form
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

EMPTY_CELL = b"empty cell"
PYPLOT = frozenset({"matplotlib.pyplot", "pylab", "matplotlib.pylab"})

for _kind in (
    *(type, types.MethodDescriptorType, types.WrapperDescriptorType),
    *(types.CodeType, types.GenericAlias, property),
):
    clone.register(_kind, immutable)


@encode.register(type)
def _(value: type, out: KeyWriter) -> Children:
    out.write(class_tag(value))


@measure.register(type)
@measure.register(types.ModuleType)
def _(value: Any) -> tuple[int, Children]:
    """Kept by reference, so that an entry holds no more than a pointer to them."""
    return 0, ()


@encode.register(types.ModuleType)
def _(value: types.ModuleType, out: KeyWriter) -> Children:
    out.write_text(value.__name__)


@clone.register(types.ModuleType)
@for_subclasses
def _(value: types.ModuleType, memo: Memo) -> Any:
    """What is meant by pyplot itself, as by `gr.Plot`, is the current figure."""
    if value.__name__ in PYPLOT:
        return _current_figure(value)
    raise UncopyableError(f"the module {value.__name__}")


def _current_figure(pyplot: Any) -> Cloning:
    if not pyplot.get_fignums():
        raise UncopyableError("pyplot without a figure")
    return (yield pyplot.gcf())


@encode.register(types.FunctionType)
def _(value: types.FunctionType, out: KeyWriter) -> Children:
    out.write_text(f"{value.__module__}.{value.__qualname__}")
    return (
        value.__code__,
        value.__defaults__,
        value.__kwdefaults__,
        value.__closure__,
        value.__dict__,
    )


@clone.register(types.FunctionType)
def _(value: types.FunctionType, memo: Memo) -> Any:
    """
    A function that remembers something, in its variables from outside, its defaults or
    its attributes, gets its own of them.
    """
    has_fixed = _is_fixed(value.__defaults__) and _is_fixed(value.__kwdefaults__)
    if has_fixed and not value.__closure__ and not value.__dict__:
        return value
    return value if _is_of_module(value) else _clone_function(value, memo)


def _is_fixed(defaults: Any) -> bool:
    values = defaults.values() if isinstance(defaults, dict) else defaults or ()
    return IMMUTABLE.issuperset(map(type, values))


def _is_of_module(value: types.FunctionType) -> bool:
    """Whether it is the program's own, as its name leads to it: pickled by name."""
    found: Any = sys.modules.get(str(value.__module__))
    for name in value.__qualname__.split("."):
        found = vars(found).get(name) if hasattr(found, "__dict__") else None
    return getattr(found, "__func__", found) is value


def _clone_function(value: types.FunctionType, memo: Memo) -> Cloning:
    cells = yield value.__closure__
    if id(value) in memo:
        return memo[id(value)]  # it is in one of its own variables
    code, variables = value.__code__, value.__globals__
    copy = types.FunctionType(code, variables, value.__name__, None, cells)
    memo[id(value)] = copy
    copy.__defaults__ = yield value.__defaults__
    copy.__kwdefaults__ = yield value.__kwdefaults__
    copy.__qualname__, copy.__module__ = value.__qualname__, value.__module__
    copy.__doc__, copy.__annotations__ = value.__doc__, value.__annotations__
    copy.__dict__.update((yield value.__dict__))
    return copy


@measure.register(types.FunctionType)
def _(value: types.FunctionType) -> tuple[int, Children]:
    """What it remembers; its code belongs to the program."""
    if not value.__closure__ and value.__qualname__ == value.__name__:
        return 0, ()
    variables = [*map(_content, value.__closure__ or ())]
    return sys.getsizeof(value), (*variables, value.__defaults__, value.__dict__)


def _content(cell: types.CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # not set yet
        return None


@encode.register(types.CodeType)
def _(value: types.CodeType, out: KeyWriter) -> Children:
    out.write(value.co_code)
    out.write(getattr(value, "co_exceptiontable", b""))
    counts = value.co_argcount, value.co_posonlyargcount, value.co_kwonlyargcount
    names = value.co_names, value.co_varnames, value.co_freevars, value.co_cellvars
    return value.co_name, value.co_flags, counts, names, value.co_consts


@encode.register(types.CellType)
def _(value: types.CellType, out: KeyWriter) -> Children:
    try:
        return (value.cell_contents,)
    except ValueError:
        out.write(EMPTY_CELL)
        return None


@clone.register(types.CellType)
def _(value: types.CellType, memo: Memo) -> Cloning:
    copy = memo[id(value)] = types.CellType()
    try:
        content = value.cell_contents
    except ValueError:
        return copy
    if type(content) is types.ModuleType:
        copy.cell_contents = content
    else:
        copy.cell_contents = yield content
    return copy


@encode.register(types.MethodType)
def _(value: types.MethodType, out: KeyWriter) -> Children:
    return value.__func__, value.__self__


@clone.register(types.MethodType)
def _(value: types.MethodType, memo: Memo) -> Cloning:
    receiver = yield value.__self__
    same = receiver is value.__self__
    return value if same else types.MethodType(value.__func__, receiver)


@encode.register(types.BuiltinFunctionType)
@encode.register(types.MethodWrapperType)
def _(value: types.BuiltinFunctionType, out: KeyWriter) -> Children:
    out.write_text(value.__qualname__)
    owner = value.__self__
    return (None if owner is None else owner, getattr(value, "__module__", None))


@clone.register(types.BuiltinFunctionType)
@for_subclasses
def _(value: types.BuiltinFunctionType, memo: Memo) -> Any:
    """One that is bound to an object works on the copy of it."""
    if value.__self__ is None or isinstance(value.__self__, (types.ModuleType, type)):
        return value
    return clone_by_pickled_form(value, memo)


@measure.register(types.MethodType)
@measure.register(types.BuiltinFunctionType)
def _(value: types.MethodType | types.BuiltinFunctionType) -> tuple[int, Children]:
    return sys.getsizeof(value), (value.__self__,)


@encode.register(types.MethodDescriptorType)
@encode.register(types.WrapperDescriptorType)
@encode.register(types.ClassMethodDescriptorType)
def _(value: Any, out: KeyWriter) -> Children:
    out.write_text(value.__name__)
    return (value.__objclass__,)


@encode.register(functools.partial)
def _(value: functools.partial, out: KeyWriter) -> Children:
    return value.func, value.args, value.keywords, value.__dict__


@measure.register(functools.partial)
@adds_attributes()
def _(value: functools.partial) -> tuple[int, Children]:
    return sys.getsizeof(value), (value.func, value.args, value.keywords)
