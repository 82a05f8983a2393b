"""As what a value counts in code that leads to it, by its kind."""

from __future__ import annotations

import functools
import typing
from collections.abc import Callable, Iterable
from types import (
    BuiltinFunctionType,
    CellType,
    FunctionType,
    GenericAlias,
    MethodType,
    ModuleType,
    UnionType,
)
from typing import Any, Protocol

from gradio.caching.code.origin import is_of_user
from gradio.caching.types.classes import class_name

Form = tuple[Any, ...]

EMPTY: Form = ("nothing",)


class Walk(Protocol):
    """What forms need of the walk that asks for them."""

    def form(self, value: Any) -> Form:
        """Says what a value counts as, where a name leads to it."""
        ...

    def forms(self, values: Iterable[Any]) -> Form:
        """Says what each of some values counts as."""
        ...

    def met(self, value: Any) -> Form:
        """Numbers a part of the program, which is looked into later."""
        ...


def by_kind(table: dict[type, Any], value: Any) -> Any:
    """Finds what a table has for a value's class or the first of its bases."""
    return next((table[k] for k in type(value).__mro__ if k in table), None)


def items_form(walk: Walk, values: dict[str, Any]) -> Form:
    """Says what named values count as, in an order of their own."""
    return tuple((str(name), walk.form(values[name])) for name in sorted(values))


def _class(walk: Walk, cls: type) -> Form:
    return walk.met(cls) if is_of_user(cls) else ("class", class_name(cls))


def _cell(walk: Walk, cell: CellType) -> Form:
    try:
        return walk.form(cell.cell_contents)
    except ValueError:
        return EMPTY


def _bound(walk: Walk, method: Any) -> Form:
    return walk.forms((method.__func__, method.__self__))


def _builtin(walk: Walk, fn: BuiltinFunctionType) -> Form:
    return "function", fn.__module__, fn.__qualname__, walk.form(fn.__self__)


def _partial(walk: Walk, fn: Any) -> Form:
    return walk.form(fn.func), walk.forms(fn.args), items_form(walk, fn.keywords)


def _property(walk: Walk, value: property) -> Form:
    return walk.forms((value.fget, value.fset, value.fdel))


def _held(walk: Walk, value: Any) -> Form:
    return type(value).__name__, walk.form(value.__func__)


def _generic(walk: Walk, value: Any) -> Form:
    """A type with arguments, in which a library may find the user's functions."""
    return "generic", walk.form(typing.get_origin(value)), *_arguments(walk, value)


def _arguments(walk: Walk, value: Any) -> Form:
    return walk.forms(typing.get_args(value))


FORMS: dict[type, Callable[[Any, Any], Form]] = {
    FunctionType: lambda walk, fn: walk.met(fn),
    type: _class,
    ModuleType: lambda walk, module: ("module", module.__name__),  # noqa: ARG005
    MethodType: _bound,
    BuiltinFunctionType: _builtin,
    CellType: _cell,
    classmethod: _held,
    functools.cached_property: lambda walk, value: walk.forms((value.func,)),
    functools.partial: _partial,
    functools.partialmethod: _partial,
    property: _property,
    staticmethod: _held,
    **dict.fromkeys((GenericAlias, UnionType, type(list[int] | None)), _generic),
    type(typing.List[int]): _generic,  # noqa: UP006
    typing.ForwardRef: lambda walk, ref: ("value", ref.__forward_arg__),  # noqa: ARG005
}
