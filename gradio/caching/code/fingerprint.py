"""
One fingerprint for all code that a function comes to: its own, and the functions,
classes and constants of the user's modules that it names, and so on. A function of a
library counts by its name, and what is neither code nor plain does not count.
"""

from __future__ import annotations

import functools
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from types import (
    BuiltinFunctionType,
    CellType,
    FunctionType,
    MethodType,
    ModuleType,
)
from typing import Any

from blake3 import blake3

from gradio.caching.code.assigned import assigned_in
from gradio.caching.code.bytecode import (
    encoded,
    facts_of,
    globals_set_in,
    names_in,
)
from gradio.caching.code.origin import is_of_user
from gradio.caching.code.plain import fields_of, is_data, members_of
from gradio.caching.functions.fingerprint import rebound_in
from gradio.caching.hashing import digest
from gradio.caching.types.classes import class_name
from gradio.caching.types.protocol import instance_dict
from gradio.caching.types.scalars import SCALARS

Form = tuple[Any, ...]

EMPTY: Form = ("nothing",)
# Of all else that a module holds, how it was made counts too.
_TOLD_BY_CODE = (BuiltinFunctionType, FunctionType, ModuleType, type)
# What the import of a module sets in it: where it is found is no code.
_OF_IMPORT = frozenset(vars(ModuleType("any"))) | {
    *("__builtins__", "__cached__", "__file__", "__path__")
}
_CONTAINERS = frozenset({dict, frozenset, list, set, tuple})
_CLASS_CODE = (FunctionType, classmethod, staticmethod, property)


class CodeWalk:
    """
    One walk through a program, breadth first. What it meets gets a number, by which all
    others speak of it, so that functions may call each other. Not thread-safe.
    """

    def __init__(self) -> None:
        self._roots: tuple[Any, ...] = ()
        self._met: dict[int, tuple[int, Any]] = {}
        self._todo: deque[Any] = deque()
        self._set_anew: set[tuple[int, str]] = set()
        self._constants: list[tuple[int, str, Form]] = []

    def digest(self, parts: Iterable[Any]) -> bytes:
        """Digests what some values come to, in this order."""
        self._roots = tuple(parts)
        hasher = blake3(encoded(self.forms(self._roots)))
        while self._todo:
            value = self._todo.popleft()
            is_record = fields_of(value) is not None
            other = _visit_record if is_record else _visit_container
            visit = _by_kind(_VISITS, value) or other
            hasher.update(encoded(visit(self, value)))
        for names, name, form in self._constants:
            if (names, name) not in self._set_anew:
                hasher.update(encoded((name, form)))
        return hasher.digest()

    def form(self, value: Any) -> Form:
        """Says what a value counts as, where a name leads to it."""
        if type(value) in SCALARS:
            return "value", value
        if (form := _by_kind(_FORMS, value)) is not None:
            return form(self, value)
        if is_data(value):
            return "value", digest(value)
        if type(value) in _CONTAINERS or fields_of(value) is not None:
            return self.met(value)
        if callable(inner := (instance_dict(value) or {}).get("__wrapped__")):
            return "wrapper", class_name(type(value)), self.form(inner)
        if is_of_user(type(value)):
            return "instance", self.form(type(value))
        return EMPTY

    def is_root(self, value: Any) -> bool:
        """Tells whether a value is looked into, wherever it is from."""
        return any(value is root for root in self._roots)

    def met(self, value: Any) -> Form:
        """Numbers a part of the program, which is looked into later."""
        if id(value) not in self._met:
            self._met[id(value)] = len(self._met), value
            self._todo.append(value)
        return "part", self._met[id(value)][0]

    def forms(self, values: Iterable[Any]) -> Form:
        """Says what each of some values counts as."""
        return tuple(map(self.form, values))

    def named(self, fn: FunctionType) -> Iterator[Form]:
        """Says what the variables of modules come to that a function names."""
        names = list(dict.fromkeys(names_in(fn.__code__)))
        self._set_anew.update(
            (id(fn.__globals__), name) for name in globals_set_in(fn.__code__)
        )
        todo, seen = [fn.__globals__], set[int]()
        while todo:
            variables = todo.pop()
            seen.add(id(variables))
            for name, value in self._looked_up(variables, names):
                if not isinstance(value, ModuleType):
                    yield from self._variable(variables, name, value)
                elif is_of_user(value) and id(vars(value)) not in seen:
                    todo.append(vars(value))

    def _looked_up(
        self, variables: dict[str, Any], names: Iterable[str]
    ) -> Iterator[tuple[str, Any]]:
        """Finds what names stand for, also those by which a variable was made."""
        todo = dict.fromkeys(names)
        for name in (waiting := list(todo)):
            if (id(variables), name) in self._set_anew or name in _OF_IMPORT:
                continue
            if name not in variables:
                continue
            value = variables[name]
            yield name, value
            if not (is_data(value) or isinstance(value, _TOLD_BY_CODE)):
                more = [n for n in assigned_in(variables, name).names if n not in todo]
                todo.update(dict.fromkeys(more))
                waiting += more

    def _variable(
        self, variables: dict[str, Any], name: str, value: Any
    ) -> Iterator[Form]:
        form = self.form(value)
        if form[0] == "value":
            # Counts at the end, if nothing that was met sets it anew.
            self._constants.append((id(variables), name, form))
            return
        if not isinstance(value, _TOLD_BY_CODE):
            form = *form, *assigned_in(variables, name).expressions
        if form != EMPTY:
            yield name, form


