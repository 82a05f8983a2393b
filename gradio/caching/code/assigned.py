"""
How what is not plain was made, by the source of its module: a variable, an attribute of
a class, a default. Of an object that was made at import, this is what can be told, as
what it has become since would differ between two starts of the same code.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import time
from collections.abc import Iterable, Iterator
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any, NamedTuple

from gradio.caching.code.members import lasting_members
from gradio.caching.code.origin import is_of_user
from gradio.caching.code.plain import is_data
from gradio.caching.code.source import (
    DECORATOR,
    NOTHING,
    OF_CLASS,
    WHOLE,
    Import,
    Said,
    Source,
    source_of,
)

STARTED = time.time()
"""When the first store was asked for: the modules that ask had been read before."""

# Of all else that a module holds, how it was made counts too.
_TOLD_BY_CODE = (BuiltinFunctionType, FunctionType, ModuleType, type)
_ABSENT = object()


class Made(NamedTuple):
    """How something was made, and the variables of the module that says so."""

    said: Said
    variables: dict[str, Any]


def variable_made(variables: dict[str, Any], name: str) -> Iterator[Made]:
    """Finds how a variable of a module was made, be it in the one it came from."""
    if _is_told(value := variables[name]):
        return
    todo, seen = [(variables, name)], set[tuple[int, str]]()
    for where, known_as in todo:
        if (id(where), known_as) not in seen:
            seen.add((id(where), known_as))
            source = _source(where)
            said = source.variables.get(known_as, ())
            yield from _counting(value, (Made(each, where) for each in said))
            todo += _origins(source, where, known_as)


def class_made(cls: type) -> list[Made] | None:
    """Finds how the attributes of a class were made; None if no source has it."""
    variables = getattr(sys.modules.get(cls.__module__), "__dict__", {})
    body = _source(variables).classes.get(cls.__qualname__)
    if body is None:
        return None
    found, members = [], lasting_members(cls)
    for name, said in body.items():
        made = [Made(each, variables) for each in said]
        if name == OF_CLASS:
            found += [m for m in made if m.said.kind != DECORATOR or _is_by_user(m)]
        else:
            found += _counting(_member(cls, members, name), made)
    return found


def function_made(fn: FunctionType) -> Iterator[Made]:
    """Finds how the defaults of a function were made, and how it was decorated."""
    variables, code = fn.__globals__, fn.__code__
    if variables.get("__file__") != code.co_filename:
        return
    place = code.co_firstlineno, code.co_name
    said = _source(variables).functions.get(place, ())
    values = [*(fn.__defaults__ or ()), *(fn.__kwdefaults__ or {}).values()]
    defaults = [each for each in said if each.kind == WHOLE]
    if len(values) != len(defaults):  # of several lambdas in one line
        values = [_ABSENT] * len(defaults)
    for value, each in zip(values, defaults, strict=True):
        yield from _counting(value, [Made(each, variables)])
    decorators = (Made(each, variables) for each in said if each.kind == DECORATOR)
    yield from filter(_is_by_user, decorators)


def _counting(value: Any, made: Iterable[Made]) -> Iterator[Made]:
    """Code tells of itself, but not of what it was given by the user's own code."""
    if _is_told(value):
        return
    is_code = isinstance(value, _TOLD_BY_CODE)
    for each in made:
        needs_user = each.said.kind == DECORATOR or (
            is_code and each.said.kind == WHOLE
        )
        if not needs_user or _is_by_user(each):
            yield each


def _is_told(value: Any) -> bool:
    return is_data(value) or isinstance(value, ModuleType)


def _is_by_user(made: Made) -> bool:
    found = (made.variables.get(name) for name in made.said.makers)
    return any(map(_is_users, found))


def _is_users(value: Any) -> bool:
    is_code = isinstance(value, (FunctionType, ModuleType, type))
    return is_of_user(value if is_code else type(value))


def _member(cls: type, members: dict[str, Any], name: str) -> Any:
    """What a class has under a name of its body, where that may be mangled."""
    mangled = f"_{cls.__name__.lstrip('_')}{name}"
    return members.get(name, members.get(mangled, _ABSENT))


def _source(variables: dict[str, Any]) -> Source:
    file = variables.get("__file__")
    try:
        found = os.stat(file) if isinstance(file, str) else None
    except OSError:
        found = None
    # What was changed since may not be what this process runs.
    if found is None or max(found.st_mtime, found.st_ctime) > STARTED:
        return NOTHING
    return source_of(str(file), found.st_mtime_ns, found.st_size)


def _origins(
    source: Source, variables: dict[str, Any], name: str
) -> Iterator[tuple[dict[str, Any], str]]:
    """Finds the modules of the user's that a name is imported from."""
    stars = [origin._replace(name=name) for origin in source.imports.get("*", ())]
    for origin in [*source.imports.get(name, ()), *stars]:
        module = sys.modules.get(_absolute(origin, variables))
        if module is not None and is_of_user(module) and hasattr(module, origin.name):
            yield vars(module), origin.name


def _absolute(origin: Import, variables: dict[str, Any]) -> str:
    relative = "." * origin.level + origin.module
    try:
        return importlib.util.resolve_name(relative, variables.get("__package__"))
    except ImportError:
        return ""
