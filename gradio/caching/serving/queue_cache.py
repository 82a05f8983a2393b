"""Brings each event of a queue from its arrival to an answer, or into the queue."""

from __future__ import annotations

import asyncio
import functools
import weakref
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gradio.caching.engine import Engine
from gradio.caching.entry import Entry
from gradio.caching.serving.answers import (
    Answer,
    CacheRequest,
    Hit,
    Known,
    Pending,
    Running,
    Unchecked,
)
from gradio.caching.serving.at_once import AtOnce
from gradio.caching.serving.batch import Batches
from gradio.caching.serving.entrance import Entrance
from gradio.caching.serving.follow.elsewhere import Elsewhere
from gradio.caching.serving.follow.leaders import Leaders
from gradio.caching.serving.known_answers import KnownAnswers
from gradio.caching.serving.lookup.lookup import Lookups
from gradio.caching.serving.lookup.preprocessed import restore
from gradio.caching.serving.lookup.result import NOT_FOUND, LookupResult
from gradio.caching.serving.queueing import join_response
from gradio.caching.serving.queueing.analytics import Hits
from gradio.caching.serving.queueing.arrival_order import ArrivalOrder, Place
from gradio.caching.serving.queueing.current import states_of
from gradio.caching.serving.queueing.registration import is_queued
from gradio.caching.serving.queueing.retries import may_run
from gradio.caching.serving.queueing.run_context import RunContext
from gradio.caching.serving.queueing.sent_steps import forget_steps
from gradio.caching.serving.queueing.session_order import SessionOrder
from gradio.caching.serving.queueing.tasks import Tasks
from gradio.caching.serving.queueing.wakeup import Wakeup
from gradio.caching.serving.renewals import Renewals
from gradio.caching.serving.replay.hits import send_hit
from gradio.caching.serving.replay.responses import load_with_entry
from gradio.caching.serving.replay.responses_behind import look_behind
from gradio.caching.serving.replay.session_values import SessionValues
from gradio.server_messages import EventMessage

if TYPE_CHECKING:
    from gradio.queueing import Event, Queue


