"""Texts, bytes, numbers, and other memory of Python's own, as they are written."""

from __future__ import annotations

import types
from typing import Any

from gradio.caching.errors import UnpackableError
from gradio.caching.types.classes import class_name
from gradio.caching.types.objects import named
from gradio.caching.types.packing import (
    Making,
    Own,
    Packed,
    load_packed,
    pack,
    unpack,
)

NATIVE = frozenset({bool, bytes, float, int, str, type(None)})
"""Exact types whose values are written where they stand, unless they are large."""

PLAIN_TYPES: dict[str, type] = {
    class_name(kind): kind
    for kind in (
        *(bool, bytearray, bytes, complex, dict, float, frozenset, int, list),
        *(object, range, set, slice, str, tuple, type, type(None)),
    )
}
"""Classes that are values themselves, by name: whoever calls one does no harm."""


def content_of(own: Own) -> memoryview:
    """Takes the one piece of memory that a value consists of."""
    (content,) = own
    return memoryview(content)


@pack.register(str)
def _(value: str) -> Packed:
    """A long one, or one with lone surrogates."""
    return (memoryview(value.encode("utf-8", "surrogatepass")),), ()


@unpack.register(str)
def _(own: Own, count: int) -> str:
    return str(content_of(own), "utf-8", "surrogatepass")


@pack.register(bytes)
@pack.register(bytearray)
def _(value: bytes | bytearray) -> Packed:
    return (memoryview(value),), ()


@unpack.register(bytes)
def _(own: Own, count: int) -> bytes:
    return bytes(content_of(own))


@unpack.register(bytearray)
def _(own: Own, count: int) -> bytearray:
    return bytearray(content_of(own))


@pack.register(int)
def _(value: int) -> Packed:
    """One of more than 64 bits."""
    size = value.bit_length() // 8 + 1
    return (memoryview(value.to_bytes(size, "little", signed=True)),), ()


@unpack.register(int)
def _(own: Own, count: int) -> int:
    return int.from_bytes(content_of(own), "little", signed=True)


@pack.register(complex)
def _(value: complex) -> Packed:
    return (value.real, value.imag), ()


@unpack.register(complex)
def _(own: Own, count: int) -> complex:
    real, imaginary = own
    return complex(real, imaginary)


def register_only_one(value: Any) -> None:
    """Says that a type has but one value."""

    @pack.register(type(value))
    def _(value: Any) -> Packed:
        return (), ()

    @unpack.register(type(value))
    def _(own: Own, count: int) -> Any:
        return value


for _value in (..., NotImplemented):
    register_only_one(_value)


@pack.register(range)
@pack.register(slice)
def _(value: range | slice) -> Packed:
    return (), (value.start, value.stop, value.step)


@unpack.register(range)
def _(own: Own, count: int) -> Making:
    start, stop, step = yield
    return range(start, stop, step)


@unpack.register(slice)
def _(own: Own, count: int) -> Making:
    start, stop, step = yield
    return slice(start, stop, step)


@pack.register(memoryview)
def _(value: memoryview) -> Packed:
    content, shape = memoryview(value.tobytes()), value.shape or ()
    cast: Any = content.cast
    try:
        cast(value.format, shape)
    except (TypeError, ValueError):
        raise UnpackableError(f"a memoryview of format {value.format!r}") from None
    return (value.readonly, value.format, content, *shape), ()


@unpack.register(memoryview)
def _(own: Own, count: int) -> memoryview:
    is_readonly, form, content, *shape = own
    kept = content_of((content,)).tobytes()
    plain: Any = memoryview(kept if is_readonly else bytearray(kept))
    return plain.cast(form, shape)


@pack.register(types.MappingProxyType)
def _(value: types.MappingProxyType) -> Packed:
    return (), (dict(value),)


@unpack.register(types.MappingProxyType)
def _(own: Own, count: int) -> Making:
    (content,) = yield
    return types.MappingProxyType(content)


@pack.register(types.SimpleNamespace)
def _(value: types.SimpleNamespace) -> Packed:
    return (), (vars(value),)


@unpack.register(types.SimpleNamespace)
def _(own: Own, count: int) -> Making:
    made = types.SimpleNamespace()
    (attributes,) = yield made
    vars(made).update(attributes)


@pack.register(type)
def _(value: type) -> Packed:
    return (plain_type_name(value),), ()


@unpack.register(type)
def _(own: Own, count: int) -> type:
    (name,) = own
    return plain_type(name)


def plain_type_name(value: Any) -> str:
    """Names a class that may be a value; raises UnpackableError for any other."""
    if not isinstance(value, type):
        raise UnpackableError(f"{named(value)}, which is code of the app")
    name = class_name(value)
    load_packed(name)
    if PLAIN_TYPES.get(name) is not value:
        raise UnpackableError(f"{name}, which is code of the app")
    return name


def plain_type(name: str) -> type:
    """Finds a class that may be a value; raises KeyError if it is none."""
    load_packed(name)
    return PLAIN_TYPES[name]
