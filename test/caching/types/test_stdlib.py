"""Types of the standard library."""

from __future__ import annotations

import array
import collections
import datetime
import decimal
import enum
import fractions
import io
import ipaddress
import pathlib
import re
import uuid
import zoneinfo
from datetime import timedelta, timezone
from decimal import Decimal

import pytest
from caching.types.contract import Copied, Keyed, Stored, Unchanging

from gradio.caching.errors import UnkeyableError
from gradio.caching.hashing import digest
from gradio.caching.snapshot import snapshot


class Color(enum.Enum):
    RED = 1
    GREEN = 2
    CRIMSON = 1


class Shade(enum.Enum):
    RED = 1


class Level(enum.IntEnum):
    LOW = 1


class Mode(str, enum.Enum):
    FAST = "fast"


class Rights(enum.Flag):
    READ = 1
    WRITE = 2


class Point(collections.namedtuple("Point", "x y")):
    __slots__ = ()


Pair = collections.namedtuple("Pair", "x y")


class Route(pathlib.PurePosixPath):
    pass


def at(text: str, position: int) -> io.StringIO:
    file = io.StringIO(text)
    file.seek(position)
    return file


def bytes_at(content: bytes, position: int) -> io.BytesIO:
    file = io.BytesIO(content)
    file.seek(position)
    return file


UTC = timezone.utc

BERLIN, PARIS = zoneinfo.ZoneInfo("Europe/Berlin"), zoneinfo.ZoneInfo("Europe/Paris")

NOON = datetime.datetime(2024, 7, 1, 12)

DIFFERENT = [
    *(Decimal("1"), Decimal("1.0"), Decimal("1.00"), Decimal("-0"), Decimal("0")),
    *(Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal(10) ** 5000),
    *(fractions.Fraction(1), fractions.Fraction(1, 2), fractions.Fraction(2, 1)),
    *(NOON, NOON.replace(tzinfo=UTC), NOON.replace(tzinfo=BERLIN)),
    *(NOON.replace(tzinfo=PARIS), NOON.replace(microsecond=1), NOON.replace(fold=1)),
    *(NOON.replace(tzinfo=timezone(timedelta(hours=2))), NOON.date(), NOON.time()),
    *(NOON.time().replace(fold=1), NOON.time().replace(tzinfo=UTC)),
    *(datetime.datetime(2024, 7, 1), "2024-07-01"),
    *(timedelta(1), timedelta(2), timedelta(0, 1), timedelta(0, 0, 1), timedelta(-1)),
    *(UTC, timezone(timedelta(0), "UTC+0"), timezone(timedelta(hours=1)), BERLIN),
    *(uuid.UUID(int=1), uuid.UUID(int=2), str(uuid.UUID(int=1))),
    *(uuid.UUID(int=1, is_safe=uuid.SafeUUID(safe)) for safe in (0, -1)),
    *(pathlib.PurePosixPath("a/b"), pathlib.PureWindowsPath("a/b"), "a/b"),
    *(pathlib.PurePosixPath("a"), Route("a"), pathlib.Path("a"), pathlib.Path("A")),
    *(re.compile("a"), re.compile("a", re.IGNORECASE), re.compile(b"a"), "a"),
    *(io.BytesIO(b"ab"), bytes_at(b"ab", 1), io.BytesIO(b"ac"), b"ab"),
    *(io.StringIO("ab"), at("ab", 1), io.StringIO("ac")),
    *(collections.deque(), collections.deque(maxlen=3), collections.deque([3])),
    *(collections.deque([1, 2]), collections.deque([2, 1]), collections.deque([[1]])),
    *(collections.OrderedDict(), collections.Counter(), collections.defaultdict()),
    *(collections.OrderedDict(a=1, b=2), collections.OrderedDict(b=2, a=1)),
    *(collections.OrderedDict({1: 2}), collections.OrderedDict({2: 1})),
    *(collections.defaultdict(list), collections.defaultdict(int)),
    *(collections.defaultdict(int, a=1), collections.Counter(a=1), {"a": 1}),
    *(collections.ChainMap({"a": 1}), collections.ChainMap({}, {"a": 1})),
    *(
        collections.UserDict(a=1),
        collections.UserList([1]),
        collections.UserString("a"),
    ),
    *(array.array("i"), array.array("f"), array.array("i", [1]), array.array("b", [1])),
    *(array.array("i", [2]), array.array("I", [1]), array.array("d", [-0.0])),
    *(array.array("d", [0.0]), Color.RED, Color.GREEN, Shade.RED, Level.LOW, Mode.FAST),
    *(Rights.READ, Rights.WRITE, Rights.READ | Rights.WRITE, Rights(0), "RED", "fast"),
    *(Point(1, 2), Pair(1, 2), Pair(2, 1), (1, 2), Pair(1, [2])),
    *(ipaddress.ip_address("1.2.3.4"), ipaddress.ip_address("1.2.3.5")),
    *(ValueError("a"), ValueError("b"), TypeError("a"), ValueError()),
]

