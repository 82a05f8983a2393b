"""
Which classes are plain: loaded under their own name, and made of fields and nothing
else, so that an instance can be made again without running anything of theirs.
"""

from __future__ import annotations

import dataclasses
import enum
import sys
import types
import weakref
from typing import Any, NamedTuple

from blake3 import blake3

from gradio.caching.types.classes import importable
from gradio.caching.types.protocol import found_on

_HEAP_TYPE = 1 << 9
_FROM_C = types.WrapperDescriptorType, types.MethodDescriptorType
_MAKERS = frozenset({"attr", "dataclasses", "enum", "pydantic", "typing"})
"""Packages that give classes their ways, which change nothing of what these hold."""

OWN_WAYS = (
    *("__deepcopy__", "__del__", "__getstate__", "__reduce__", "__reduce_ex__"),
    "__setstate__",
)

_facts: weakref.WeakKeyDictionary[type, PlainFacts] = weakref.WeakKeyDictionary()


def path_of(kind: type) -> str | None:
    """Says by which name a class is found; None if by none."""
    if importable(kind.__module__, kind.__qualname__) is not kind:
        return None
    return f"{kind.__module__}:{kind.__qualname__}"


def class_at(path: str) -> type:
    """Finds a class in a module that is loaded; raises LookupError if there is none."""
    module, _, name = path.partition(":")
    found = importable(module, name)
    if not isinstance(found, type) or path_of(found) != path:
        raise LookupError(f"{path} is no class")
    return found


def layout_of(kind: type) -> type:
    """Finds the class of C that instances are laid out like."""
    while kind.__flags__ & _HEAP_TYPE and kind.__base__ is not None:
        kind = kind.__base__
    return kind


def _own_way(kind: type) -> str | None:
    for name in OWN_WAYS:
        method = found_on(kind, name)
        if method is not None and not isinstance(method, _FROM_C):
            variables = getattr(method, "__globals__", {})
            if str(variables.get("__name__")).partition(".")[0] not in _MAKERS:
                return name
    return None


def is_model(kind: type) -> bool:
    """Whether a class is a model of pydantic, which is not imported for this."""
    pydantic: Any = sys.modules.get("pydantic")
    base = getattr(pydantic, "BaseModel", None)
    return base is not None and issubclass(kind, base)


def fields_of(kind: type) -> list[str] | None:
    """Lists the fields of a plain class with their types; None if it is not one."""
    if dataclasses.is_dataclass(kind):
        return [f"{f.name}: {f.type}" for f in dataclasses.fields(kind)]
    if is_model(kind):
        model: Any = kind
        fields = [f"{n}: {f.annotation}" for n, f in model.model_fields.items()]
        return [*fields, *model.__private_attributes__]
    if (attributes := vars(kind).get("__attrs_attrs__")) is not None:
        return [f"{field.name}: {field.type}" for field in attributes]
    names = getattr(kind, "_fields", None)
    if issubclass(kind, tuple) and names is not None:
        hints = getattr(kind, "__annotations__", {})
        return [f"{name}: {hints.get(name)}" for name in names]
    if issubclass(kind, enum.Enum):
        members: dict[str, Any] = kind._member_map_
        return [f"{name}: {_plain(m._value_)}" for name, m in members.items()]
    return None


def _plain(value: Any) -> str:
    # Anything else may say something else in each process.
    kinds = int, str, float, bool
    return repr(value) if isinstance(value, kinds) else type(value).__qualname__


class PlainFacts(NamedTuple):
    """
    What is known of a class: a digest of its fields, by which one with others does not
    get what it held, None if it is not plain; and a method by which it is kept its way.
    """

    schema: bytes | None
    own_way: str | None


def plain_facts(kind: type) -> PlainFacts:
    """Finds out once what makes a class plain, or keeps it from being so."""
    if (known := _facts.get(kind)) is None:
        schema = _schema_of(kind, fields_of(kind))
        known = _facts[kind] = PlainFacts(schema, _own_way(kind))
    return known


def _schema_of(kind: type, fields: list[str] | None) -> bytes | None:
    if fields is None:
        return None
    text = "\n".join([kind.__qualname__, *fields])
    return blake3(text.encode("utf-8", "replace")).digest(16)