class QueueCache:
    """Answers events of one queue. For one event loop; refers to the queue weakly."""

    def __init__(self, queue: Queue) -> None:
        self.loop = asyncio.get_running_loop()
        self._context = RunContext(queue)
        self._queue: Queue = weakref.proxy(queue)
        self.tasks, self._hits = Tasks(self._queue, self._context), Hits(self._queue)
        self.values, self.wakeup = SessionValues(), Wakeup()
        self._arrivals, self._batches = ArrivalOrder(), Batches()
        self._session_order = SessionOrder(self._queue, self.tasks)
        self._lookups = Lookups(self._queue, self._session_order, None, look_behind)
        self._leaders = Leaders(self._queue)
        self._elsewhere = Elsewhere(self._lookups.behind)
        self._known = KnownAnswers(
            self._queue, self._context, self._lookups, self._leaders, self._elsewhere
        )
        self._entrance = Entrance(
            self._queue, self._leaders, self._arrivals, self.wakeup, self._known.index
        )
        self._renewals = Renewals(self._queue, self._entrance)
        self.at_once = AtOnce(
            self._queue, self._context, self._known, self.values, self._hits
        )

    def request_of(self, event: Event, engine: Engine) -> CacheRequest:
        """Makes what is asked of a cache by an event."""
        if event.fn.batch:
            event.fn = self._batches.runner(event.fn, engine)
        return CacheRequest(event, engine)

    async def handle(self, request: CacheRequest) -> bool:
        """Takes a request of a registered event; returns False if there is no room."""
        event = request.event
        answer = self._first_answer(request)
        if request.is_digested and not isinstance(answer, Pending | Running):
            join_response.hold(self._queue, event)
        if answer is None and not self._entrance.has_room:
            answer = await self._known.soon(request, self._arrivals.patience)
            if answer is None:
                return False
        if answer is None:
            # Now, as this is the order of arrival; that of first steps may differ.
            self._take_place(request)
        work = self._serve(request, answer)
        self.tasks.start(event, work, functools.partial(self._end, request))
        return True

    def cancel(self, session_hash: str | None, event_id: str | None) -> None:
        """Stops answering the events of a session that has left, or one cancelled."""

        def leaves(event: Event) -> bool:
            return event.session_hash == session_hash or event._id == event_id

        self.tasks.cancel(leaves)
        for event in filter(leaves, {*self._leaders.events, *self._renewals.events}):
            if self._entrance.holds(event):
                self.finish(event)

    def observe(self, event: Event, message: EventMessage) -> bool:
        """Passes on what is sent to an event; returns False if that goes to nobody."""
        return self._leaders.observe(event, message) and event not in self._renewals

    def finish(self, event: Event) -> None:
        """Tells others that an event has ended, however, and frees its inputs."""
        self._leaders.finish(event)
        self._renewals.end(event)
        self._entrance.leave(event)
        if event.data is not None:
            restore(event.data)
        forget_steps(event)

    async def _serve(self, request: CacheRequest, answer: Known | None) -> None:
        """Brings a request to an answer, into the queue, or to its refusal."""
        while True:
            if answer is None:
                answer = await self._look_up(request)
                if answer is None:
                    return  # it waits in the queue, or was refused
            if isinstance(answer, Unchecked):
                answer = await self._known.from_files(request, answer.known)
            elif await self._give(request, answer):
                return
            else:
                answer = self._answer_after(request, answer)

    async def _give(self, request: CacheRequest, answer: Answer) -> bool:
        """Does what an answer says; returns False if another is needed after that."""
        event = request.event
        match answer:
            case Pending(equal=Place() as first):
                await self._known.equals.wait_for(request.digest, first)
                return False
            case Pending(others):
                await asyncio.wait(others)
                return False
            case Running(broadcast, values):
                self._leave_values(event, values)
                if not await self._leaders.follow(event, broadcast):
                    return False
                _, response = load_with_entry(event, request.engine, broadcast.key)
                left = {} if response is None else response.values
                self._leave_values(event, {**values, **left})
            case Hit():
                self._leave_values(event, answer.values)
                await self._renewals.start(request, answer)
                off_loop = self._lookups.call_off_loop
                await send_hit(self._queue, request, answer, off_loop)
        self._hits.count(event)
        return True

    def _first_answer(self, request: CacheRequest) -> Known | None:
        answer = self._context.call(self._known.at_arrival, request)
        if answer is not None:
            return answer
        earlier = self._session_order.earlier_answers(request.event)
        return Pending(earlier) if earlier else None

    def _answer_after(self, request: CacheRequest, answer: Answer) -> Known | None:
        """What answers a request now that one which it waited for has gone."""
        known = self._known.from_equals(request)
        if known is None and isinstance(answer, Running):
            # It may take the room of its leader, which had some.
            self._take_place(request)
        return known

    async def _look_up(self, request: CacheRequest) -> Known | None:
        """Finds what answers a request; if nothing does, lets it enter the queue."""
        if request.place is None and not self._entrance.has_room:
            self.tasks.refuse(request.event)
            return None
        place = request.place or self._take_place(request)
        answer = await self._known.from_digest(request)
        if answer is None:
            self._known.equals.add(request.digest, place)
            answer = await self._find_or_enqueue(request, place)
        self._release_place(request)
        return answer

    async def _find_or_enqueue(
        self, request: CacheRequest, place: Place
    ) -> Known | None:
        event, engine = request.event, request.engine
        with await self._lookups.find(event, engine, place.let_pass) as found:
            if not isinstance(found.entry, Entry):
                # An earlier equal request may become the leader.
                await place.reached()
            answer = self._known.from_content(request, found)
            if answer is None and found.is_busy and found.key is not None:
                self._release_place(request)
                found = await self._elsewhere.until_known(request, found, found.key)
                answer = self._known.from_content(request, found)
            if answer is None:
                self._enqueue(request, found, has_waited=place.passed.done())
            return answer

    def _enqueue(
        self, request: CacheRequest, found: LookupResult, has_waited: bool
    ) -> None:
        if has_waited and not self._entrance.has_room:
            # It took long, and others have taken its place meanwhile.
            self.tasks.refuse(request.event)
        else:
            self._entrance.enqueue(request, found)

    def _take_place(self, request: CacheRequest) -> Place:
        place = request.place = self._arrivals.join(request.event.concurrency_id)
        self._known.equals.add(request.digest, place)
        return place

    def _release_place(self, request: CacheRequest) -> None:
        if (place := request.place) is not None:
            request.place = None
            place.release()
            self._known.equals.drop(request.digest, place)

    def _end(self, request: CacheRequest, error: BaseException | None) -> None:
        self._release_place(request)
        error = join_response.end(self._queue, request.event, error)
        if error is not None:
            self._recover(request, error)
        if request.event not in self._leaders:
            self._leaders.let_go(request.event)

    def _recover(self, request: CacheRequest, error: BaseException) -> None:
        """Lets an event run that could not be answered, if it was told nothing yet."""
        event = request.event
        if is_queued(self._queue, event) or not event.alive:
            return
        if may_run(event, error):
            self._entrance.enqueue(request, NOT_FOUND)
        else:
            self.tasks.fail(event, error)

    def _leave_values(self, event: Event, values: Mapping[int, Any] | None) -> None:
        """Leaves in an event's session what a run would have left there."""
        self.values.add(states_of(self._queue), event.session_hash, values)
