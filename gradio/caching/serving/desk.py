"""Receives the events of one queue: answers them, lets them follow others, or lets them in."""

from __future__ import annotations

import asyncio
import weakref
from collections import OrderedDict
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gradio.caching.drivers import hold_stream
from gradio.caching.engine import Engine, Ticket
from gradio.caching.entry import MISS, Entry
from gradio.caching.errors import log_failure_once
from gradio.caching.serving.analytics import Hits, count_queued
from gradio.caching.serving.batch import Batches
from gradio.caching.serving.broadcast import Broadcast
from gradio.caching.serving.deferred import DeferredValues
from gradio.caching.serving.handover import Budget, preprocessed
from gradio.caching.serving.holds import Holds
from gradio.caching.serving.lookup import Found, Lookups
from gradio.caching.serving.payloads import may_be_remembered, recall, remember
from gradio.caching.serving.replay import replay, send
from gradio.caching.serving.requests import has_own_components, request_digest, view_of
from gradio.caching.serving.steps import progress_of
from gradio.caching.serving.turns import Lines, Turn
from gradio.exceptions import Error
from gradio.server_messages import (
    EventMessage,
    ProcessCompletedMessage,
    ProcessGeneratingMessage,
)
from gradio.utils import error_payload, set_task_name

if TYPE_CHECKING:
    from gradio.queueing import Event, Queue

Work = Coroutine[Any, Any, None]
_REQUESTS_KNOWN = 16_384


def full_message(queue: Queue) -> str:
    """
    Parameters:
        queue: a queue with a `max_size`.
    Returns:
        What a client is told that it refuses.
    """
    return f"Queue is full. Max size is {queue.max_size} and size is {len(queue)}."


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """
    An event at the desk.
    Parameters:
        event: the event.
        engine: the engine of its function.
        digest: what its request is recognised by, None if it can't be.
    """

    event: Event
    engine: Engine
    digest: bytes | None


@dataclass(frozen=True, slots=True)
class Known:
    """
    What an earlier equal request told.
    Parameters:
        ticket: where its result is.
        values: what it left as the values of its input components, by their ids.
    """

    ticket: Ticket
    values: Mapping[int, Any]


