"""Places for work that may take any time, so that few of them can't hold up all."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import anyio

from gradio.caching.serving.queueing import arrival_order


class Places:
    """A limited number of places. For one event loop."""

    def __init__(self, count: int) -> None:
        self._limiter = anyio.CapacityLimiter(count)

    @asynccontextmanager
    async def one(self) -> AsyncGenerator[bool]:
        """Holds a place meanwhile; gives False if none becomes free soon."""
        holder = object()
        is_held = await self._acquire(holder)
        try:
            yield is_held
        finally:
            if is_held:
                self._limiter.release_on_behalf_of(holder)

    async def _acquire(self, holder: object) -> bool:
        try:
            self._limiter.acquire_on_behalf_of_nowait(holder)
            return True
        except anyio.WouldBlock:
            pass
        with anyio.move_on_after(arrival_order.PATIENCE):
            await self._limiter.acquire_on_behalf_of(holder)
            return True
        return False
