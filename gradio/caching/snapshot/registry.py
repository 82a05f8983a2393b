"""
The registry of copiers, one per type, and the list of types whose values can't change.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeAlias

from gradio.caching.errors import UncopyableError
from gradio.caching.libraries import Libraries

Memo: TypeAlias = "dict[int, Any]"
"""Copies by the id of their original, as `copy.deepcopy` keeps them."""


class CopyMemo(dict[int, Any]):
    """
    The copies of one copying, with what weak references lead to by its id: `referents`
    so far not copied, and those `inside` that are known to be in the value.
    """

    def __init__(self, inside: frozenset[int]) -> None:
        super().__init__()
        self.inside = inside
        self.referents: dict[int, Any] = {}


Copier: TypeAlias = "Callable[[Any, Memo], Any]"


@functools.singledispatch
def copier(value: Any, memo: Memo) -> Any:
    """
    Makes a private copy of one value. Register a copier per type.
    Parameters:
        value: the value.
        memo: copies that exist already; for a value that may contain itself, put its
            copy there before its parts are copied.
    Returns:
        The copy, the value itself if it can't change, or a generator that yields its
        parts, is sent their copies, and returns the copy.
    Raises:
        UncopyableError: a copy would not be the same thing: a generator, an open file,
            a lock.
    """
    raise UncopyableError(f"no copier for {type(value)}")


inherited: set[Copier] = set()
"""
Copiers that also hold for subclasses. All others are for their exact type, since they
would lose what a subclass adds.
"""


def for_subclasses(copy: Copier) -> Copier:
    """
    Marks a copier that keeps the class and the attributes of a subclass's instances.
    Parameters:
        copy: the copier.
    Returns:
        The same.
    """
    inherited.add(copy)
    return copy


@for_subclasses
def share(value: Any, memo: Memo) -> Any:
    """
    The copier of values that can't change, of the type and its subclasses: they are
    their own copies.
    """
    return value


def share_exactly(value: Any, memo: Memo) -> Any:
    """The copier of values that can't change, where instances of subclasses could."""
    return value


_HERE = __name__.rpartition(".")[0]

libraries = Libraries(
    {
        "PIL": f"{_HERE}.images",
        "matplotlib": f"{_HERE}.figures",
        "numpy.ma": f"{_HERE}.masked",
        "numpy.random": f"{_HERE}.generators",
        "pandas": f"{_HERE}.frames",
        "pandas.io.formats": f"{_HERE}.styles",
        "pydantic": f"{_HERE}.models",
        "polars": f"{_HERE}.polars_frames",
        "pyarrow": f"{_HERE}.arrow",
        "torch": f"{_HERE}.tensors",
    }
)
