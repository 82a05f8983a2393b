import datetime
import decimal
import enum
import functools
import math
import re
import uuid

import pytest

from gradio.caching.calls.fixed import is_fixed


class Colour(enum.Enum):
    RED = 1


class Settings(enum.Enum):
    """Its member can be changed in place."""

    OPEN = [1]


class Text(str):
    """May have attributes."""


class Model:
    def method(self):
        return self


def function(a=1):
    return a


def nested(depth):
    value = ()
    for _ in range(depth):
        value = (value,)
    return value


def doubled(times):
    """As many parts as two to the power of that, of which each level is one."""
    value = ()
    for _ in range(times):
        value = (value, value)
    return value


@pytest.mark.parametrize(
    "value",
    [
        *(None, ..., NotImplemented, True, 1, 1.5, 1j, "text", b"bytes", range(3)),
        *(decimal.Decimal(1), uuid.UUID(int=1), re.compile("a"), slice(1, 2)),
        *(datetime.date(2000, 1, 1), datetime.timedelta(1), datetime.timezone.utc),
        *((), (1, ("a", None)), frozenset({1, "a"}), doubled(100)),
        *(Colour.RED, Model, math, math.sqrt, len, str.upper),
        nested(50_000),
    ],
    ids=lambda value: f"{type(value).__name__}",
)
def test_what_can_never_count_otherwise_is_fixed(value):
    assert is_fixed(value)


@pytest.mark.parametrize(
    "value",
    [
        *([], {}, set(), bytearray(), (1, []), frozenset({function})),
        *(Text("a"), Settings.OPEN, Model(), Model().method, function),
        # Its list may change.
        *([].append, functools.partial(len, []), iter(())),
    ],
    ids=lambda value: f"{type(value).__name__}",
)
def test_what_may_change_or_hold_what_does_is_not(value):
    assert not is_fixed(value)
    assert not is_fixed((1, value))