class Desk:
    """
    For one event loop.
    Parameters:
        queue: the queue; it is referred to weakly.
    """

    def __init__(self, queue: Queue) -> None:
        self._queue: Queue = weakref.proxy(queue)
        self._lookups = Lookups(self._queue)
        self._lines = Lines()
        self._batches = Batches()
        self._budget = Budget()
        self._holds = Holds()
        self._hits = Hits(self._queue)
        self._known: OrderedDict[bytes, Known] = OrderedDict()
        self._looked_up: dict[bytes | None, Turn] = {}
        self._running: dict[Ticket, Broadcast] = {}
        self._leaders: dict[Event, Broadcast] = {}
        self._at_work: dict[Event, asyncio.Task[None]] = {}
        self.deferred = DeferredValues()

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
        case = Case(event, engine, request_digest(self._queue, event, engine))
        work = self._recognise(case)
        if work is None and not self._has_room():
            work = self._answer(case, await self._lookups.find(event, engine))
            if work is None:
                return False
        self._start(case, work or self._look_up(case))
        return True

    def leave(self, session_hash: str | None, event_id: str | None) -> None:
        """
        Parameters:
            session_hash: the session whose client has left, if one has.
            event_id: the event that was cancelled, if one was.
        """

        def leaves(event: Event) -> bool:
            return event.session_hash == session_hash or event._id == event_id

        for event, task in list(self._at_work.items()):
            if leaves(event):
                event.alive = False
                task.cancel()
        for event in list(self._leaders):
            waits = event in self._waiting(event)
            if leaves(event) and waits:
                self.finish(event)

    def observe(self, event: Event, message: EventMessage) -> bool:
        """
        Parameters:
            event: any event of the queue.
            message: what is being sent to it.
        Returns:
            False if it was sent that already, when it still followed another.
        """
        broadcast = self._leaders.get(event)
        if broadcast is None:
            return True
        broadcast.observe(message)
        if isinstance(message, ProcessCompletedMessage):
            if message.success:
                self._remember(event, broadcast)
            broadcast.complete(message)
            self._close(event)
        is_step = isinstance(message, ProcessGeneratingMessage)
        return not is_step or progress_of(event).is_news()

    def finish(self, event: Event) -> None:
        """
        Parameters:
            event: an event that has ended, in whatever way.
        """
        broadcast = self._close(event)
        if broadcast is not None and broadcast.followers:
            self._hold(broadcast)
            broadcast.lose()
        self._holds.drop(event)
        if event.data is not None:
            # Frees what an event that never ran was to be given.
            preprocessed(event.data.data)

    def _recognise(self, case: Case) -> Work | None:
        """The work that answers a request by what is known of it, None if there is none."""
        if case.digest is None:
            return None
        if (first := self._looked_up.get(case.digest)) is not None:
            return self._ask_again(case, first)
        if (known := self._known.get(case.digest)) is None:
            return None
        entry = case.engine.lookup(known.ticket)
        payload = None if entry is MISS else recall(entry, case.event)
        if isinstance(entry, Entry) and payload is not None:
            self._leave_values(case.event, {**known.values, **payload.values})
            return self._hits.counting(
                case.event, send(self._queue, case.event, case.engine, entry, payload)
            )
        broadcast = self._running.get(known.ticket)
        return (
            None if broadcast is None else self._follow(case, broadcast, known.values)
        )

    def _answer(self, case: Case, found: Found) -> Work | None:
        """The work that answers a request by its content, None if there is none."""
        self._learn(case, found)
        if found.ticket is None:
            return None
        if isinstance(found.entry, Entry):
            work = self._replay(case, found.ticket, found.entry)
            return self._hits.counting(case.event, work)
        broadcast = self._running.get(found.ticket)
        return (
            None if broadcast is None else self._follow(case, broadcast, found.values)
        )

    def _look_up(self, case: Case) -> Work:
        """Takes its turn now, not when it first runs: turns are in the order of arrival."""
        turn = self._lines.join(case.event.concurrency_id)
        if case.digest is not None:
            self._looked_up.setdefault(case.digest, turn)
        return self._answer_or_enqueue(case, turn)

    async def _answer_or_enqueue(self, case: Case, turn: Turn) -> None:
        try:
            found = await self._lookups.find(case.event, case.engine)
            if not isinstance(found.entry, Entry):
                # Only now: one of those before may be the first to ask for the same.
                await turn.come()
            work = self._answer(case, found)
            if work is None:
                self._enqueue(case, found)
        finally:
            turn.leave()
            if self._looked_up.get(case.digest) is turn:
                del self._looked_up[case.digest]
        if work is not None:
            await work

    async def _ask_again(self, case: Case, first: Turn) -> None:
        """For an equal request that came while the first was being looked up."""
        await asyncio.shield(first.passed)
        if (work := self._recognise(case)) is not None:
            await work
        elif self._has_room():
            await self._look_up(case)
        else:
            self._fail(case.event, Error(full_message(self._queue)))

    async def _replay(self, case: Case, ticket: Ticket, entry: Entry) -> None:
        steps = await replay(self._queue, case.event, case.engine, entry)
        if case.event.alive and may_be_remembered(case.event.fn, steps):
            remember(self._queue, case.event, case.engine, ticket, steps)

    async def _follow(
        self, case: Case, broadcast: Broadcast, values: Mapping[int, Any]
    ) -> None:
        answered = await broadcast.follow(case.event, self._view(case.event))
        if not answered:
            return await (self._recognise(case) or self._look_up(case))
        self._hits.count(case.event)
        entry = case.engine.lookup(broadcast.ticket)
        payload = None if entry is MISS else recall(entry, case.event)
        outputs = {} if payload is None else payload.values
        self._leave_values(case.event, {**values, **outputs})

    def _enqueue(self, case: Case, found: Found) -> None:
        event, queue = case.event, self._queue
        if found.ticket is not None:
            progress_of(event).start_over()
            broadcast = Broadcast(
                queue, event, case.engine, found.ticket, self._view(event)
            )
            self._running[found.ticket] = self._leaders[event] = broadcast
        if found.inputs is not None:
            event.data.data = self._budget.pack(
                event.fn, event.data.data, found.inputs, found.size
            )
        queue.event_ids_to_events[event._id] = event
        self._waiting(event).append(event)
        count_queued(queue, event)
        rank = len(self._waiting(event)) - 1
        queue.broadcast_estimations(event.concurrency_id, rank)

    def _start(self, case: Case, work: Work) -> None:
        event = case.event
        task = asyncio.ensure_future(work)
        # By this name Gradio's cancel route finds it.
        set_task_name(task, event.session_hash, event.fn._id, event._id, batch=False)
        self._at_work[event] = task
        task.add_done_callback(lambda task: self._end(event, task))

    def _end(self, event: Event, task: asyncio.Task[None]) -> None:
        del self._at_work[event]
        if event not in self._leaders:
            self._holds.drop(event)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            log_failure_once("answering an event", error)
            self._fail(event, error)

    def _fail(self, event: Event, error: BaseException) -> None:
        content = error_payload(error, self._queue.blocks.show_error)
        message = ProcessCompletedMessage(output=content, success=False)
        if event.session_hash in self._queue.pending_messages_per_session:
            self._queue.send_message(event, message)

    def _remember(self, event: Event, broadcast: Broadcast) -> None:
        if broadcast.is_plain and may_be_remembered(event.fn, broadcast.steps):
            remember(
                self._queue, event, broadcast.engine, broadcast.ticket, broadcast.steps
            )

    def _learn(self, case: Case, found: Found) -> None:
        if case.digest is None or found.ticket is None:
            return
        self._known[case.digest] = Known(found.ticket, found.values)
        self._known.move_to_end(case.digest)
        if len(self._known) > _REQUESTS_KNOWN:
            self._known.popitem(last=False)

    def _hold(self, broadcast: Broadcast) -> None:
        release = hold_stream(broadcast.engine, broadcast.ticket)
        if release is not None:
            self._holds.add(release, broadcast.followers)

    def _close(self, event: Event) -> Broadcast | None:
        broadcast = self._leaders.pop(event, None)
        if broadcast is not None:
            self._running.pop(broadcast.ticket, None)
        return broadcast

    def _view(self, event: Event) -> Any:
        own = has_own_components(self._queue, event)
        return None if own or not may_be_remembered(event.fn) else view_of(event)

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
