"""What classes, their fields and instances of the user's hold, as far as it is code."""

from __future__ import annotations

import functools
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from types import FunctionType, MappingProxyType, MethodType
from typing import Any

from gradio.caching.code.forms import by_kind
from gradio.caching.code.origin import is_of_user
from gradio.caching.code.plain import members_of
from gradio.caching.types.protocol import instance_dict
from gradio.caching.types.registry import attributes
from gradio.caching.types.scalars import SCALARS

# What Python and libraries set by themselves: where a class is, what it was made of.
_DERIVED = frozenset(
    {
        *("__abstractmethods__", "__annotate__", "__annotate_func__"),
        *("__annotations__", "__annotations_cache__", "__class_vars__"),
        *("__classdictcell__", "__dataclass_fields__", "__dataclass_params__"),
        *("__dict__", "__doc__", "__firstlineno__", "__module__", "__orig_bases__"),
        *("__parameters__", "__private_attributes__", "__qualname__", "__signature__"),
        *("__slotnames__", "__static_attributes__", "__weakref__", "_abc_impl"),
    }
)
_DERIVED_BY = ("__attrs_", "__pydantic_")
_FILLED = frozenset({dict, list, set})
_OF_DATACLASS = ("__dataclass_fields__",)
_OF_PYDANTIC = ("__private_attributes__", "__pydantic_fields__")
# Their objects may but say how a field is made.
_DESCRIBING = frozenset(
    {"annotated_types", "attr", "attrs", "dataclasses", "pydantic", "pydantic_core"}
)
_WITH_OWN_STATE = frozenset({"Attribute", "Field", "FieldInfo", "ModelPrivateAttr"})
_SENTINELS = frozenset(
    {"_HAS_DEFAULT_FACTORY_CLASS", "_MISSING_TYPE", "PydanticUndefinedType"}
)
_TYPES = frozenset({"annotation", "type"})
_MOST, _MOST_OF_ONE = 10_000, 1_000
"""Parts of an instance that are looked at, as it may hold a whole data set."""

_MOST_WRAPPED = 100


def class_members(cls: type) -> dict[str, Any]:
    """Lists what the body of a class sets, or a decorator of it."""
    return {name: each for name, each in vars(cls).items() if not _is_derived(name)}


def lasting_members(cls: type) -> dict[str, Any]:
    """
    Lists members without the containers of metaclasses and of special names, which
    such classes fill while the app runs: with their only instances, say.
    """
    is_meta = issubclass(cls, type)
    return {
        name: each
        for name, each in class_members(cls).items()
        if not ((is_meta or name.startswith("__")) and type(each) in _FILLED)
    }


def class_fields(cls: type, is_told: bool = False) -> dict[str, Any]:
    """
    Lists the fields that a dataclass or a model of pydantic's has itself. Where the
    source tells of the class, pydantic's are left out: it completes them later.
    """
    found: dict[str, Any] = {}
    for kind in _OF_DATACLASS if is_told else (*_OF_DATACLASS, *_OF_PYDANTIC):
        fields = vars(cls).get(kind)
        found.update(fields if type(fields) is dict else {})
    return found


def function_attributes(fn: FunctionType) -> dict[str, Any]:
    """Lists the attributes of a function, except for what it wraps."""
    return {name: each for name, each in vars(fn).items() if name != "__wrapped__"}


def described(field: Any, with_types: bool = True) -> dict[str, Any] | None:
    """Lists what an object says that describes a field; None if it is none."""
    kind = type(field)
    if str(kind.__module__).partition(".")[0] not in _DESCRIBING:
        return None
    said = attributes(field)
    own = [name for name in said if name.startswith("_")]
    is_content = kind.__name__ in _WITH_OWN_STATE or (said and not own)
    if not is_content and kind.__name__ not in _SENTINELS:
        return None
    left_out = {*own, *(() if with_types else _TYPES)}
    return {name: each for name, each in said.items() if name not in left_out}


def code_in(value: Any) -> list[Any]:
    """
    Lists the functions and classes that an instance of the user's holds, and no data,
    which may change while the app runs.
    """
    todo, seen, found = deque([value]), dict[int, Any](), list[Any]()
    while todo and len(seen) < _MOST:
        part = todo.popleft()
        if id(part) in seen:
            continue
        seen[id(part)] = part
        if _is_users_code(part):
            found.append(part)
        else:
            parts = (p for p in _parts(part) if type(p) not in SCALARS)
            todo += islice(parts, _MOST_OF_ONE)
    return found


def _is_derived(name: str) -> bool:
    return name in _DERIVED or name.startswith(_DERIVED_BY)


def _is_users_code(value: Any) -> bool:
    """Whether a value is a function or class of the user's, or wraps one."""
    for _ in range(_MOST_WRAPPED):
        if type(value) is FunctionType or issubclass(type(value), type):
            if is_of_user(value):
                return True
        elif is_of_user(type(value)):
            return False
        value = (instance_dict(value) or {}).get("__wrapped__")
        if value is None:
            return False
    return False


def _parts(value: Any) -> Iterator[Any]:
    if is_of_user(type(value)):
        yield from attributes(value).values()
    if (parts := by_kind(_PARTS, value)) is not None:
        yield from parts(value)


def _of_partial(value: functools.partial[Any]) -> list[Any]:
    return [value.func, *value.args, *value.keywords.values()]


# What a subclass makes of it is not asked: that could run anything.
_PARTS: dict[type, Callable[[Any], Iterable[Any]]] = {
    deque: lambda value: list(deque.__iter__(value)),
    dict: lambda value: list(dict.values(value)),
    frozenset: members_of,
    functools.partial: _of_partial,
    list: lambda value: list(list.__iter__(value)),
    MappingProxyType: lambda value: list(value.values()),
    MethodType: lambda method: (method.__func__, method.__self__),
    classmethod: lambda held: (held.__func__,),
    property: lambda value: (value.fget, value.fset, value.fdel),
    set: members_of,
    staticmethod: lambda held: (held.__func__,),
    tuple: lambda value: tuple.__iter__(value),
}