IMMUTABLE = [
    *(Color.RED, Level.LOW, Decimal("1.0"), fractions.Fraction(1, 2), uuid.UUID(int=1)),
    *(datetime.datetime(2024, 1, 1), datetime.date(2024, 1, 1), datetime.timedelta(1)),
    *(datetime.time(1), datetime.timezone.utc, zoneinfo.ZoneInfo("UTC")),
    *(pathlib.Path("a"), pathlib.PureWindowsPath("a"), re.compile("a")),
]
MUTABLE = [
    *(array.array("d", [1.5]), collections.deque([1, [2]], 5), io.BytesIO(b"ab")),
    *(collections.OrderedDict(a=1, b=[2]), collections.defaultdict(list, a=[1])),
    *(collections.Counter("aab"), collections.ChainMap({"a": [1]}), io.StringIO("ab")),
]


class TestContract(Keyed, Copied, Unchanging, Stored):
    DIFFERENT, MUTABLE, IMMUTABLE = DIFFERENT, MUTABLE, IMMUTABLE
    UNSTORED = (Route,)


EQUAL = [
    (Color.RED, Color.CRIMSON),
    (fractions.Fraction(2, 4), fractions.Fraction(1, 2)),
    (pathlib.Path("a/./b//"), pathlib.Path("a/b")),
    (zoneinfo.ZoneInfo("Europe/Berlin"), zoneinfo.ZoneInfo.no_cache("Europe/Berlin")),
    (timezone(timedelta(0)), UTC),
    (re.compile("a", re.I), re.compile("a", re.IGNORECASE)),
    (collections.Counter("ab"), collections.Counter("ba")),
    (collections.deque([0, 1, 2], 2), collections.deque([1, 2], 2)),
    (decimal.Decimal("1.50"), decimal.Decimal((0, (1, 5, 0), -2))),
]


@pytest.mark.parametrize(("one", "other"), EQUAL)
def test_equal_content_is_an_equal_key(one, other):
    assert digest(one) == digest(other)


def test_reading_a_value_does_not_change_it():
    file = bytes_at(b"abc", 2)
    digest(file)
    assert (file.tell(), file.getvalue()) == (2, b"abc")
    file.write(b"more")


def test_a_default_of_a_defaultdict_is_not_made():
    value = collections.defaultdict(list, a=[1])
    digest(value)
    assert list(value) == ["a"]


def test_a_zone_without_a_name_is_refused():
    zone = zoneinfo.ZoneInfo.from_file(_nameless_zone())
    with pytest.raises(UnkeyableError, match="without a key"):
        digest(zone)


def _nameless_zone() -> io.BytesIO:
    """The smallest time zone file: no transitions, one offset of zero."""
    counts = (0, 0, 0, 0, 1, 4)
    header = b"TZif" + bytes(16) + b"".join(n.to_bytes(4, "big") for n in counts)
    return io.BytesIO(header + bytes(6) + b"UTC\0")


def test_reading_positions_are_kept():
    for file in (io.BytesIO(b"abc"), io.StringIO("abc")):
        file.seek(2)
        copy = snapshot(file)
        assert copy.tell() == 2
        copy.write(copy.read() * 5)
        assert len(file.getvalue()) == 3
