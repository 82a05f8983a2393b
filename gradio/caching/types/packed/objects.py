"""
Instances of plain classes, as they are written: by the name of the class, a digest of
its fields, and what the instance holds.
"""

from __future__ import annotations

import enum
from typing import Any

from gradio.caching.errors import UnpackableError
from gradio.caching.types.objects import named
from gradio.caching.types.packed.plain import (
    class_at,
    layout_of,
    path_of,
    plain_facts,
)
from gradio.caching.types.packing import Making, Own, Packed, pack, unpack
from gradio.caching.types.registry import all_attributes, for_subclasses, instance_dict


def refused(value: Any, reason: str = "") -> UnpackableError:
    """Says that a value can't be written, and why."""
    return UnpackableError(f"{named(value)}, {reason}" if reason else named(value))


def identity_of(kind: type) -> tuple[str, bytes]:
    """
    Names a plain class, with the digest of its fields. Raises TypeError, saying why, if
    it is not plain.
    """
    if (path := path_of(kind)) is None:
        raise TypeError("whose class is not found by its name")
    if (schema := plain_facts(kind).schema) is None:
        raise TypeError("")
    return path, schema


def _identity(value: Any, layout: type) -> tuple[str, bytes]:
    try:
        path, schema = identity_of(type(value))
    except TypeError as error:
        raise refused(value, str(error)) from None
    if layout_of(type(value)) is not layout:
        raise refused(value, f"a {layout_of(type(value)).__name__} with fields")
    if (way := plain_facts(type(value)).own_way) is not None:
        raise refused(value, f"which has a {way} of its own")
    return path, schema


def known_class(own: Own, layout: type) -> type:
    """Finds the class that was named; raises if it is another one by now."""
    path, schema = own[:2]
    kind = class_at(path)
    if identity_of(kind) != (path, schema) or layout_of(kind) is not layout:
        raise LookupError(f"{path} has changed")
    if plain_facts(kind).own_way is not None:
        raise LookupError(f"{path} is not plain")
    return kind


@pack.register(object)
@for_subclasses
def _(value: Any) -> Packed:
    if type(value) is object:
        raise refused(value)
    own = _identity(value, object)
    found = all_attributes(value)
    return own, (*found, *found.values())


@unpack.register(object)
def _(own: Own, count: int) -> Making:
    kind = known_class(own, object)
    made = object.__new__(kind)
    parts = yield made
    names, items = parts[: count // 2], parts[count // 2 :]
    set_attributes(made, dict(zip(names, items, strict=True)))


def set_attributes(made: Any, found: dict[str, Any]) -> None:
    """Sets what an instance holds, by nothing that its class could have changed."""
    own = instance_dict(made)
    for name, item in found.items():
        if type(name) is not str:
            raise TypeError("a name that is none")
        if (slot := _slot(type(made), name)) is not None:
            slot.__set__(made, item)
        elif own is None:
            raise TypeError(f"no place for {name}")
        else:
            own[name] = item


def _slot(kind: type, name: str) -> Any:
    for base in kind.__mro__:
        found = vars(base).get(name)
        if type(found).__name__ == "member_descriptor" and "__slots__" in vars(base):
            return found
    return None


@pack.register(tuple)
@for_subclasses
def _(value: tuple[Any, ...]) -> Packed:
    if type(value) is tuple:
        return (), value
    if instance_dict(value):
        raise refused(value, "which has attributes beside its fields")
    return _identity(value, tuple), [*tuple.__iter__(value)]


@unpack.register(tuple)
def _(own: Own, count: int) -> Making:
    kind: Any = known_class(own, tuple) if own else tuple
    return tuple.__new__(kind, (yield))


@pack.register(enum.Enum)
@for_subclasses
def _(value: enum.Enum) -> Packed:
    try:
        own = identity_of(type(value))
    except TypeError as error:
        raise refused(value, str(error)) from None
    if value.name in type(value)._member_map_:
        return own, (value.name,)
    return own, (None, *_members(value))


def _members(value: Any) -> list[str]:
    """Several members of a flag, which have no name together."""
    names = [m.name for m in type(value) if m.value & value.value]
    if not isinstance(value, enum.Flag) or _joined(type(value), names) is not value:
        raise refused(value, "which is no member")
    return names


@unpack.register(enum.Enum)
def _(own: Own, count: int) -> Making:
    kind: Any = class_at(own[0])
    if not issubclass(kind, enum.Enum) or identity_of(kind) != tuple(own):
        raise LookupError("another enumeration")
    name, *names = yield
    return _joined(kind, names) if name is None else kind._member_map_[name]


def _joined(kind: Any, names: list[str]) -> Any:
    whole = kind(0)
    for name in names:
        whole |= kind._member_map_[name]
    return whole
