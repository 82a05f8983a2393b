"""
One fingerprint for all code that a function comes to: its own, and the functions,
classes and constants of the user's modules that it names, and so on. A function of a
library counts by its name, and what is neither code nor plain does not count.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from types import FunctionType, MappingProxyType, ModuleType
from typing import Any

from blake3 import blake3

from gradio.caching.code.assigned import (
    Made,
    class_made,
    function_made,
    variable_made,
)
from gradio.caching.code.bytecode import (
    encoded,
    facts_of,
    globals_set_in,
    names_in,
)
from gradio.caching.code.forms import EMPTY, FORMS, Form, by_kind, items_form
from gradio.caching.code.members import (
    class_fields,
    code_in,
    described,
    function_attributes,
    lasting_members,
)
from gradio.caching.code.origin import is_of_user
from gradio.caching.code.plain import fields_of, is_data, members_of, told
from gradio.caching.functions.fingerprint import rebound_in
from gradio.caching.hashing import digest
from gradio.caching.types.classes import class_name
from gradio.caching.types.protocol import instance_dict
from gradio.caching.types.scalars import SCALARS

# What the import of a module sets in it: where it is found is no code.
_OF_IMPORT = frozenset(vars(ModuleType("any"))) | {
    *("__builtins__", "__cached__", "__file__", "__path__")
}
_CONTAINERS = frozenset({dict, frozenset, list, set, tuple, MappingProxyType})


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
            visit = by_kind(_VISITS, value) or _visit_for(value)
            hasher.update(encoded(visit(self, value)))
        for names, name, form in self._constants:
            if (names, name) not in self._set_anew:
                hasher.update(encoded((name, form)))
        return hasher.digest()

    def form(self, value: Any) -> Form:
        """Says what a value counts as, where a name leads to it."""
        if type(value) in SCALARS:
            return "value", value
        if (form := by_kind(FORMS, value)) is not None:
            return form(self, value)
        if is_data(value):
            return "value", digest(told(value))
        if _visit_for(value) is not _visit_instance or is_of_user(type(value)):
            return self.met(value)
        if callable(inner := (instance_dict(value) or {}).get("__wrapped__")):
            return "wrapper", class_name(type(value)), self.form(inner)
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
        self._set_anew.update(
            (id(fn.__globals__), name) for name in globals_set_in(fn.__code__)
        )
        return self._variables(fn.__globals__, names_in(fn.__code__))

    def made(self, all_made: Iterable[Made]) -> Iterator[Form]:
        """Says how something was made, and what that comes to."""
        for made in all_made:
            yield ("made", made.said.expression)
            yield from self._variables(made.variables, made.said.names)

    def _variables(self, variables: dict[str, Any], names: Iterable[str]) -> Any:
        names = list(dict.fromkeys(names))
        todo, seen = [variables], set[int]()
        while todo:
            current = todo.pop()
            seen.add(id(current))
            for where, name, made in self._looked_up(current, names):
                value = where[name]
                if not isinstance(value, ModuleType):
                    yield from self._variable(where, name, made)
                elif is_of_user(value) and id(vars(value)) not in seen:
                    todo.append(vars(value))

    def _looked_up(
        self, variables: dict[str, Any], names: Iterable[str]
    ) -> Iterator[tuple[dict[str, Any], str, list[Made]]]:
        """Finds variables by names, also those by which a variable was made."""
        todo, seen = [(variables, name) for name in names], set[tuple[int, str]]()
        for where, name in todo:
            place = id(where), name
            if place in seen or place in self._set_anew or name in _OF_IMPORT:
                continue
            seen.add(place)
            if name in where:
                made = list(variable_made(where, name))
                yield where, name, made
                todo += [(m.variables, inner) for m in made for inner in m.said.names]

    def _variable(
        self, variables: dict[str, Any], name: str, made: list[Made]
    ) -> Iterator[Form]:
        form = self.form(variables[name])
        if form[0] == "value":
            # Counts at the end, if nothing that was met sets it anew.
            self._constants.append((id(variables), name, form))
            return
        form = *form, *(each.said.expression for each in made)
        if form != EMPTY:
            yield name, form


def _visit_function(walk: CodeWalk, fn: FunctionType) -> Form:
    cells = zip(fn.__code__.co_freevars, fn.__closure__ or (), strict=True)
    wrapped = walk.form(fn.__dict__.get("__wrapped__"))
    if not (is_of_user(fn) or walk.is_root(fn)):
        own = (walk.form(cell) for _, cell in cells)
        return "function", fn.__module__, fn.__qualname__, wrapped, *own
    rebound = rebound_in(fn.__code__) if fn.__closure__ else ()
    captured = (EMPTY if n in rebound else walk.form(cell) for n, cell in cells)
    defaults = fn.__defaults__ or (), fn.__kwdefaults__ or {}
    given = walk.forms(defaults[0]), items_form(walk, defaults[1])
    own = facts_of(fn.__code__), *captured, *given, *walk.named(fn)
    attached = walk.forms(code_in(function_attributes(fn)))
    return "code", wrapped, *own, attached, *walk.made(function_made(fn))


def _visit_class(walk: CodeWalk, cls: type) -> Form:
    made = class_made(cls)
    is_told = made is not None
    kinds = walk.forms((type(cls), *cls.__mro__[1:]))
    members = items_form(walk, lasting_members(cls))
    fields = class_fields(cls, is_told)
    parts = {n: described(f, with_types=not is_told) or {} for n, f in fields.items()}
    own = [(name, items_form(walk, parts[name])) for name in sorted(parts)]
    return "class", cls.__name__, kinds, members, *own, *walk.made(made or ())


def _visit_container(walk: CodeWalk, values: Any) -> Form:
    found = dict(values) if type(values) is MappingProxyType else values
    return type(values).__name__, *walk.forms(members_of(found))


def _visit_record(walk: CodeWalk, value: Any) -> Form:
    return "record", walk.form(type(value)), items_form(walk, fields_of(value) or {})


def _visit_description(walk: CodeWalk, value: Any) -> Form:
    return "field", walk.form(type(value)), items_form(walk, described(value) or {})


def _visit_instance(walk: CodeWalk, value: Any) -> Form:
    return "instance", walk.form(type(value)), walk.forms(code_in(value))


_VISITS: dict[type, Callable[[CodeWalk, Any], Form]] = {
    FunctionType: _visit_function,
    type: _visit_class,
}


def _visit_for(value: Any) -> Callable[[CodeWalk, Any], Form]:
    if type(value) in _CONTAINERS:
        return _visit_container
    if fields_of(value) is not None:
        return _visit_record
    return _visit_instance if described(value) is None else _visit_description
