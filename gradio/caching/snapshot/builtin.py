"""Copies of Python's own containers."""

from __future__ import annotations

import array
import types
from collections.abc import Generator
from typing import Any

from gradio.caching.snapshot.core import IMMUTABLE
from gradio.caching.snapshot.objects import copy_object
from gradio.caching.snapshot.registry import Memo, copier, for_subclasses

Copying = Generator[Any, Any, Any]


@copier.register(list)
def _(value: list, memo: Memo) -> Any:
    if IMMUTABLE.issuperset(map(type, value)):
        return value.copy()
    return _copy_list(value, memo)


def _copy_list(value: list, memo: Memo) -> Copying:
    twin: list[Any] = []
    memo[id(value)] = twin
    for item in value:
        twin.append(item if type(item) in IMMUTABLE else (yield item))  # noqa: PERF401
    return twin


@copier.register(dict)
def _(value: dict, memo: Memo) -> Any:
    if IMMUTABLE.issuperset(map(type, value)) and IMMUTABLE.issuperset(
        map(type, value.values())
    ):
        return value.copy()
    return _copy_dict(value, memo)


def _copy_dict(value: dict, memo: Memo) -> Copying:
    twin: dict[Any, Any] = {}
    memo[id(value)] = twin
    for key, item in value.items():
        name = key if type(key) in IMMUTABLE else (yield key)
        twin[name] = item if type(item) in IMMUTABLE else (yield item)
    return twin


@copier.register(set)
def _(value: set, memo: Memo) -> Any:
    if IMMUTABLE.issuperset(map(type, value)):
        return value.copy()
    return _copy_set(value, memo)


def _copy_set(value: set, memo: Memo) -> Copying:
    twin: set[Any] = set()
    memo[id(value)] = twin
    for item in value:
        twin.add((yield item))
    return twin


@copier.register(frozenset)
def _(value: frozenset, memo: Memo) -> Any:
    if IMMUTABLE.issuperset(map(type, value)):
        return value
    return _copy_frozen(value, frozenset)


@copier.register(tuple)
@for_subclasses
def _(value: tuple, memo: Memo) -> Any:
    kind = type(value)
    if kind is not tuple and (
        not hasattr(kind, "_fields") or hasattr(value, "__dict__")
    ):
        return copy_object(value, memo)
    if IMMUTABLE.issuperset(map(type, value)):
        return value
    return _copy_frozen(value, lambda parts: tuple.__new__(kind, parts))


def _copy_frozen(value: Any, make: Any) -> Copying:
    """
    Of what can't be changed itself: the value, if its parts need no copies either.
    """
    parts = [*value]
    twins = []
    for part in parts:
        twins.append(part if type(part) in IMMUTABLE else (yield part))  # noqa: PERF401
    changed = any(twin is not part for twin, part in zip(twins, parts, strict=True))
    return make(twins) if changed else value


@copier.register(bytearray)
@copier.register(array.array)
def _(value: bytearray | array.array, memo: Memo) -> Any:
    return value[:]


@copier.register(memoryview)
def _(value: memoryview, memo: Memo) -> memoryview:
    content = value.tobytes()
    plain: Any = memoryview(content if value.readonly else bytearray(content))
    return plain.cast(value.format, value.shape) if value.ndim else plain


@copier.register(types.MappingProxyType)
def _(value: types.MappingProxyType, memo: Memo) -> Copying:
    return types.MappingProxyType((yield dict(value)))


@copier.register(type({}.keys()))
@copier.register(type({}.values()))
@copier.register(type({}.items()))
def _(value: Any, memo: Memo) -> Copying:
    """A view of a copy of the dict, whose order of the keys is that of the view."""
    twin = yield dict(value.mapping)
    kinds = {type({}.keys()): dict.keys, type({}.values()): dict.values}
    return kinds.get(type(value), dict.items)(twin)


@copier.register(types.MethodType)
def _(value: types.MethodType, memo: Memo) -> Copying:
    receiver = yield value.__self__
    same = receiver is value.__self__
    return value if same else types.MethodType(value.__func__, receiver)
