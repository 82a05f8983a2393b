"""
The registries that say, per type, how a value is keyed, copied and measured. Each
family of types has a file beside this one.
"""

from __future__ import annotations

import functools
import importlib
import sys
import weakref
from collections.abc import Callable, Collection, Generator, Hashable, Sequence
from typing import Any, NamedTuple, TypeAlias, TypeVar

from gradio.caching.errors import UncopyableError, UnkeyableError
from gradio.caching.types.key_writer import KeyWriter
from gradio.caching.types.protocol import instance_dict, slots, without_computed


class Unordered:
    """
    Children whose order carries no meaning: the members of a set, the items of a dict.
    """

    __slots__ = ("members",)

    def __init__(self, members: Collection[Any]) -> None:
        self.members = members


class Region(NamedTuple):
    """Memory that several values may refer to, and that counts once."""

    name: Hashable
    """Tells it from all other regions, for example ("torch", device, address)."""
    nbytes: int


Children: TypeAlias = "Sequence[Any] | Unordered | None"
Memo: TypeAlias = "dict[int, Any]"
"""Copies by the id of their original, as `copy.deepcopy` keeps them."""

Encoder: TypeAlias = "Callable[[Any, KeyWriter], Children]"
F = TypeVar("F", bound=Callable[..., Any])
Cloner: TypeAlias = "Callable[[Any, Memo], Any]"
Measurer: TypeAlias = "Callable[[Any], tuple[int, Children]]"
Cloning: TypeAlias = "Generator[Any, Any, Any]"
"""Yields parts, is sent their copies, and returns the copy of the whole."""


@functools.singledispatch
def encode(value: Any, out: KeyWriter) -> Children:
    """
    Writes one value's own content and names the values that it consists of. Register an
    encoder per type.
    Parameters:
        value: the value; its class is in the key already.
        out: where its own content is written to, piece by piece.
    Returns:
        Its children, to be encoded next: a sequence, an `Unordered`, or None when it
        has none.
    Raises:
        UnkeyableError: it has no content that a key could be made of.
    """
    raise UnkeyableError(f"no encoder for {type(value)}")


@functools.singledispatch
def clone(value: Any, memo: Memo) -> Any:
    """
    Makes a private copy of one value. Register per exact type, or with `for_subclasses`
    for instances of subclasses too.
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
    raise UncopyableError(f"no way to copy {type(value)}")


@functools.singledispatch
def measure(value: Any) -> tuple[int, Children]:
    """
    Measures one value. Register a type that holds memory which `sys.getsizeof` does not
    see.
    Parameters:
        value: the value.
    Returns:
        The bytes that it holds itself, and its children (`Region`s among them), which
        are measured next.
    """
    return own_size(value), ()


def members_of(children: Children) -> Collection[Any]:
    """Lists children, whether their order counts or not."""
    if isinstance(children, Unordered):
        return children.members
    return () if children is None else children


attributes_except: dict[Callable[..., Any], frozenset[str]] = {}
"""
What is registered for types that people inherit from: instances of subclasses also
count by their attributes, except for those named.
"""


def adds_attributes(
    *, except_: Collection[str] = ()
) -> Callable[[Callable[..., Any]], Any]:
    """
    Marks what encodes or measures a type that people inherit from: for an instance of a
    subclass, the walk adds its attributes.
    Parameters:
        except_: names of attributes that the encoder itself sees to.
    Returns:
        A decorator for the function that is registered.
    """

    def mark(function: Callable[..., Any]) -> Callable[..., Any]:
        attributes_except[function] = frozenset(except_)
        return function

    return mark


keeps_subclasses: set[Callable[..., Any]] = set()
"""
What also clones or packs instances of subclasses: all else would lose what they add.
"""


def for_subclasses(function: F) -> F:
    """
    Marks what clones or packs a type, if it keeps the class and the attributes of a
    subclass's instances.
    Parameters:
        function: the function registered for the type.
    Returns:
        The same.
    """
    keeps_subclasses.add(function)
    return function


@for_subclasses
def immutable(value: Any, memo: Memo) -> Any:
    """
    Clones values that can't change, of the type and its subclasses: they are their own
    copies.
    """
    return value


def immutable_exact(value: Any, memo: Memo) -> Any:
    """Clones values that can't change, where instances of subclasses could."""
    return value


@measure.register(Region)
def _(value: Region) -> tuple[int, Children]:
    return value.nbytes, ()


def all_attributes(value: Any) -> dict[str, Any]:
    """Lists instance attributes by name, `__slots__` included."""
    return {**(instance_dict(value) or {}), **dict(slots(value))}


def attributes(value: Any) -> dict[str, Any]:
    """
    Lists the instance attributes that count, those left out that the object computes
    itself when it is first asked for them, unless they are plain data.
    """
    return without_computed(all_attributes(value), type(value))


def held_attributes(value: Any) -> list[Any]:
    """
    Lists what an instance holds: its dict itself, so that it counts, and what is in its
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

LIBRARIES = {
    "PIL": "pillow",
    "gradio.blocks": "gradio",
    "gradio.events": "gradio",
    "matplotlib": "matplotlib",
    "numpy.ma": "numpy_extras",
    "numpy.random": "numpy_extras",
    "pandas": "pandas",
    "pandas.io.formats": "pandas_styles",
    "polars": "polars",
    "pyarrow": "arrow",
    "pydantic": "pydantic",
    "torch": "torch",
}
"""Under which module a library's types live, and which file beside this has them."""

_loaded: weakref.WeakSet[type] = weakref.WeakSet()


def load_family(cls: type) -> None:
    """
    Imports what is registered for a class of a library, or for one of its bases, with
    its first value, so that the cache itself loads no library. Thread-safe: a class
    counts as loaded only after the import.
    """
    if cls in _loaded:
        return
    for base in cls.__mro__:
        for library, family in LIBRARIES.items():
            if f"{base.__module__}.".startswith(f"{library}."):
                importlib.import_module(f"{_HERE}.{family}")
    _loaded.add(cls)
