"""
Types of the standard library whose pickled form is not their content, or is slow, whose
values can't change, or can't be copied.
"""

from __future__ import annotations

import array
import collections
import datetime
import decimal
import enum
import fractions
import io
import pathlib
import re
import sys
import uuid
import zoneinfo
from typing import Any

from gradio.caching.errors import UncopyableError, UnkeyableError
from gradio.caching.types.key_writer import KeyWriter
from gradio.caching.types.objects import clone_by_state
from gradio.caching.types.registry import (
    Children,
    Memo,
    adds_attributes,
    clone,
    encode,
    for_subclasses,
    immutable,
    immutable_exact,
    measure,
)
from gradio.caching.types.scalars import write_scalars

for _kind in (
    *(datetime.date, datetime.datetime, datetime.time, datetime.timedelta),
    *(datetime.timezone, zoneinfo.ZoneInfo, fractions.Fraction, uuid.UUID, re.Pattern),
    *(pathlib.PurePosixPath, pathlib.PureWindowsPath),
    *(pathlib.PosixPath, pathlib.WindowsPath),
):
    clone.register(_kind, immutable_exact)
clone.register(enum.Enum, immutable)


@encode.register(datetime.datetime)
@encode.register(datetime.time)
@adds_attributes()
def _(value: datetime.datetime | datetime.time, out: KeyWriter) -> Children:
    out.write(value.replace(tzinfo=None, fold=0).isoformat().encode())
    return value.fold, value.tzinfo


@encode.register(datetime.date)
@adds_attributes()
def _(value: datetime.date, out: KeyWriter) -> Children:
    out.write(value.isoformat().encode())


@encode.register(datetime.timedelta)
@adds_attributes()
def _(value: datetime.timedelta, out: KeyWriter) -> Children:
    return write_scalars([value.days, value.seconds, value.microseconds], out)


@encode.register(datetime.timezone)
@adds_attributes()
def _(value: datetime.timezone, out: KeyWriter) -> Children:
    return value.utcoffset(None), value.tzname(None)


@encode.register(zoneinfo.ZoneInfo)
@adds_attributes()
def _(value: zoneinfo.ZoneInfo, out: KeyWriter) -> Children:
    if value.key is None:
        raise UnkeyableError("a ZoneInfo without a key")
    out.write_text(value.key)


@encode.register(uuid.UUID)
@adds_attributes()
def _(value: uuid.UUID, out: KeyWriter) -> Children:
    out.write(value.bytes)
    is_safe = value.is_safe
    return None if is_safe is uuid.SafeUUID.unknown else (is_safe.value,)


@encode.register(decimal.Decimal)
@adds_attributes()
def _(value: decimal.Decimal, out: KeyWriter) -> Children:
    out.write(str(value).encode())


@encode.register(fractions.Fraction)
@adds_attributes()
def _(value: fractions.Fraction, out: KeyWriter) -> Children:
    return write_scalars([value.numerator, value.denominator], out)


_PATH_CACHES = {name for cls in pathlib.Path.__mro__ for name in vars(cls)}


@encode.register(pathlib.PurePath)
@adds_attributes(except_=_PATH_CACHES)
def _(value: pathlib.PurePath, out: KeyWriter) -> Children:
    out.write_text(str(value))


@encode.register(re.Pattern)
@adds_attributes()
def _(value: re.Pattern, out: KeyWriter) -> Children:
    return value.pattern, value.flags


@encode.register(io.BytesIO)
@adds_attributes()
def _(value: io.BytesIO, out: KeyWriter) -> Children:
    out.write(value.getbuffer())
    return (value.tell(),)


@encode.register(io.StringIO)
@adds_attributes()
def _(value: io.StringIO, out: KeyWriter) -> Children:
    out.write_text(value.getvalue())
    return (value.tell(),)


@clone.register(io.BytesIO)
@clone.register(io.StringIO)
@for_subclasses
def _(value: io.BytesIO | io.StringIO, memo: Memo) -> Any:
    return clone_by_state(value, memo)


@measure.register(io.BytesIO)
@measure.register(io.StringIO)
@adds_attributes()
def _(value: io.BytesIO | io.StringIO) -> tuple[int, Children]:
    content = value.getvalue()
    return sys.getsizeof(value), (content,)


@clone.register(io.IOBase)
@for_subclasses
def _(value: io.IOBase, memo: Memo) -> Any:
    raise UncopyableError(f"an open file ({type(value).__name__})")


@encode.register(collections.deque)
@adds_attributes()
def _(value: collections.deque, out: KeyWriter) -> Children:
    return write_scalars([value.maxlen, *value], out)


@encode.register(collections.OrderedDict)
@adds_attributes()
def _(value: collections.OrderedDict, out: KeyWriter) -> Children:
    parts: list = []
    for item in value.items():
        parts += item
    return write_scalars(parts, out)


@encode.register(collections.defaultdict)
@adds_attributes()
def _(value: collections.defaultdict, out: KeyWriter) -> Children:
    return value.default_factory, dict(value)


@encode.register(array.array)
@adds_attributes()
def _(value: array.array, out: KeyWriter) -> Children:
    out.write(value.typecode.encode())
    out.write(memoryview(value).cast("B") if value else b"")


@clone.register(array.array)
def _(value: array.array, memo: Memo) -> array.array:
    return value[:]


@measure.register(array.array)
@adds_attributes()
def _(value: array.array) -> tuple[int, Children]:
    return sys.getsizeof(value), ()


@encode.register(enum.Enum)
def _(value: enum.Enum, out: KeyWriter) -> Children:
    # A flag that combines several members has no name of its own.
    return value.name, value.value if isinstance(value, enum.Flag) else None
