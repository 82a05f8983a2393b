"""
The registry of encoders, one per type, and the forms in which an encoder names a
value's parts.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Sequence
from typing import Any, TypeAlias

from gradio.caching.errors import UnkeyableError
from gradio.caching.hashing.stream import Stream
from gradio.caching.libraries import Libraries
from gradio.caching.protocol import computed_names, instance_dict, slots


class Unordered:
    """
    Children whose order carries no meaning: the members of a set, the items of a dict.
    """

    __slots__ = ("members",)

    def __init__(self, members: Collection[Any]) -> None:
        self.members = members


Children: TypeAlias = "Sequence[Any] | Unordered | None"
Encoder: TypeAlias = "Callable[[Any, Stream], Children]"


@functools.singledispatch
def encode(value: Any, out: Stream) -> Children:
    """
    Writes one value's own content and names the values that it consists of. Register an
    encoder per type.
    Parameters:
        value: the value; its class is in the key already.
        out: where its own content is written to, piece by piece.
    Returns:
        Its parts, to be encoded next: a sequence, an `Unordered`, or None when it has
        none.
    Raises:
        UnkeyableError: it has no content that a key could be made of.
    """
    raise UnkeyableError(f"no encoder for {type(value)}")


beside: dict[Encoder, frozenset[str]] = {}
"""
Encoders that write what a base class holds; beside it, instances of subclasses count by
their other attributes.
"""


def with_attributes(*seen_to: str) -> Callable[[Encoder], Encoder]:
    """
    Marks the encoder of a type that people inherit from: for an instance of a subclass,
    the walk adds its attributes.
    Parameters:
        seen_to: names of attributes that the encoder itself sees to.
    Returns:
        A decorator for the encoder.
    """

    def mark(encoder: Encoder) -> Encoder:
        beside[encoder] = frozenset(seen_to)
        return encoder

    return mark


def attributes(value: Any) -> dict[str, Any]:
    """
    Lists instance attributes by name, `__slots__` included, those left out that the
    object computes itself when it is first asked for them.
    """
    found = {**(instance_dict(value) or {}), **dict(slots(value))}
    for name in computed_names(type(value)) & found.keys():
        del found[name]
    return found


_HERE = __name__.rpartition(".")[0]

libraries = Libraries(
    {
        "PIL": f"{_HERE}.images",
        "numpy.ma": f"{_HERE}.masked",
        "numpy.random": f"{_HERE}.generators",
        "pandas": f"{_HERE}.frames",
        "polars": f"{_HERE}.polars_frames",
        "pyarrow": f"{_HERE}.arrow",
        "torch": f"{_HERE}.tensors",
    }
)
