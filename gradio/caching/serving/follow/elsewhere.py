"""Results that other processes compute, and the events that wait for them here."""

from __future__ import annotations

import asyncio

from gradio.caching import backoff
from gradio.caching.entry import MISS
from gradio.caching.function_cache import FunctionCache
from gradio.caching.keys import CacheKey
from gradio.caching.serving.answers import CacheRequest
from gradio.caching.serving.lookup.behind import Behind
from gradio.caching.serving.lookup.result import LookupResult


class Elsewhere:
    """
    The waits of one queue, of which one asks for all that want the same. They take no
    thread, slot or place meanwhile. For one event loop.
    """

    def __init__(self, behind: Behind) -> None:
        self._behind = behind
        self._waits: dict[tuple[FunctionCache, CacheKey], asyncio.Future[None]] = {}

    def wait_for(
        self, cache: FunctionCache, key: CacheKey
    ) -> asyncio.Future[None] | None:
        """Finds what is done once it is known what became of a result elsewhere."""
        return self._waits.get((cache, key))

    async def until_known(
        self, request: CacheRequest, found: LookupResult, key: CacheKey
    ) -> LookupResult:
        """Waits until a result is there, or this process is to compute it."""
        place = request.engine.cache, key
        over = self._waits[place] = asyncio.get_running_loop().create_future()
        pauses = backoff.pauses()
        try:
            while found.is_busy and found.entry is MISS and request.event.alive:
                await backoff.sleep_async(next(pauses))
                found = await self._behind.look(request.event, request.engine, found)
            return found
        finally:
            del self._waits[place]
            over.set_result(None)
