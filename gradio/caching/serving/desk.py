"""
Receives the events of one queue: answers them, lets them follow others, or lets them
in.
"""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Awaitable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gradio.caching.engine import Engine
from gradio.caching.entry import MISS, Entry
from gradio.caching.serving.analytics import Hits, count_queued
from gradio.caching.serving.batch import Batches
from gradio.caching.serving.broadcast import Broadcast
from gradio.caching.serving.case import Case, full_message
from gradio.caching.serving.deferred import DeferredValues
from gradio.caching.serving.events import body_of
from gradio.caching.serving.handover import Budget, drop
from gradio.caching.serving.known import Known, KnownRequests
from gradio.caching.serving.leaders import Leaders
from gradio.caching.serving.lookup import NOTHING, Found, Lookups
from gradio.caching.serving.naps import Naps
from gradio.caching.serving.payloads import may_be_remembered, recall, remember
from gradio.caching.serving.replay import replay, send
from gradio.caching.serving.requests import request_digest
from gradio.caching.serving.run_context import RunContext
from gradio.caching.serving.session_order import SessionOrder
from gradio.caching.serving.steps import progress_of
from gradio.caching.serving.tasks import Tasks, Work
from gradio.caching.serving.turns import Lines, Turn
from gradio.caching.serving.waits import note_miss
from gradio.caching.tickets import Handed, Ticket
from gradio.exceptions import Error
from gradio.server_messages import EventMessage

if TYPE_CHECKING:
    from gradio.queueing import Event, Queue