def _by_kind(table: dict[type, Any], value: Any) -> Any:
    return next((table[k] for k in type(value).__mro__ if k in table), None)


def _visit_function(walk: CodeWalk, fn: FunctionType) -> Form:
    cells = zip(fn.__code__.co_freevars, fn.__closure__ or (), strict=True)
    wrapped = walk.form(fn.__dict__.get("__wrapped__"))
    if not (is_of_user(fn) or walk.is_root(fn)):
        own = (walk.form(cell) for _, cell in cells)
        return "function", fn.__module__, fn.__qualname__, wrapped, *own
    rebound = rebound_in(fn.__code__) if fn.__closure__ else ()
    captured = (EMPTY if n in rebound else walk.form(cell) for n, cell in cells)
    defaults = walk.forms(fn.__defaults__ or ()), _items(walk, fn.__kwdefaults__ or {})
    own = facts_of(fn.__code__), *captured, *defaults, *walk.named(fn)
    return "code", wrapped, *own


def _visit_class(walk: CodeWalk, cls: type) -> Form:
    members = {
        name: member
        for name, member in vars(cls).items()
        if isinstance(member, _CLASS_CODE) or not name.startswith("__")
    }
    return "class", cls.__name__, walk.forms(cls.__mro__[1:]), _items(walk, members)


def _visit_container(walk: CodeWalk, values: Any) -> Form:
    return type(values).__name__, *walk.forms(members_of(values))


def _visit_record(walk: CodeWalk, value: Any) -> Form:
    return "record", walk.form(type(value)), _items(walk, fields_of(value) or {})


_VISITS: dict[type, Callable[[CodeWalk, Any], Form]] = {
    FunctionType: _visit_function,
    type: _visit_class,
}


def _items(walk: CodeWalk, values: dict[str, Any]) -> Form:
    return tuple((name, walk.form(values[name])) for name in sorted(values))


def _class(walk: CodeWalk, cls: type) -> Form:
    return walk.met(cls) if is_of_user(cls) else ("class", class_name(cls))


def _cell(walk: CodeWalk, cell: CellType) -> Form:
    try:
        return walk.form(cell.cell_contents)
    except ValueError:
        return EMPTY


def _bound(walk: CodeWalk, method: Any) -> Form:
    return walk.forms((method.__func__, method.__self__))


def _builtin(walk: CodeWalk, fn: BuiltinFunctionType) -> Form:
    return "function", fn.__module__, fn.__qualname__, walk.form(fn.__self__)


def _partial(walk: CodeWalk, fn: functools.partial[Any]) -> Form:
    return walk.form(fn.func), walk.forms(fn.args), _items(walk, fn.keywords)


def _property(walk: CodeWalk, value: property) -> Form:
    return walk.forms((value.fget, value.fset, value.fdel))


def _held(walk: CodeWalk, value: Any) -> Form:
    return type(value).__name__, walk.form(value.__func__)


_FORMS: dict[type, Callable[[CodeWalk, Any], Form]] = {
    FunctionType: CodeWalk.met,
    type: _class,
    ModuleType: lambda walk, module: ("module", module.__name__),  # noqa: ARG005
    MethodType: _bound,
    BuiltinFunctionType: _builtin,
    CellType: _cell,
    classmethod: _held,
    functools.cached_property: lambda walk, value: walk.forms((value.func,)),
    functools.partial: _partial,
    property: _property,
    staticmethod: _held,
}
