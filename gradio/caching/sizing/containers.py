"""What is in Python's own containers: values that live at least as long as they do."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from sys import getsizeof
from typing import Any, TypeAlias

from gradio.caching.sizing.registry import Parts, size_children, with_attributes

Members: TypeAlias = "Callable[[Any], Sequence[Any]]"


def _of_sequence(value: Any) -> Sequence[Any]:
    return value


def _of_dict(value: dict) -> Sequence[Any]:
    return [*dict.keys(value), *dict.values(value)]


MEMBERS: dict[type, Members] = {
    dict: _of_dict,
    list: _of_sequence,
    tuple: _of_sequence,
    deque: list,
    frozenset: list,
    set: list,
}


def _register(kind: type, members: Members) -> None:
    @size_children.register(kind)
    @with_attributes
    def _(value: Any) -> Parts:
        return getsizeof(value), members(value)


for _kind, _members in MEMBERS.items():
    _register(_kind, _members)
