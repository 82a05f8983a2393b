"""Pauses before something is asked again, each longer than the one before."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator

FIRST = 0.02
LONGEST = 0.25

sleep: Callable[[float], object] = time.sleep
"""Pauses in a thread; tests put a pause of theirs here."""

sleep_async: Callable[[float], Awaitable[object]] = asyncio.sleep
"""Pauses in an event loop; tests put a pause of theirs here."""


def pauses() -> Iterator[float]:
    """Tells the seconds of one pause after another, without end."""
    seconds = FIRST
    while True:
        yield seconds
        seconds = min(2 * seconds, LONGEST)
