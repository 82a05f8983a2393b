"""
Requests that are looked up at the same time enter the queue in the order they came in.
"""

from __future__ import annotations

import asyncio
from collections.abc import Hashable


class Turn:
    """
    One request's place in a line. For one event loop.
    Parameters:
        before: the place before it, None when there is none.
    """

    def __init__(self, before: Turn | None) -> None:
        self._before = None if before is None or before.passed.done() else before
        self.passed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def come(self) -> None:
        """Waits until all those before have entered the queue or gone."""
        if self._before is not None:
            await asyncio.shield(self._before.passed)

    def leave(self) -> None:
        """Lets the next one pass, as soon as those before have passed too."""
        if self._before is None:
            self._pass()
        else:
            self._before.passed.add_done_callback(lambda _: self._pass())

    def _pass(self) -> None:
        self._before = None
        if not self.passed.done():
            self.passed.set_result(None)


class Lines:
    """The lines of requests that are being looked up, by queue. For one event loop."""

    def __init__(self) -> None:
        self._last: dict[Hashable, Turn] = {}
        self.waiting = 0

    def join(self, line: Hashable) -> Turn:
        """
        Parameters:
            line: the queue that the request will enter on a miss.
        Returns:
            Its place, which must be left.
        """
        turn = self._last[line] = Turn(self._last.get(line))
        self.waiting += 1
        turn.passed.add_done_callback(lambda _: self._forget(line, turn))
        return turn

    def _forget(self, line: Hashable, turn: Turn) -> None:
        self.waiting -= 1
        if self._last.get(line) is turn:
            del self._last[line]
