"""Copies of functions and modules, whose content is what they lead to."""

from __future__ import annotations

import sys
import types
from collections.abc import Generator
from typing import Any

from gradio.caching.errors import UncopyableError
from gradio.caching.snapshot.core import IMMUTABLE
from gradio.caching.snapshot.objects import copy_by_pickled_form
from gradio.caching.snapshot.registry import Memo, copier, for_subclasses

PYPLOT = frozenset({"matplotlib.pyplot", "pylab", "matplotlib.pylab"})


@copier.register(types.FunctionType)
def _(value: types.FunctionType, memo: Memo) -> Any:
    """
    A function that remembers something, in its variables from outside, its defaults or
    its attributes, gets its own of them.
    """
    has_fixed = _is_fixed(value.__defaults__) and _is_fixed(value.__kwdefaults__)
    if has_fixed and not value.__closure__ and not value.__dict__:
        return value
    return value if _is_of_module(value) else _copy_function(value, memo)


def _is_fixed(defaults: Any) -> bool:
    values = defaults.values() if isinstance(defaults, dict) else defaults or ()
    return IMMUTABLE.issuperset(map(type, values))


def _is_of_module(value: types.FunctionType) -> bool:
    """Whether it is the program's own, as its name leads to it: pickled by name."""
    found: Any = sys.modules.get(str(value.__module__))
    for name in value.__qualname__.split("."):
        found = vars(found).get(name) if hasattr(found, "__dict__") else None
    return getattr(found, "__func__", found) is value


def _copy_function(
    value: types.FunctionType, memo: Memo
) -> Generator[Any, Any, types.FunctionType]:
    cells = yield value.__closure__
    if id(value) in memo:
        return memo[id(value)]  # it is in one of its own variables
    code, variables = value.__code__, value.__globals__
    twin = types.FunctionType(code, variables, value.__name__, None, cells)
    memo[id(value)] = twin
    twin.__defaults__ = yield value.__defaults__
    twin.__kwdefaults__ = yield value.__kwdefaults__
    twin.__qualname__, twin.__module__ = value.__qualname__, value.__module__
    twin.__doc__, twin.__annotations__ = value.__doc__, value.__annotations__
    twin.__dict__.update((yield value.__dict__))
    return twin


@copier.register(types.CellType)
def _(value: types.CellType, memo: Memo) -> Generator[Any, Any, types.CellType]:
    twin = memo[id(value)] = types.CellType()
    try:
        content = value.cell_contents
    except ValueError:  # not set yet
        return twin
    if type(content) is types.ModuleType:
        twin.cell_contents = content
    else:
        twin.cell_contents = yield content
    return twin


@copier.register(types.BuiltinFunctionType)
@for_subclasses
def _(value: types.BuiltinFunctionType, memo: Memo) -> Any:
    """One that is bound to an object works on the copy of it."""
    if value.__self__ is None or isinstance(value.__self__, (types.ModuleType, type)):
        return value
    return copy_by_pickled_form(value, memo)


@copier.register(types.ModuleType)
@for_subclasses
def _(value: types.ModuleType, memo: Memo) -> Any:
    """What is meant by pyplot itself, as by `gr.Plot`, is the current figure."""
    if value.__name__ in PYPLOT:
        return _current_figure(value)
    raise UncopyableError(f"the module {value.__name__}")


def _current_figure(pyplot: Any) -> Generator[Any, Any, Any]:
    if not pyplot.get_fignums():
        raise UncopyableError("pyplot without a figure")
    return (yield pyplot.gcf())
