"""What is asked of a store that outlives the process, when memory has no entry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gradio.caching.asking import candidate_for, take
from gradio.caching.engine import Engine
from gradio.caching.entry import MISS, Entry, Miss
from gradio.caching.keys import CacheKey
from gradio.caching.offload import off_loop, store_threads
from gradio.caching.serving.lookup.result import LookupResult
from gradio.caching.serving.repeatable import has_own_components

if TYPE_CHECKING:
    from gradio.caching.candidate import Candidate
    from gradio.queueing import Event, Queue

LookBehind = Callable[
    ["Event", Engine, CacheKey, bool, "Candidate | None"], tuple[Entry | Miss, Any]
]
"""
Finds an entry behind the memory, and what was sent for an equal event, if that is known
and the session is shown what all are; asks to compute it, if there is none. Blocks.
"""


def look_for_value(
    event: Event,  # noqa: ARG001
    engine: Engine,
    key: CacheKey,
    is_common: bool,  # noqa: ARG001
    candidate: Candidate | None = None,
) -> tuple[Entry | Miss, Any]:
    """Looks behind the memory for a value. Blocks."""
    engine.recall(key, candidate)
    return engine.lookup(key), None


class Behind:
    """Looks up events of one queue behind the memory. For one event loop."""

    def __init__(self, queue: Queue, look: LookBehind) -> None:
        self._queue = queue
        self._look = look

    async def ask(
        self, event: Event, engine: Engine, found: LookupResult, may_lead: bool
    ) -> LookupResult:
        """Looks up what memory does not have, and may ask to compute it."""
        if found.entry is not MISS or found.key is None or not may_lead:
            return await self.look(event, engine, found)
        candidate = candidate_for(engine, found.key)
        found = replace(found, candidate=candidate)
        try:
            return await self.look(event, engine, found)
        except BaseException:
            # The thread that asks goes on, and may get a lease.
            if candidate is not None:
                candidate.withdraw()
            raise

    async def look(
        self, event: Event, engine: Engine, found: LookupResult
    ) -> LookupResult:
        """Looks up what memory does not have, with the candidate that there is."""
        if found.entry is not MISS or found.key is None or found.key.lasting is None:
            return found
        is_common = not has_own_components(self._queue, event)
        asked = event, engine, found.key, is_common, found.candidate
        entry, response = await off_loop(store_threads(), self._find, *asked)
        return replace(found, entry=entry, response=response)

    def _find(
        self,
        event: Event,
        engine: Engine,
        key: CacheKey,
        is_common: bool,
        candidate: Candidate | None,
    ) -> tuple[Entry | Miss, Any]:
        entry, response = self._look(event, engine, key, is_common, candidate)
        if entry is MISS and candidate is not None and candidate.should_take:
            take(engine, key, candidate)
        return entry, response
