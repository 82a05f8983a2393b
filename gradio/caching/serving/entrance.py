"""Lets events into the queue, with what was found out about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradio.caching.serving.analytics import count_queued
from gradio.caching.serving.case import Case
from gradio.caching.serving.events import body_of
from gradio.caching.serving.handover import Preprocessed
from gradio.caching.serving.leaders import Leaders
from gradio.caching.serving.lookup import Found
from gradio.caching.serving.naps import Naps
from gradio.caching.tickets import Handed

if TYPE_CHECKING:
    from gradio.queueing import Event, Queue


class Entrance:
    """
    The way into one queue. For one event loop.
    Parameters:
        queue: the queue.
        leaders: what others follow.
        naps: the rest of the queue's loop, which ends when an event enters.
    """

    def __init__(self, queue: Queue, leaders: Leaders, naps: Naps) -> None:
        self._queue = queue
        self._leaders = leaders
        self._naps = naps

    def enqueue(self, case: Case, found: Found) -> None:
        """Lets an event wait for its run, as one that others may follow."""
        event, queue = case.event, self._queue
        if found.ticket is not None:
            self._leaders.lead(event, case.engine, found.ticket)
        _hand_over(case, found)
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


def _hand_over(case: Case, found: Found) -> None:
    """Lets the run have the inputs as they were preprocessed for the look-up."""
    if found.inputs is None or found.reservation is None:
        return
    body, shelf, ticket = body_of(case.event), case.engine.shelf, found.ticket
    handed = Handed(shelf, found.inputs, ticket) if ticket else None
    reservation = found.reservation.pass_on()
    body.data = Preprocessed(body.data, found.inputs, handed, reservation)
