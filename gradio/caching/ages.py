"""How old a result may be, as users say it, and the clock that tells."""

from __future__ import annotations

import math
import numbers
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

Age = float | str | timedelta
"""What users say an age in: seconds, or a text such as "90s" or "1h30m"."""

clock: Callable[[], float] = time.monotonic
"""Tells the seconds that ages are counted in; tests put a clock of theirs here."""

_UNITS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_TEXT = re.compile(
    r"\s*" + "".join(rf"(?:(\d+(?:\.\d+)?){unit}\s*)?" for unit in _UNITS),
    re.IGNORECASE | re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Ages:
    """
    How long a result is fresh, how long after that it may be given while it is renewed,
    and how long if its function fails: in seconds.
    """

    ttl: float
    stale: float = 0.0
    stale_if_error: float = 0.0


def ages_of(ttl: Any, stale: Any = 0, stale_if_error: Any = 0) -> Ages | None:
    """
    Turns what the user gave into seconds; None if results never grow old. Raises
    TypeError or ValueError, saying what is allowed.
    """
    after = seconds("stale", stale), seconds("stale_if_error", stale_if_error)
    if ttl is not None:
        return Ages(seconds("ttl", ttl), *after)
    for name, age in zip(("stale", "stale_if_error"), after, strict=True):
        if age:
            raise ValueError(
                f"{name} needs a ttl: it says how long after that an old result may "
                'still be given. Write, for example, ttl="1h" beside it.'
            )
    return None


def seconds(name: str, age: Any) -> float:
    """Reads an age. Raises TypeError or ValueError, saying what is allowed."""
    allowed = (
        f"{name} must be a number of seconds, a datetime.timedelta or a text such as "
        f'"90s", "15m", "12h", "7d" or "1h30m", and not negative, not {age!r}.'
    )
    if isinstance(age, bool) or not isinstance(age, (str, timedelta, numbers.Real)):
        raise TypeError(allowed)
    read = _number_of(age)
    if not 0 <= read < math.inf:
        raise ValueError(allowed)
    return read


def _number_of(age: Any) -> float:
    if isinstance(age, str):
        return _seconds_in_text(age)
    if isinstance(age, timedelta):
        return age.total_seconds()
    try:
        return float(age)
    except OverflowError:
        return math.inf


def _seconds_in_text(text: str) -> float:
    match = _TEXT.fullmatch(text)
    if match is None or not any(match.groups()):
        return math.nan
    parts = zip(match.groups(), _UNITS.values(), strict=True)
    return sum(float(number) * unit for number, unit in parts if number)
