"""
Encoders of types from the standard library whose pickled form is not their content, or
is slow.
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
import uuid
import zoneinfo

from gradio.caching.errors import UnkeyableError
from gradio.caching.hashing.builtin import flat
from gradio.caching.hashing.registry import Children, encode, with_attributes
from gradio.caching.hashing.stream import Stream


@encode.register(datetime.datetime)
@with_attributes()
def _(value: datetime.datetime, out: Stream) -> Children:
    out.write(value.replace(tzinfo=None, fold=0).isoformat().encode())
    return value.fold, value.tzinfo


@encode.register(datetime.date)
@with_attributes()
def _(value: datetime.date, out: Stream) -> Children:
    out.write(value.isoformat().encode())


@encode.register(datetime.time)
@with_attributes()
def _(value: datetime.time, out: Stream) -> Children:
    out.write(value.replace(tzinfo=None, fold=0).isoformat().encode())
    return value.fold, value.tzinfo


@encode.register(datetime.timedelta)
@with_attributes()
def _(value: datetime.timedelta, out: Stream) -> Children:
    return flat([value.days, value.seconds, value.microseconds], out)


@encode.register(datetime.timezone)
@with_attributes()
def _(value: datetime.timezone, out: Stream) -> Children:
    return value.utcoffset(None), value.tzname(None)


@encode.register(zoneinfo.ZoneInfo)
@with_attributes()
def _(value: zoneinfo.ZoneInfo, out: Stream) -> Children:
    if value.key is None:
        raise UnkeyableError("a ZoneInfo without a key")
    out.write_text(value.key)


@encode.register(uuid.UUID)
@with_attributes()
def _(value: uuid.UUID, out: Stream) -> Children:
    out.write(value.bytes)


@encode.register(decimal.Decimal)
@with_attributes()
def _(value: decimal.Decimal, out: Stream) -> Children:
    out.write(str(value).encode())


@encode.register(fractions.Fraction)
@with_attributes()
def _(value: fractions.Fraction, out: Stream) -> Children:
    return flat([value.numerator, value.denominator], out)


_PATH_CACHES = {name for cls in pathlib.Path.__mro__ for name in vars(cls)}


@encode.register(pathlib.PurePath)
@with_attributes(*_PATH_CACHES)
def _(value: pathlib.PurePath, out: Stream) -> Children:
    out.write_text(str(value))


@encode.register(re.Pattern)
@with_attributes()
def _(value: re.Pattern, out: Stream) -> Children:
    return value.pattern, value.flags


@encode.register(io.BytesIO)
@with_attributes()
def _(value: io.BytesIO, out: Stream) -> Children:
    out.write(value.getbuffer())
    return (value.tell(),)


@encode.register(io.StringIO)
@with_attributes()
def _(value: io.StringIO, out: Stream) -> Children:
    out.write_text(value.getvalue())
    return (value.tell(),)


@encode.register(collections.deque)
@with_attributes()
def _(value: collections.deque, out: Stream) -> Children:
    return flat([value.maxlen, *value], out)


@encode.register(collections.OrderedDict)
@with_attributes()
def _(value: collections.OrderedDict, out: Stream) -> Children:
    parts: list = []
    for item in value.items():
        parts += item
    return flat(parts, out)


@encode.register(collections.defaultdict)
@with_attributes()
def _(value: collections.defaultdict, out: Stream) -> Children:
    return value.default_factory, dict(value)


@encode.register(array.array)
@with_attributes()
def _(value: array.array, out: Stream) -> Children:
    out.write(value.typecode.encode())
    out.write(memoryview(value).cast("B") if value else b"")


@encode.register(enum.Enum)
def _(value: enum.Enum, out: Stream) -> Children:
    # A flag that combines several members has no name of its own.
    return value.name, value.value if isinstance(value, enum.Flag) else None
