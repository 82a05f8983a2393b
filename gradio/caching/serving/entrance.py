"""Lets events into the queue, with what was found out about them."""

from __future__ import annotations

import asyncio
import functools
from typing import TYPE_CHECKING

from gradio.caching.keys import AwaitedKey, CacheKey, PrecomputedKey, WithheldKey
from gradio.caching.serving.answers import Case
from gradio.caching.serving.follow.leaders import Leaders
from gradio.caching.serving.lookup.preprocessed import (
    PreprocessedPayload,
    UnprocessedPayload,
)
from gradio.caching.serving.lookup.preprocessing import stays_valid
from gradio.caching.serving.lookup.request_index import KnownRequest, RequestIndex
from gradio.caching.serving.lookup.result import LookupResult, values_in
from gradio.caching.serving.queueing.analytics import count_queued
from gradio.caching.serving.queueing.events import body_of
from gradio.caching.serving.queueing.waits import note_miss
from gradio.caching.serving.queueing.wakeup import Wakeup
from gradio.caching.sizing import size_of

if TYPE_CHECKING:
    from gradio.queueing import Event, Queue


class Entrance:
    """The way into one queue. For one event loop."""

    def __init__(
        self, queue: Queue, leaders: Leaders, naps: Wakeup, known: RequestIndex
    ) -> None:
        self._queue = queue
        self._known = known
        self._leaders = leaders
        self._naps = naps

    def enqueue(self, case: Case, found: LookupResult) -> None:
        """Lets an event wait for its run, as one that others may follow."""
        event, queue = case.event, self._queue
        if found.key is not None:
            self._leaders.register(event, case.engine, found.key)
        self._hand_over(case, found)
        note_miss(event, case.engine, found.seconds)
        queue.event_ids_to_events[event._id] = event
        self.waiting_with(event).append(event)
        self._naps.wake()
        count_queued(queue, event)
        rank = len(self.waiting_with(event)) - 1
        queue.broadcast_estimations(event.concurrency_id, rank)

    def waiting_with(self, event: Event) -> list[Event]:
        """The events that wait where an event waits, or would."""
        queues = self._queue.event_queue_per_concurrency_id
        return queues[event.concurrency_id].queue

    def has_room(self, looked_up: int) -> bool:
        """Whether one more may enter when all that are looked up turn out as misses."""
        limit = self._queue.max_size
        return limit is None or len(self._queue) + looked_up < limit

    def _hand_over(self, case: Case, found: LookupResult) -> None:
        """Lets the run have what was preprocessed for the look-up, or learns of it."""
        body, cache = body_of(case.event), case.engine.cache
        if found.inputs is not None and found.reservation is not None:
            key, reservation = found.key, found.reservation.pass_on()
            known_key = PrecomputedKey(cache, found.inputs, key) if key else None
            body.data = PreprocessedPayload(
                body.data, found.inputs, known_key, reservation
            )
        elif found.is_withheld:
            body.data = UnprocessedPayload(body.data, WithheldKey(cache))
        elif found.key is None and case.digest and stays_valid(case.event.fn):
            learn = functools.partial(
                self._learn, asyncio.get_running_loop(), case.event, case.digest
            )
            body.data = UnprocessedPayload(body.data, AwaitedKey(cache, learn))

    def _learn(
        self,
        loop: asyncio.AbstractEventLoop,
        event: Event,
        digest: bytes,
        key: CacheKey,
    ) -> None:
        """Notes what the run of an event, in any thread, tells of its equals."""
        state = self._queue.blocks.state_holder[event.session_hash]
        values = values_in(state, event.fn.inputs)
        known = KnownRequest(key, values, size_of(values))
        # A run goes on when its app has been closed.
        if not loop.is_closed():
            loop.call_soon_threadsafe(self._known.add, digest, known)