class Desk:
    """
    For one event loop.
    Parameters:
        queue: the queue; it is referred to weakly.
    """

    def __init__(self, queue: Queue) -> None:
        self._context = RunContext(queue)
        self._queue: Queue = weakref.proxy(queue)
        self._lines = Lines()
        self._batches = Batches()
        self._budget = Budget()
        self._hits = Hits(self._queue)
        self._known = KnownRequests()
        self._leaders = Leaders(self._queue)
        self._looked_up: dict[bytes | None, Turn] = {}
        self._tasks = Tasks(self._queue, self._context)
        self._order = SessionOrder(self._queue, self._tasks)
        self._lookups = Lookups(self._queue, self._order)
        self.deferred = DeferredValues()
        self.naps = Naps()

    async def receive(self, event: Event, engine: Engine) -> bool:
        """
        Parameters:
            event: an event that is registered but not enqueued.
            engine: the engine of its function.
        Returns:
            False if it is refused, as it would have to enter a full queue.
        """
        if event.fn.batch:
            event.fn = self._batches.twin(event.fn, engine)
        digest = self._context.call(request_digest, self._queue, event, engine)
        case = Case(event, engine, digest)
        work = self._recognise(case)
        if work is None and (earlier := self._order.earlier_answers(event)) is not None:
            work = self._ask_again(case, earlier)
        if work is None and not self._has_room():
            found = await self._context.start(self._lookups.find(event, engine))
            work = self._answer(case, found)
            if work is None:
                return False
        work = work or self._look_up(case)
        self._tasks.start(event, work, lambda error: self._end(case, error))
        return True

    def leave(self, session_hash: str | None, event_id: str | None) -> None:
        """Ends the answers to a session, or to one event, whose client has left."""

        def leaves(event: Event) -> bool:
            return event.session_hash == session_hash or event._id == event_id

        self._tasks.cancel(leaves)
        for event in filter(leaves, self._leaders.events):
            if event in self._waiting(event):
                self.finish(event)

    def observe(self, event: Event, message: EventMessage) -> bool:
        """Returns False if an event was sent that already, as a follower."""
        return self._leaders.observe(event, message)

    def finish(self, event: Event) -> None:
        """Sees to what an event leaves behind that has ended, in whatever way."""
        self._leaders.finish(event)
        if event.data is not None:
            drop(event.data.data)

    def _recognise(self, case: Case) -> Work | None:
        """
        The work that answers a request by what is known of it, None if there is none.
        """
        if (first := self._looked_up.get(case.digest)) is not None:
            return self._ask_again(case, asyncio.shield(first.passed))
        if (known := self._known.get(case.digest)) is None:
            return None
        entry = case.engine.lookup(known.ticket)
        payload = None if entry is MISS else recall(entry, case.event)
        if isinstance(entry, Entry) and payload is not None:
            self._leave_values(case.event, {**known.values, **payload.values})
            return self._hits.counting(
                case.event, send(self._queue, case.event, case.engine, entry, payload)
            )
        return self._follow(case, known.ticket, known.values)

    def _answer(self, case: Case, found: Found) -> Work | None:
        """The work that answers a request by its content, None if there is none."""
        if found.ticket is None:
            return None
        self._known.add(case.digest, Known(found.ticket, found.values))
        if isinstance(found.entry, Entry):
            work = self._replay(case, found.ticket, found.entry, found.arguments)
            return self._hits.counting(case.event, work)
        return self._follow(case, found.ticket, found.values)

    def _look_up(self, case: Case) -> Work:
        """
        Takes its turn now, not when it first runs: turns are in the order of arrival.
        """
        case.turn = self._lines.join(case.event.concurrency_id)
        if case.digest is not None:
            self._looked_up.setdefault(case.digest, case.turn)
        return self._answer_or_enqueue(case, case.turn)

    async def _answer_or_enqueue(self, case: Case, turn: Turn) -> None:
        found = await self._lookups.find(case.event, case.engine)
        if not isinstance(found.entry, Entry):
            # Only now: one of those before may be the first to ask for the same.
            await turn.come()
        work = self._answer(case, found)
        if work is None:
            self._enqueue(case, found)
        self._leave_line(case)
        if work is not None:
            await work

    def _leave_line(self, case: Case) -> None:
        if case.turn is not None:
            case.turn.leave()
        if self._looked_up.get(case.digest) is case.turn:
            self._looked_up.pop(case.digest, None)

    def _end(self, case: Case, error: BaseException | None) -> None:
        self._leave_line(case)
        if error is not None:
            self._recover(case, error)
        if case.event not in self._leaders:
            self._leaders.let_go(case.event)

    def _recover(self, case: Case, error: BaseException) -> None:
        """Lets an event run that could not be answered, if it was told nothing yet."""
        if case.event._id in self._queue.event_ids_to_events or not case.event.alive:
            return
        if progress_of(case.event).has_begun:
            self._tasks.fail(case.event, error)
        else:
            self._enqueue(case, NOTHING)

    async def _ask_again(self, case: Case, others: Awaitable[Any]) -> None:
        """For a request that came while one it depends on was being looked up."""
        await others
        if (work := self._recognise(case)) is not None:
            await work
        elif self._has_room():
            await self._look_up(case)
        else:
            self._tasks.fail(case.event, Error(full_message(self._queue)))

    async def _replay(
        self, case: Case, ticket: Ticket, entry: Entry, arguments: Sequence[Any]
    ) -> None:
        event, engine = case.event, case.engine
        steps = await replay(self._queue, event, engine, entry, arguments)
        if event.alive and may_be_remembered(event.fn, steps):
            remember(self._queue, event, engine, ticket, steps)

    def _follow(
        self, case: Case, ticket: Ticket, values: Mapping[int, Any]
    ) -> Work | None:
        broadcast = self._leaders.running(case.engine.shelf, ticket)
        if broadcast is None:
            return None
        return self._receive_from(case, broadcast, values)

    async def _receive_from(
        self, case: Case, broadcast: Broadcast, values: Mapping[int, Any]
    ) -> None:
        event = case.event
        if not await broadcast.follow(event, self._leaders.view(event)):
            await (self._recognise(case) or self._look_up(case))
            return
        self._hits.count(event)
        entry = case.engine.lookup(broadcast.ticket)
        payload = None if entry is MISS else recall(entry, event)
        self._leave_values(event, {**values, **(payload.values if payload else {})})

    def _enqueue(self, case: Case, found: Found) -> None:
        event, queue = case.event, self._queue
        if found.ticket is not None:
            self._leaders.lead(event, case.engine, found.ticket)
        if found.inputs is not None:
            body, shelf = body_of(event), case.engine.shelf
            handed = Handed(shelf, found.inputs, found.ticket) if found.ticket else None
            body.data = self._budget.pack(body.data, found.inputs, handed, found.size)
        note_miss(event, case.engine, found.seconds)
        queue.event_ids_to_events[event._id] = event
        self._waiting(event).append(event)
        self.naps.wake()
        count_queued(queue, event)
        rank = len(self._waiting(event)) - 1
        queue.broadcast_estimations(event.concurrency_id, rank)

    def _waiting(self, event: Event) -> list[Event]:
        queues = self._queue.event_queue_per_concurrency_id
        return queues[event.concurrency_id].queue

    def _leave_values(self, event: Event, values: Mapping[int, Any]) -> None:
        holder = self._queue.blocks.state_holder
        self.deferred.add(holder, event.session_hash, values)

    def _has_room(self) -> bool:
        # Those being looked up count: each may turn out to be a miss.
        limit = self._queue.max_size
        return limit is None or len(self._queue) + self._lines.waiting < limit
