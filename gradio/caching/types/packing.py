"""
How values of a type are written to a store, and made again from what is read. What the
families say of it lies in `packed`, and is loaded with the first value that is packed.
"""

from __future__ import annotations

import importlib
import weakref
from collections.abc import Callable, Generator, Sequence
from typing import Any, TypeAlias

from gradio.caching.types.classes import class_name
from gradio.caching.types.registry import keeps_subclasses, load_family

Own: TypeAlias = "Sequence[Any]"
"""
What a value itself consists of: None, bool, int below 64 bits, float, str, bytes, and
large pieces of memory as `memoryview`.
"""

Packed: TypeAlias = "tuple[Own, Sequence[Any]]"
Packer: TypeAlias = "Callable[[Any], Packed]"
Making: TypeAlias = "Generator[Any, list[Any], Any]"
"""
Yields what may be referred to before its parts are there, or None, is sent the parts,
and returns the value, or None if that is what it had yielded.
"""

Unpacker: TypeAlias = "Callable[[Own, int], Any]"

_HERE = __name__.rpartition(".")[0]

PACKED = {
    "PIL": "pillow",
    "numpy": "numpy",
    "pandas": "pandas",
    "polars": "polars",
    "pyarrow": "arrow",
    "torch": "torch",
}
"""Under which package a library's types live, and which file of `packed` has them."""


class Packers:
    """What writes values to a store, by type."""

    def __init__(self) -> None:
        self._by_type: dict[type, Packer] = {}
        self._found: weakref.WeakKeyDictionary[type, tuple[str, Packer]] = (
            weakref.WeakKeyDictionary()
        )

    def register(self, kind: type) -> Callable[[Packer], Packer]:
        """
        Says how values of exactly this type are written; of its subclasses too, if what
        is registered is marked with `for_subclasses`.
        Parameters:
            kind: the type.
        Returns:
            A decorator for a function that takes a value and returns what it itself
            consists of, and the parts that it is made of, which are written next.
        """

        def add(packer: Packer) -> Packer:
            self._by_type[kind] = packer
            self._found.clear()
            return packer

        return add

    def of(self, kind: type) -> tuple[str, Packer]:
        """Finds what writes values of a type, and the name of what will read them."""
        found = self._found.get(kind)
        if found is None:
            load_family(kind)
            found = self._found[kind] = self._find(kind)
        return found

    def _find(self, kind: type) -> tuple[str, Packer]:
        for base in kind.__mro__:
            load_packed(name := class_name(base))
            packer = self._by_type.get(base)
            if packer and (base is kind or packer in keeps_subclasses):
                return name, packer
        raise LookupError(class_name(kind))


class Unpackers:
    """What makes values again, by the name of the type that it was registered for."""

    def __init__(self) -> None:
        self._by_name: dict[str, Unpacker] = {}

    def register(self, kind: type) -> Callable[[Unpacker], Unpacker]:
        """
        Says how values are made again that were written by what `pack` has for a type.
        Parameters:
            kind: the type.
        Returns:
            A decorator for a function that takes what a value itself consists of, and
            of how many parts it is made. It returns the value, or is a generator that
            yields what may be referred to before the parts are there, or None, is sent
            the parts, and returns the value if it had yielded None.
        """

        def add(unpacker: Unpacker) -> Unpacker:
            self._by_name[class_name(kind)] = unpacker
            return unpacker

        return add

    def named(self, name: str) -> Unpacker:
        """Finds what makes values of a type; raises KeyError if nothing does."""
        if name not in self._by_name:
            load_packed(name)
        return self._by_name[name]


pack = Packers()
unpack = Unpackers()


def load_packed(name: str) -> None:
    """Imports what the family of a type says of it, by the name of its library."""
    if (family := PACKED.get(name.partition(".")[0])) is not None:
        importlib.import_module(f"{_HERE}.packed.{family}")
