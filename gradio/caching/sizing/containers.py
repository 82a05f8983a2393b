"""What is in Python's own containers: values that live at least as long as they do."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from gradio.caching.sizing.registry import (
    Parts,
    own_size,
    size_children,
    with_attributes,
)

Members: TypeAlias = "Callable[[Any], Sequence[Any]]"


def _of_list(value: list) -> Sequence[Any]:
    return value if type(value) is list else [*list.__iter__(value)]


def _of_tuple(value: tuple) -> Sequence[Any]:
    return value if type(value) is tuple else [*tuple.__iter__(value)]


def _of_dict(value: dict) -> Sequence[Any]:
    return [*dict.keys(value), *dict.values(value)]


MEMBERS: dict[type, Members] = {
    dict: _of_dict,
    list: _of_list,
    tuple: _of_tuple,
    deque: list,
    frozenset: list,
    set: list,
}


def _register(kind: type, members: Members) -> None:
    @size_children.register(kind)
    @with_attributes
    def _(value: Any) -> Parts:
        return own_size(value), members(value)


for _kind, _members in MEMBERS.items():
    _register(_kind, _members)
