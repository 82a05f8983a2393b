"""Lets events into the queue, with what was found out about them."""

from __future__ import annotations

import asyncio
import functools
from typing import TYPE_CHECKING

from gradio.caching.keys import AwaitedKey, CacheKey, PrecomputedKey, WithheldKey
from gradio.caching.serving.answers import CacheRequest
from gradio.caching.serving.follow.leaders import Leaders
from gradio.caching.serving.lookup.preprocessed import (
    PreprocessedPayload,
    UnprocessedPayload,
)
from gradio.caching.serving.lookup.preprocessing import stays_valid
from gradio.caching.serving.lookup.request_index import KnownRequest, RequestIndex
from gradio.caching.serving.lookup.result import LookupResult
from gradio.caching.serving.queueing.arrival_order import ArrivalOrder
from gradio.caching.serving.queueing.component_values import copies_of, values_of
from gradio.caching.serving.queueing.current import states_of
from gradio.caching.serving.queueing.events import body_of
from gradio.caching.serving.queueing.join_response import release
from gradio.caching.serving.queueing.registration import enqueue, has_room, waiting_with
from gradio.caching.serving.queueing.waits import note_miss
from gradio.caching.serving.queueing.wakeup import Wakeup
from gradio.caching.sizing import size_of

if TYPE_CHECKING:
    from gradio.caching.candidate import Candidate
    from gradio.queueing import Event, Queue


class Entrance:
    """The way into one queue. For one event loop."""

    def __init__(
        self,
        queue: Queue,
        leaders: Leaders,
        arrivals: ArrivalOrder,
        wakeup: Wakeup,
        index: RequestIndex,
    ) -> None:
        self._queue = queue
        self._arrivals = arrivals
        self._index = index
        self._leaders = leaders
        self._wakeup = wakeup
        # What others wait for meanwhile: each event holds it until it has ended.
        self._candidates: dict[Event, Candidate] = {}

    def enqueue(self, request: CacheRequest, found: LookupResult) -> None:
        """Lets an event wait for its run, as one that others may follow."""
        event = request.event
        if found.key is not None:
            self._leaders.register(event, request.engine, found.key)
        self._hand_over(request, found)
        if found.candidate is not None and found.candidate.leads:
            self._candidates[event] = found.candidate.pass_on(self._is_open)
        note_miss(event, request.engine, found.seconds)
        release(self._queue, event)
        enqueue(self._queue, event)
        self._wakeup.wake()

    def leave(self, event: Event) -> None:
        """Is told that an event has ended, by its run or before: others may lead."""
        if (candidate := self._candidates.pop(event, None)) is not None:
            candidate.withdraw()

    def _is_open(self) -> bool:
        """Tells whether the queue will run what waits in it; of any thread."""
        try:
            return not self._queue.stopped
        except ReferenceError:
            return False

    def holds(self, event: Event) -> bool:
        """Tells whether an event waits in the queue."""
        return event in waiting_with(self._queue, event)

    @property
    def has_room(self) -> bool:
        """Whether one more may enter when all that are looked up turn out as misses."""
        return has_room(self._queue, self._arrivals.waiting)

    def _hand_over(self, request: CacheRequest, found: LookupResult) -> None:
        """Lets the run have what was preprocessed for the look-up, or learns of it."""
        body, cache = body_of(request.event), request.engine.cache
        if found.inputs is not None and found.reservation is not None:
            key, reservation = found.key, found.reservation.pass_on()
            known_key = key and PrecomputedKey(cache, found.inputs, key, found.call)
            body.data = PreprocessedPayload(
                body.data, found.inputs, known_key, reservation
            )
        elif found.is_withheld:
            body.data = UnprocessedPayload(body.data, WithheldKey(cache))
        elif found.key is None and request.digest and stays_valid(request.event.fn):
            learn = functools.partial(
                self._learn, asyncio.get_running_loop(), request.event, request.digest
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
        state = states_of(self._queue)[event.session_hash]
        values = copies_of(values_of(state, event.fn.inputs))
        known = KnownRequest(key, values, size_of(values))
        # A run goes on when its app has been closed.
        if not loop.is_closed():
            loop.call_soon_threadsafe(self._index.add, digest, known)
