"""Encoders of Python's built-in types, and of subclasses of them."""

from __future__ import annotations

import marshal
import types
from typing import Any

from gradio.caching.hashing.registry import Children, Unordered, encode, with_attributes
from gradio.caching.hashing.scalars import SCALARS, has_long, kinds_of
from gradio.caching.hashing.stream import Stream

SEPARATOR = "\x00"
_ONLY_TEXTS = {str}


def flat(children: list[Any] | tuple[Any, ...], out: Stream) -> Children:
    """Writes children that are all scalars at once; the speed of long lists is here."""
    kinds = kinds_of(children)
    if has_long(kinds, children):
        return children  # one by one, so that the same long text is read but once
    if kinds == _ONLY_TEXTS or not children:
        joined = SEPARATOR.join(children)
        if _count(SEPARATOR, joined) == len(children) - 1:
            out.write(b"joined")
            out.write_text(joined)
            return None
    elif not SCALARS.issuperset(kinds):
        return children
    try:
        content = marshal.dumps(children, 2)
    except ValueError:  # a string of 2 GiB and more
        return children
    out.write(content)
    return None


def _count(character: str, text: str) -> int:
    # To find none is much faster than to count none.
    return text.count(character) if character in text else 0


@encode.register(list)
@with_attributes()
def _(value: list, out: Stream) -> Children:
    return flat(value if type(value) is list else [*list.__iter__(value)], out)


@encode.register(tuple)
@with_attributes()
def _(value: tuple, out: Stream) -> Children:
    return flat(value if type(value) is tuple else [*tuple.__iter__(value)], out)


@encode.register(dict)
@with_attributes()
def _(value: dict, out: Stream) -> Children:
    plain = value if type(value) is dict else dict(dict.items(value))
    if [*map(type, plain)].count(str) < len(plain):
        return Unordered(plain.items())
    names = sorted(plain)
    return flat([*names, *map(plain.__getitem__, names)], out)


@encode.register(set)
@encode.register(frozenset)
@with_attributes()
def _(value: set | frozenset, out: Stream) -> Children:
    if SCALARS.issuperset(map(type, value)):
        out.write(b"".join(sorted(marshal.dumps(member, 2) for member in value)))
        return None
    return Unordered(list(value))


@encode.register(str)
@with_attributes()
def _(value: str, out: Stream) -> Children:
    out.write(str.encode(value, "utf-8", "surrogatepass"))


@encode.register(bytes)
@with_attributes()
def _(value: bytes, out: Stream) -> Children:
    out.write(bytes.__getitem__(value, slice(None)))


@encode.register(bytearray)
@with_attributes()
def _(value: bytearray, out: Stream) -> Children:
    out.write(memoryview(value))


@encode.register(memoryview)
@with_attributes()
def _(value: memoryview, out: Stream) -> Children:
    out.write_text(value.format)
    out.write(value if value.c_contiguous else value.tobytes())
    return value.shape


@encode.register(int)
@with_attributes()
def _(value: int, out: Stream) -> Children:
    out.write(marshal.dumps(int.__int__(value), 2))


@encode.register(float)
@with_attributes()
def _(value: Any, out: Stream) -> Children:
    out.write_text(float.hex(value))


@encode.register(complex)
@with_attributes()
def _(value: complex, out: Stream) -> Children:
    out.write(marshal.dumps(complex(value.real, value.imag), 2))


@encode.register(range)
@encode.register(slice)
@with_attributes()
def _(value: range | slice, out: Stream) -> Children:
    return value.start, value.stop, value.step


@encode.register(types.MappingProxyType)
@with_attributes()
def _(value: types.MappingProxyType, out: Stream) -> Children:
    return (dict(value),)
