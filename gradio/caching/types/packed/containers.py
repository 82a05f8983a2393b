"""Python's own containers, as they are written: by their members, in their order."""

from __future__ import annotations

import collections
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from gradio.caching.types.classes import class_name
from gradio.caching.types.packed.builtin import plain_type, plain_type_name
from gradio.caching.types.packing import Making, Own, Packed, pack, unpack

_DICTS = dict, collections.OrderedDict, collections.Counter

HASHING = frozenset(
    class_name(kind) for kind in (*_DICTS, set, frozenset, collections.defaultdict)
)
"""The names of what asks its parts for their hashes, so that they must be whole."""


@pack.register(list)
def _(value: list[Any]) -> Packed:
    return (), value


@pack.register(set)
@pack.register(frozenset)
def _(value: set[Any] | frozenset[Any]) -> Packed:
    return (), [*value]


@unpack.register(list)
def _(own: Own, count: int) -> Making:
    made: list[Any] = []
    made.extend((yield made))


@unpack.register(set)
def _(own: Own, count: int) -> Making:
    made: set[Any] = set()
    made.update((yield made))
    _expect(made, count)


@unpack.register(frozenset)
def _(own: Own, count: int) -> Making:
    made = frozenset((yield))
    _expect(made, count)
    return made


def _expect(made: Any, count: int) -> None:
    if len(made) != count:
        raise ValueError("members that are equal")


def _pairs(value: dict[Any, Any]) -> list[Any]:
    return [*value.keys(), *value.values()]


def _itself(value: Sequence[Any]) -> Sequence[Any]:
    return value


def _fill(made: dict[Any, Any], parts: Sequence[Any]) -> None:
    size = len(parts) // 2
    dict.update(made, zip(parts[:size], parts[size:], strict=True))
    _expect(made, size)


def _register_dict(kind: type[dict]) -> None:
    @pack.register(kind)
    def _(value: dict[Any, Any]) -> Packed:
        return (), _pairs(value)

    @unpack.register(kind)
    def _(own: Own, count: int) -> Making:
        made = kind()
        _fill(made, (yield made))


for _kind in (dict, collections.Counter):
    _register_dict(_kind)


class Flat(NamedTuple):
    """How a container is taken apart and made again when all in it are scalars."""

    scalars: Callable[[Any], Sequence[Any]]
    made_of: Callable[[Sequence[Any]], Any]


def _dict_of(scalars: Sequence[Any]) -> dict[Any, Any]:
    made: dict[Any, Any] = {}
    _fill(made, scalars)
    return made


ROWS = {
    dict: Flat(_pairs, _dict_of),
    list: Flat(_itself, list),
    tuple: Flat(_itself, tuple),
}
"""What there may be very many of, as in a table or in an answer of JSON."""


@pack.register(collections.OrderedDict)
def _(value: collections.OrderedDict[Any, Any]) -> Packed:
    return (), _pairs(value)


@unpack.register(collections.OrderedDict)
def _(own: Own, count: int) -> Making:
    made: collections.OrderedDict[Any, Any] = collections.OrderedDict()
    parts = yield made
    size = len(parts) // 2
    made.update(zip(parts[:size], parts[size:], strict=True))
    _expect(made, size)


@pack.register(collections.defaultdict)
def _(value: collections.defaultdict[Any, Any]) -> Packed:
    make = value.default_factory
    return (None if make is None else plain_type_name(make),), _pairs(value)


@unpack.register(collections.defaultdict)
def _(own: Own, count: int) -> Making:
    (name,) = own
    made: Any = collections.defaultdict(None if name is None else plain_type(name))
    _fill(made, (yield made))


@pack.register(collections.deque)
def _(value: collections.deque[Any]) -> Packed:
    return (value.maxlen,), [*value]


@unpack.register(collections.deque)
def _(own: Own, count: int) -> Making:
    (longest,) = own
    made: collections.deque[Any] = collections.deque((), longest)
    made.extend((yield made))
    _expect(made, count)
