"""
How objects describe themselves to `copy` and `pickle`: what their type says, never what
an instance answers.
"""

from __future__ import annotations

import copyreg
import types
from collections.abc import Callable, Iterator
from typing import Any
from weakref import WeakKeyDictionary

PROTOCOL = 4

_SCALARS = frozenset({bool, bytes, complex, float, int, str, type(None)})
_CONTAINERS = frozenset({dict, frozenset, list, set, tuple})
_FROM_PYTHON = types.FunctionType, classmethod, staticmethod


def found_on(kind: type, name: str) -> Any:
    """Finds a special method as it stands in a class; None if it has none."""
    for base in kind.__mro__:
        if name in vars(base):
            return vars(base)[name]
    return None


def bound(value: Any, name: str) -> Callable[..., Any] | None:
    """Binds a special method of a value's type to the value; None if it has none."""
    kind = type(value)
    method = found_on(kind, name)
    return method.__get__(value, kind) if hasattr(method, "__get__") else method


def is_from_python(kind: type, name: str) -> bool:
    """Whether a class says in Python how a special method works for its instances."""
    return isinstance(found_on(kind, name), _FROM_PYTHON)


def reduced(value: Any) -> Any:
    """Makes the form in which a value is pickled; raises what its class raises."""
    if reducer := copyreg.dispatch_table.get(type(value)):
        return reducer(value)
    reduce_ex: Any = bound(value, "__reduce_ex__")  # every object has it
    return reduce_ex(PROTOCOL)


def instance_dict(value: Any) -> dict[str, Any] | None:
    """Returns the dict of an instance itself, None if it has none."""
    try:
        found = object.__getattribute__(value, "__dict__")
    except AttributeError:
        return None
    return found if isinstance(found, dict) else None


def slots(value: Any) -> Iterator[tuple[str, Any]]:
    """Goes through what is set in the slots of a value, by the names of the slots."""
    for cls in type(value).__mro__:
        if "__slots__" in vars(cls):
            for name, member in list(vars(cls).items()):
                if isinstance(member, types.MemberDescriptorType):
                    try:
                        yield name, member.__get__(value, type(value))
                    except AttributeError:
                        continue


_computed: WeakKeyDictionary[type, frozenset[str]] = WeakKeyDictionary()


def computed_names(kind: type) -> frozenset[str]:
    """
    Lists the attributes that instances fill when they are first asked for: those of
    `functools.cached_property` and of its like in other libraries.
    """
    known = _computed.get(kind)
    if known is None:
        members = [item for cls in kind.__mro__ for item in vars(cls).items()]
        known = frozenset(name for name, member in members if _fills_itself(member))
        _computed[kind] = known
    return known


def without_computed(found: dict[str, Any], kind: type) -> dict[str, Any]:
    """
    Leaves out what instances have computed when they were asked for it, unless it is
    plain data, which may have been set as well. Anything else takes long to read, as a
    model does, or can't be.
    """
    if not (names := computed_names(kind) & found.keys()):
        return found
    left_out = {name for name in names if not _is_data(found[name])}
    return {name: item for name, item in found.items() if name not in left_out}


def _is_data(value: Any) -> bool:
    todo, seen = [value], {id(value)}
    while todo:
        parts = todo.pop()
        if (kind := type(parts)) in _SCALARS:
            continue
        if kind not in _CONTAINERS:
            return False
        members = [*parts, *parts.values()] if kind is dict else parts
        todo += [part for part in members if id(part) not in seen]
        seen.update(map(id, members))
    return True


def _fills_itself(member: Any) -> bool:
    return any(c.__name__ == "cached_property" for c in type(member).__mro__)
