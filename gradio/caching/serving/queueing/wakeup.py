"""What the loop that takes events out of a queue sleeps on."""

from __future__ import annotations

import asyncio


class Wakeup:
    """Ends a sleep early when there is something to do. For one event loop."""

    def __init__(self) -> None:
        self._end: asyncio.Future[None] | None = None

    async def wait(self, seconds: float) -> None:
        """Sleeps until the timeout or `wake`. For one task at a time."""
        loop = asyncio.get_running_loop()
        self._end = loop.create_future()
        timer = loop.call_later(seconds, self.wake)
        try:
            await self._end
        finally:
            timer.cancel()

    def wake(self) -> None:
        """Ends the sleep, if there is one."""
        if self._end is not None and not self._end.done():
            self._end.set_result(None)
