"""
What code holds, by kind. Functions and classes that are made anew with each run of
other code hold more than those of a module, which are there once.
"""

from __future__ import annotations

import dis
import functools
import sys
import typing
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from types import (
    BuiltinFunctionType,
    CodeType,
    FunctionType,
    GetSetDescriptorType,
    MappingProxyType,
    MemberDescriptorType,
    MethodType,
    ModuleType,
    WrapperDescriptorType,
)
from typing import Any, NamedTuple

from gradio.caching.code.bytecode import names_in
from gradio.caching.code.forms import by_kind
from gradio.caching.code.members import (
    class_fields,
    class_members,
    described,
    function_attributes,
)
from gradio.caching.code.origin import is_of_user
from gradio.caching.code.plain import is_plain
from gradio.caching.functions.fingerprint import rebound_in
from gradio.caching.types.classes import importable


class Held(NamedTuple):
    """A value that a function holds, and as what it does."""

    role: str
    value: Any


def held_by(value: Any, arguments_of: tuple[Any, ...] = ()) -> list[Held] | None:
    """Lists what code holds, or a container of code; None of what is no code."""
    if issubclass(type(value), ModuleType) or _says_nothing(value):
        return []
    lists = by_kind(_INSIDE, value)
    if lists is None:
        return None if is_plain(value) else _in_whole(value)
    found = list(lists(value))
    if isinstance(value, FunctionType) and _is_made_anew(value):
        is_called = any(value is fn for fn in arguments_of)
        found += _given(value, with_defaults=not is_called)
    return found


def _says_nothing(value: Any) -> bool:
    is_typing = type(value).__module__ == "typing" and not typing.get_origin(value)
    return is_typing or type(value) in _SLOTS


def _in_whole(value: Any) -> list[Held] | None:
    """What is held by what may have code among its parts."""
    if type(value) in _CONTAINERS:
        parts = value.values() if type(value) in _MAPPINGS else value
        return [Held("a part of what it captured", part) for part in parts]
    if issubclass(type(value), Enum):
        said = type(value).__qualname__, value._name_, type(value), value._value_
        return [Held("a member of an enum", part) for part in said]
    if (parts := described(value)) is not None:
        return [Held("a field of a class", part) for part in parts.values()]
    return None


def _in_function(fn: FunctionType) -> Iterator[Held]:
    rebound = rebound_in(fn.__code__) if fn.__closure__ else ()
    for name, cell in zip(fn.__code__.co_freevars, fn.__closure__ or (), strict=True):
        try:
            value = cell.cell_contents
        except ValueError:
            continue
        # What the function itself sets anew is no content, and what a library's
        # decorator works with is the library's.
        if name not in rebound and (is_of_user(fn) or callable(value)):
            yield Held(f"the variable {name!r} that it captured", value)


def _given(fn: FunctionType, with_defaults: bool) -> Iterator[Held]:
    """What a function holds that is made anew, besides what it captured."""
    if with_defaults:
        for value in (*(fn.__defaults__ or ()), *(fn.__kwdefaults__ or {}).values()):
            yield Held(f"a default of {fn.__name__}()", value)
    counted = _attributes_set_in(fn.__code__)
    for name, value in _attributes(fn).items():
        if name not in counted:
            yield Held(f"the attribute {name!r} of {fn.__name__}()", value)
    variables = {} if _is_of_file(fn) else fn.__globals__
    for name in dict.fromkeys(names_in(fn.__code__)):
        if name in variables:
            yield Held(f"the variable {name!r} of its globals", variables[name])


def _attributes(fn: FunctionType) -> dict[str, Any]:
    """Lists a function's own attributes: `functools.wraps` copies those of another."""
    copied = getattr(getattr(fn, "__wrapped__", None), "__dict__", {})
    return {
        name: value
        for name, value in function_attributes(fn).items()
        if not name.startswith("__") and copied.get(name, copied) is not value
    }


def _is_made_anew(fn: FunctionType) -> bool:
    qualname = getattr(fn.__code__, "co_qualname", fn.__qualname__)
    return is_of_user(fn) and ("<" in qualname or not _is_of_file(fn))


def _is_of_file(fn: FunctionType) -> bool:
    """Whether the globals of a function are a module's, and not made for it."""
    module = sys.modules.get(str(fn.__globals__.get("__name__")))
    is_module_s = getattr(module, "__dict__", None) is fn.__globals__
    return is_module_s or "__file__" in fn.__globals__


def _attributes_set_in(code: CodeType) -> set[str]:
    inner = (part for part in code.co_consts if isinstance(part, CodeType))
    steps = dis.get_instructions(code)
    own = {step.argval for step in steps if step.opname == "STORE_ATTR"}
    return own.union(*map(_attributes_set_in, inner))


def _in_class(cls: type) -> Iterator[Held]:
    if not is_of_user(cls) or importable(cls.__module__, cls.__qualname__) is cls:
        return
    role = f"what the class {cls.__name__} holds"
    yield from (Held(role, base) for base in (*cls.__mro__[1:], type(cls)))
    yield from (Held(role, member) for member in class_members(cls).values())
    yield from (Held(role, field) for field in class_fields(cls).values())


def _in_method(fn: MethodType) -> Iterator[Held]:
    yield Held("the method", fn.__func__)
    yield Held("what its method is bound to", fn.__self__)


def _in_builtin(fn: BuiltinFunctionType) -> Iterator[Held]:
    if fn.__self__ is not None:
        yield Held("what its method is bound to", fn.__self__)


def _in_partial(fn: Any) -> Iterator[Held]:
    held = (fn.func, *fn.args, *(fn.keywords[name] for name in sorted(fn.keywords)))
    return (Held("an argument of its partial", value) for value in held)


def _wraps(*names: str) -> Callable[[Any], Iterator[Held]]:
    def lists(value: Any) -> Iterator[Held]:
        parts = (getattr(value, name) for name in names)
        return (Held("a method", part) for part in parts if part is not None)

    return lists


def _in_generic(value: Any) -> Iterable[Held]:
    return (Held("an argument of a type", part) for part in typing.get_args(value))


class _Record(NamedTuple):
    field: Any


_SLOTS = frozenset(
    {
        *(GetSetDescriptorType, MemberDescriptorType, WrapperDescriptorType),
        type(vars(_Record)["field"]),
    }
)
_MAPPINGS = frozenset({dict, MappingProxyType})
_CONTAINERS = _MAPPINGS | {list, tuple}
_INSIDE: dict[type, Callable[[Any], Iterable[Held]]] = {
    type: _in_class,
    FunctionType: _in_function,
    MethodType: _in_method,
    BuiltinFunctionType: _in_builtin,
    classmethod: _wraps("__func__"),
    functools.cached_property: _wraps("func"),
    functools.partial: _in_partial,
    functools.partialmethod: _in_partial,
    functools.singledispatchmethod: _wraps("func", "dispatcher"),
    property: _wraps("fget", "fset", "fdel"),
    staticmethod: _wraps("__func__"),
    type(functools.lru_cache(is_plain)): _wraps("__wrapped__"),
    type(list[int]): _in_generic,
    type(int | str): _in_generic,
    type(typing.List[int]): _in_generic,  # noqa: UP006
}
