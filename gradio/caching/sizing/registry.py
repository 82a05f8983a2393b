"""
The registry that says, per type, how many bytes a value holds itself and which values
it consists of.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Hashable, Iterable
from typing import Any, NamedTuple, TypeAlias

from gradio.caching.libraries import Libraries
from gradio.caching.protocol import instance_dict, slots

Parts: TypeAlias = "tuple[int, Iterable[Any]]"


class Region(NamedTuple):
    """Memory that several values may refer to, and that counts once."""

    name: Hashable
    """Tells it from all other regions, for example ("torch", device, address)."""
    nbytes: int


@functools.singledispatch
def size_children(value: Any) -> Parts:
    """
    Measures a value.
    Parameters:
        value: the value.
    Returns:
        The bytes that it holds itself, and the values that it consists of (`Region`s
        among them), which are counted next.
    """
    return own_size(value), ()


Measure: TypeAlias = "Callable[[Any], Parts]"

beside: set[Measure] = set()
"""Of types that people inherit from: instances of subclasses have more attributes."""


def with_attributes(measure: Measure) -> Measure:
    """
    Marks what measures a type that people inherit from: for an instance of a subclass,
    its attributes are added.
    Parameters:
        measure: the function registered for the type.
    Returns:
        The same.
    """
    beside.add(measure)
    return measure


@size_children.register(Region)
def _(value: Region) -> Parts:
    return value.nbytes, ()


def attributes(value: Any) -> list[Any]:
    """
    Returns the dict of the instance itself, so that it counts, and what is in its
    slots.
    """
    own = instance_dict(value)
    found = [] if own is None else [own]
    return found + [item for _, item in slots(value)]


def own_size(value: Any) -> int:
    """Measures what Python holds of a value, also where its class has another say."""
    try:
        return sys.getsizeof(value)
    except Exception:
        return object.__sizeof__(value)


_HERE = __name__.rpartition(".")[0]

libraries = Libraries(
    {
        "PIL": f"{_HERE}.images",
        "pandas": f"{_HERE}.frames",
        "polars": f"{_HERE}.polars_frames",
        "pyarrow": f"{_HERE}.arrow",
        "torch": f"{_HERE}.tensors",
    }
)
