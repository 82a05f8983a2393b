"""Types of the standard library, as they are written: by what their makers take."""

from __future__ import annotations

import array
import collections
import datetime
import decimal
import fractions
import io
import ipaddress
import pathlib
import re
import uuid
import zoneinfo
from typing import Any

from gradio.caching.errors import UnpackableError
from gradio.caching.types.packed.builtin import PLAIN_TYPES, content_of
from gradio.caching.types.packing import Making, Own, Packed, pack, unpack

PLAIN_TYPES.update(
    {
        f"{kind.__module__}.{kind.__qualname__}": kind
        for kind in (datetime.date, datetime.datetime, datetime.timedelta)
    }
)


@pack.register(datetime.date)
def _(value: datetime.date) -> Packed:
    return (value.year, value.month, value.day), ()


@unpack.register(datetime.date)
def _(own: Own, count: int) -> datetime.date:
    return datetime.date(*own)


@pack.register(datetime.datetime)
def _(value: datetime.datetime) -> Packed:
    day = value.year, value.month, value.day
    return (value.fold, *day, *_clock(value)), (value.tzinfo,)


@unpack.register(datetime.datetime)
def _(own: Own, count: int) -> Making:
    fold, *numbers = own
    (zone,) = yield
    return datetime.datetime(*numbers, tzinfo=zone, fold=fold)


@pack.register(datetime.time)
def _(value: datetime.time) -> Packed:
    return (value.fold, *_clock(value)), (value.tzinfo,)


@unpack.register(datetime.time)
def _(own: Own, count: int) -> Making:
    fold, *numbers = own
    (zone,) = yield
    return datetime.time(*numbers, tzinfo=zone, fold=fold)


def _clock(value: datetime.datetime | datetime.time) -> tuple[int, ...]:
    return value.hour, value.minute, value.second, value.microsecond


@pack.register(datetime.timedelta)
def _(value: datetime.timedelta) -> Packed:
    return (value.days, value.seconds, value.microseconds), ()


@unpack.register(datetime.timedelta)
def _(own: Own, count: int) -> datetime.timedelta:
    return datetime.timedelta(*own)


@pack.register(datetime.timezone)
def _(value: datetime.timezone) -> Packed:
    return (), (value.utcoffset(None), value.tzname(None))


@unpack.register(datetime.timezone)
def _(own: Own, count: int) -> Making:
    offset, name = yield
    plain = datetime.timezone(offset)
    return plain if plain.tzname(None) == name else datetime.timezone(offset, name)


@pack.register(zoneinfo.ZoneInfo)
def _(value: zoneinfo.ZoneInfo) -> Packed:
    if value.key is None:
        raise UnpackableError("a ZoneInfo without a key")
    return (value.key,), ()


@unpack.register(zoneinfo.ZoneInfo)
def _(own: Own, count: int) -> zoneinfo.ZoneInfo:
    (key,) = own
    return zoneinfo.ZoneInfo(key)


@pack.register(fractions.Fraction)
def _(value: fractions.Fraction) -> Packed:
    return (), (value.numerator, value.denominator)


@unpack.register(fractions.Fraction)
def _(own: Own, count: int) -> Making:
    numerator, denominator = yield
    return fractions.Fraction(numerator, denominator)


@pack.register(uuid.UUID)
def _(value: uuid.UUID) -> Packed:
    return (value.bytes, value.is_safe.value), ()


@unpack.register(uuid.UUID)
def _(own: Own, count: int) -> uuid.UUID:
    content, *is_safe = own
    safety = uuid.SafeUUID(*is_safe or [None])  # which was not written formerly
    return uuid.UUID(bytes=bytes(content_of((content,))), is_safe=safety)


def _register_by_text(kind: Any) -> None:
    @pack.register(kind)
    def _(value: Any) -> Packed:
        return (), (str(value),)

    @unpack.register(kind)
    def _(own: Own, count: int) -> Making:
        (text,) = yield
        if type(text) is not str:
            raise TypeError("a text is needed")
        return kind(text)


for _kind in (
    *(decimal.Decimal, pathlib.PurePosixPath, pathlib.PureWindowsPath),
    *(type(pathlib.Path()), ipaddress.IPv4Address, ipaddress.IPv6Address),
    *(ipaddress.IPv4Network, ipaddress.IPv6Network),
):
    _register_by_text(_kind)


@pack.register(re.Pattern)
def _(value: re.Pattern) -> Packed:
    return (int(value.flags & ~re.DEBUG),), (value.pattern,)


@unpack.register(re.Pattern)
def _(own: Own, count: int) -> Making:
    (flags,) = own
    (pattern,) = yield
    return re.compile(pattern, flags)


@pack.register(io.BytesIO)
def _(value: io.BytesIO) -> Packed:
    return (value.tell(), memoryview(value.getvalue())), ()


@unpack.register(io.BytesIO)
def _(own: Own, count: int) -> io.BytesIO:
    position, content = own
    made = io.BytesIO(content_of((content,)))
    made.seek(position)
    return made


@pack.register(io.StringIO)
def _(value: io.StringIO) -> Packed:
    return (value.tell(),), (value.getvalue(),)


@unpack.register(io.StringIO)
def _(own: Own, count: int) -> Making:
    (text,) = yield
    made = io.StringIO(text)
    made.seek(*own)
    return made


@pack.register(array.array)
def _(value: array.array) -> Packed:
    return (value.typecode, value.itemsize, memoryview(value.tobytes())), ()


@unpack.register(array.array)
def _(own: Own, count: int) -> array.array:
    code, size, content = own
    make: Any = array.array
    made = make(code)
    if made.itemsize != size:
        raise ValueError("items of another size, from another machine")
    made.frombytes(content_of((content,)))
    return made


def _register_attributes(kind: Any) -> None:
    @pack.register(kind)
    def _(value: Any) -> Packed:
        return (), (vars(value),)

    @unpack.register(kind)
    def _(own: Own, count: int) -> Making:
        made = kind.__new__(kind)
        (attributes,) = yield made
        vars(made).update(attributes)


for _kind in (
    *(collections.UserDict, collections.UserList, collections.UserString),
    collections.ChainMap,
):
    _register_attributes(_kind)
