"""Python's own containers: what counts, is copied and takes memory is their members."""

from __future__ import annotations

import gc
import marshal
import sys
import types
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from gradio.caching.types.key_writer import KeyWriter
from gradio.caching.types.objects import clone_object
from gradio.caching.types.registry import (
    Children,
    Cloning,
    Memo,
    Unordered,
    adds_attributes,
    clone,
    encode,
    for_subclasses,
    measure,
    own_size,
)
from gradio.caching.types.scalars import IMMUTABLE, SCALARS, write_scalars

DICT_VIEWS = type({}.keys()), type({}.values()), type({}.items())


def _of_list(value: list) -> list[Any]:
    return value if type(value) is list else [*list.__iter__(value)]


def _of_tuple(value: tuple) -> list[Any] | tuple[Any, ...]:
    return value if type(value) is tuple else [*tuple.__iter__(value)]


def _of_dict(value: dict) -> Sequence[Any]:
    return [*dict.keys(value), *dict.values(value)]


MEMBERS: dict[type, Callable[[Any], Sequence[Any]]] = {
    dict: _of_dict,
    list: _of_list,
    tuple: _of_tuple,
    deque: list,
    frozenset: list,
    set: list,
}
"""How to list what is in a container: values that live at least as long as it does."""


def _measure_members(kind: type, members: Callable[[Any], Sequence[Any]]) -> None:
    @measure.register(kind)
    @adds_attributes()
    def _(value: Any) -> tuple[int, Children]:
        return own_size(value), members(value)


for _kind, _members in MEMBERS.items():
    _measure_members(_kind, _members)


@encode.register(list)
@adds_attributes()
def _(value: list, out: KeyWriter) -> Children:
    return write_scalars(_of_list(value), out)


@clone.register(list)
def _(value: list, memo: Memo) -> Any:
    if IMMUTABLE.issuperset(map(type, value)):
        return value.copy()
    return _clone_list(value, memo)


def _clone_list(value: list, memo: Memo) -> Cloning:
    copy: list[Any] = []
    memo[id(value)] = copy
    for item in value:
        copy.append(item if type(item) in IMMUTABLE else (yield item))  # noqa: PERF401
    return copy


@encode.register(tuple)
@adds_attributes()
def _(value: tuple, out: KeyWriter) -> Children:
    return write_scalars(_of_tuple(value), out)


@clone.register(tuple)
@for_subclasses
def _(value: tuple, memo: Memo) -> Any:
    kind = type(value)
    if kind is not tuple and (
        not hasattr(kind, "_fields") or hasattr(value, "__dict__")
    ):
        return clone_object(value, memo)
    if IMMUTABLE.issuperset(map(type, value)):
        return value
    return _clone_frozen(value, lambda parts: tuple.__new__(kind, parts))


def _clone_frozen(value: Any, make: Callable[[list[Any]], Any]) -> Cloning:
    """
    Copies what can't be changed itself; the value, if its parts need no copies either.
    """
    parts = [*value]
    copies = []
    for part in parts:
        copies.append(part if type(part) in IMMUTABLE else (yield part))  # noqa: PERF401
    changed = any(copy is not part for copy, part in zip(copies, parts, strict=True))
    return make(copies) if changed else value


@encode.register(dict)
@adds_attributes()
def _(value: dict, out: KeyWriter) -> Children:
    plain = value if type(value) is dict else dict(dict.items(value))
    if [*map(type, plain)].count(str) < len(plain):
        return Unordered(plain.items())
    names = sorted(plain)
    return write_scalars([*names, *map(plain.__getitem__, names)], out)


@clone.register(dict)
def _(value: dict, memo: Memo) -> Any:
    if IMMUTABLE.issuperset(map(type, value)) and IMMUTABLE.issuperset(
        map(type, value.values())
    ):
        return value.copy()
    return _clone_dict(value, memo)


def _clone_dict(value: dict, memo: Memo) -> Cloning:
    copy: dict[Any, Any] = {}
    memo[id(value)] = copy
    for key, item in value.items():
        name = key if type(key) in IMMUTABLE else (yield key)
        copy[name] = item if type(item) in IMMUTABLE else (yield item)
    return copy


@encode.register(set)
@encode.register(frozenset)
@adds_attributes()
def _(value: set | frozenset, out: KeyWriter) -> Children:
    if SCALARS.issuperset(map(type, value)):
        out.write(b"".join(sorted(marshal.dumps(member, 2) for member in value)))
        return None
    return Unordered(list(value))


@clone.register(set)
def _(value: set, memo: Memo) -> Any:
    if IMMUTABLE.issuperset(map(type, value)):
        return value.copy()
    return _clone_set(value, memo)


def _clone_set(value: set, memo: Memo) -> Cloning:
    copy: set[Any] = set()
    memo[id(value)] = copy
    for item in value:
        copy.add((yield item))
    return copy


@clone.register(frozenset)
def _(value: frozenset, memo: Memo) -> Any:
    if IMMUTABLE.issuperset(map(type, value)):
        return value
    return _clone_frozen(value, frozenset)


@encode.register(types.MappingProxyType)
@adds_attributes()
def _(value: types.MappingProxyType, out: KeyWriter) -> Children:
    return (dict(value),)


@clone.register(types.MappingProxyType)
def _(value: types.MappingProxyType, memo: Memo) -> Cloning:
    return types.MappingProxyType((yield dict(value)))


@measure.register(types.MappingProxyType)
def _(value: types.MappingProxyType) -> tuple[int, Children]:
    return sys.getsizeof(value), (dict(value),)


def _clone_view(value: Any, memo: Memo) -> Cloning:
    """Looks at a copy of the dict, whose order of the keys is that of the view."""
    copy = yield dict(value.mapping)
    kinds = {type({}.keys()): dict.keys, type({}.values()): dict.values}
    return kinds.get(type(value), dict.items)(copy)


def measure_referents(value: Any) -> tuple[int, Children]:
    """Measures what an iterator, or a view of a dict, goes through."""
    return sys.getsizeof(value), gc.get_referents(value)


for _kind in DICT_VIEWS:
    clone.register(_kind, _clone_view)
    measure.register(_kind, measure_referents)
