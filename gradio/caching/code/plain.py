"""Which values are plain: content that code could as well have written down."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Callable, Collection
from pathlib import Path, PurePath
from types import ModuleType
from typing import Any, TypeAlias

from gradio.caching.calls.fixed import is_fixed
from gradio.caching.hashing import digest
from gradio.caching.types.classes import class_facts, class_name
from gradio.caching.types.registry import attributes

Parts: TypeAlias = "Collection[Any] | None"

_WHOLES = frozenset({frozenset, list, set, tuple})


def is_plain(value: Any) -> bool:
    """Tells whether a value is data through and through, and no function or model."""
    return _consists(value, _plain_parts)


def is_data(value: Any) -> bool:
    """Tells whether a value is plain, and no class of the user's has a say in it."""
    return _consists(value, _data_parts)


def told(value: Any) -> Any:
    """
    Makes of plain data what its digest is made of: a folder counts by its place, as
    what a program keeps in one is other at each start.
    """
    return value if _consists(value, _parts_but_folders) else _told(value)


def fields_of(value: Any) -> dict[str, Any] | None:
    """Lists what a dataclass, a named tuple or a member of an enum is made of."""
    if isinstance(value, enum.Enum):
        return {"name": value._name_, "value": value._value_}
    if isinstance(value, type):
        return None
    if dataclasses.is_dataclass(value):
        return attributes(value)
    names = getattr(type(value), "_fields", None)
    if isinstance(value, tuple) and names is not None:
        return dict(zip(names, value, strict=False))
    return None


def members_of(values: Any) -> list[Any]:
    """Lists what is in a container, a set in an order of its own."""
    if isinstance(values, dict):
        return [part for pair in list(values.items()) for part in pair]
    if isinstance(values, (set, frozenset)):
        return sorted(values, key=_name_and_class)
    return list(values)


def _name_and_class(value: Any) -> tuple[str, str]:
    name = getattr(value, "__qualname__", getattr(value, "name", ""))
    return str(name), class_name(type(value))


def _consists(value: Any, parts_of: Callable[[Any], Parts]) -> bool:
    """Whether a value consists of what has parts, be it none, without recursion."""
    todo, seen = [value], dict[int, Any]()
    while todo:
        current = todo.pop()
        if id(current) in seen:
            continue
        seen[id(current)] = current  # kept, so that its address stays its own
        if (parts := parts_of(current)) is None:
            return False
        todo.extend(parts)
    return True


def _plain_parts(value: Any) -> Parts:
    fields = fields_of(value)
    if fields is None:
        return _data_parts(value)
    return fields.values() if class_facts(type(value)).is_named else None


def _data_parts(value: Any) -> Parts:
    if type(value) is dict:
        return [part for pair in value.items() for part in pair]
    if type(value) in _WHOLES:
        return value
    if isinstance(value, PurePath) or _is_array(value):
        return ()
    is_code = isinstance(value, (type, ModuleType, enum.Enum))
    return () if is_fixed(value) and not is_code else None


def _parts_but_folders(value: Any) -> Parts:
    return None if _is_folder(value) else _plain_parts(value)


def _is_folder(value: Any) -> bool:
    return isinstance(value, Path) and not value.is_file()


def _told(value: Any) -> Any:
    if isinstance(value, PurePath):
        text = class_name(type(value)), str(value)
        return text if _is_folder(value) else value
    fields = fields_of(value)
    if fields is not None:
        return class_name(type(value)), _told(fields)
    if type(value) is not dict and type(value) not in _WHOLES:
        return value
    parts = [_told(part) for part in members_of(value)]
    is_set = isinstance(value, (set, frozenset))
    return type(value).__name__, sorted(parts, key=digest) if is_set else parts


def _is_array(value: Any) -> bool:
    """Whether a value is numpy's, and memory alone."""
    if type(value).__module__ != "numpy":
        return False
    dtype = getattr(value, "dtype", None)
    return dtype is not None and not dtype.hasobject
