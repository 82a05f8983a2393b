"""
Requests that are looked up at the same time enter the queue in the order they came in,
except that one which takes long lets the others pass.
"""

from __future__ import annotations

import asyncio
from collections.abc import Hashable

PATIENCE = 0.1
"""Seconds that a request may hold up those that came after it."""


class Place:
    """One request's place in a line. For one event loop."""

    def __init__(self, before: Place | None) -> None:
        self._before = None if before is None or before.passed.done() else before
        loop = asyncio.get_running_loop()
        self.passed: asyncio.Future[None] = loop.create_future()
        """Done when it holds up nobody any more."""
        self.released: asyncio.Future[None] = loop.create_future()
        """Done when its request has entered the queue or gone."""

    async def reached(self) -> None:
        """Waits until all those before have entered the queue, gone or taken long."""
        if self._before is not None:
            await asyncio.shield(self._before.passed)

    def release(self) -> None:
        """Lets the next one pass, as soon as those before have passed too."""
        if not self.released.done():
            self.released.set_result(None)
        self.let_pass()

    def let_pass(self) -> None:
        """Holds nobody up any more, though it is not released yet."""
        if self._before is None:
            self._pass()
        else:
            self._before.passed.add_done_callback(lambda _: self._pass())

    def _pass(self) -> None:
        self._before = None
        if not self.passed.done():
            self.passed.set_result(None)


class ArrivalOrder:
    """The lines of requests that are being looked up, by queue. For one event loop."""

    def __init__(self, patience: float | None = None) -> None:
        self._last: dict[Hashable, Place] = {}
        self.patience = PATIENCE if patience is None else patience
        self.waiting = 0

    def join(self, line: Hashable) -> Place:
        """
        Gives a request its place in the line that it enters on a miss; the place must
        be released.
        """
        place = self._last[line] = Place(self._last.get(line))
        self.waiting += 1
        loop = asyncio.get_running_loop()
        overdue = loop.call_later(self.patience, place.let_pass)
        place.passed.add_done_callback(lambda _: self._forget(line, place, overdue))
        return place

    def _forget(
        self, line: Hashable, place: Place, overdue: asyncio.TimerHandle
    ) -> None:
        overdue.cancel()
        self.waiting -= 1
        if self._last.get(line) is place:
            del self._last[line]
