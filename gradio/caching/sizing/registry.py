"""
The registry that says, per type, how many bytes a value holds itself and which values
it consists of.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Hashable, Iterable
from typing import Any, NamedTuple, TypeAlias

from gradio.caching.libraries import Libraries

Parts: TypeAlias = "tuple[int, Iterable[Any]]"


class Region(NamedTuple):
    """Memory that several values may refer to, and that counts once."""

    name: Hashable
    """Tells it from all other regions, for example ("torch", device, address)."""
    nbytes: int


@functools.singledispatch
def size_children(value: Any) -> Parts:
    """
    Parameters:
        value: the value.
    Returns:
        The bytes that it holds itself, and the values that it consists of (`Region`s
        among them), which are counted next.
    """
    return sys.getsizeof(value), ()


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
