"""Answers events with what is stored, and counts them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gradio.caching.entry import Entry
from gradio.caching.keys import CacheKey
from gradio.caching.offload import is_light
from gradio.caching.serving.answers import Case
from gradio.caching.serving.lookup.lookup import Lookups
from gradio.caching.serving.lookup.request_index import KnownRequest
from gradio.caching.serving.queueing.analytics import Hits
from gradio.caching.serving.queueing.tasks import Work
from gradio.caching.serving.replay.replay import replay, send
from gradio.caching.serving.replay.responses import (
    StoredResponse,
    is_cacheable,
    store,
    values_left,
)
from gradio.caching.serving.replay.session_values import SessionValues

if TYPE_CHECKING:
    from gradio.queueing import Event, Queue


class HitAnswers:
    """The answers that come from stored results. For one event loop."""

    def __init__(self, queue: Queue, lookups: Lookups, deferred: SessionValues) -> None:
        self._queue = queue
        self._lookups = lookups
        self._deferred = deferred
        self._hits = Hits(queue)

    def give(
        self,
        case: Case,
        known: KnownRequest,
        entry: Entry,
        response: StoredResponse | None,
    ) -> Work:
        """Answers a known request, and leaves the values that a run would leave."""
        left = {} if response is None else response.values
        self.leave_values(case.event, {**known.values, **left})
        if response is None:
            return self.replay(case, known.key, entry)
        work = send(self._queue, case.event, case.engine, entry, response)
        return self._hits.counting(case.event, work)

    def replay(
        self, case: Case, key: CacheKey, entry: Entry, arguments: Sequence[Any] = ()
    ) -> Work:
        """Makes an answer from a result, and remembers it."""
        work = self._replay(case, key, entry, arguments)
        return self._hits.counting(case.event, work)

    def count(self, event: Event) -> None:
        """Counts an event that was answered by what another one computed."""
        self._hits.count(event)

    def leave_values(self, event: Event, values: Mapping[int, Any]) -> None:
        """Leaves in the session of an event what a run would have left there."""
        holder = self._queue.blocks.state_holder
        self._deferred.add(holder, event.session_hash, values)

    async def _replay(
        self, case: Case, key: CacheKey, entry: Entry, arguments: Sequence[Any]
    ) -> None:
        queue, event = self._queue, case.event
        steps = await replay(queue, event, case.engine, entry, arguments)
        if not event.alive or not is_cacheable(event.fn, steps):
            return
        # Now: in the meantime, another event of the session may change them.
        left = values_left(queue, event)
        told = (queue, event, case.engine, key, steps, left)
        if is_light(*steps):
            store(*told)
        else:
            await self._lookups.call_off_loop(store, *told)
