"""Receives the events of one queue: answers them, or lets them follow or enter."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Awaitable, Mapping
from typing import TYPE_CHECKING, Any

from gradio.caching.engine import Engine
from gradio.caching.entry import MISS, Entry, Miss
from gradio.caching.keys import CacheKey
from gradio.caching.serving.answers import Case
from gradio.caching.serving.batch import Batches
from gradio.caching.serving.entrance import Entrance
from gradio.caching.serving.follow.broadcast import Broadcast
from gradio.caching.serving.follow.leaders import Leaders
from gradio.caching.serving.lookup.equals import EqualRequests
from gradio.caching.serving.lookup.lookup import Lookups
from gradio.caching.serving.lookup.preprocessed import drop
from gradio.caching.serving.lookup.request_digest import request_digest
from gradio.caching.serving.lookup.request_index import KnownRequest, RequestIndex
from gradio.caching.serving.lookup.result import NOT_FOUND, LookupResult
from gradio.caching.serving.lookup.weighing import is_recognised_quickly
from gradio.caching.serving.queueing.arrival_order import ArrivalOrder, Place
from gradio.caching.serving.queueing.retries import may_run
from gradio.caching.serving.queueing.run_context import RunContext
from gradio.caching.serving.queueing.session_order import SessionOrder
from gradio.caching.serving.queueing.tasks import Tasks, Work
from gradio.caching.serving.queueing.wakeup import Wakeup
from gradio.caching.serving.replay.hits import HitAnswers
from gradio.caching.serving.replay.responses import load
from gradio.caching.serving.replay.session_values import SessionValues
from gradio.caching.serving.replay.stored import names_many_files, stored
from gradio.server_messages import EventMessage

if TYPE_CHECKING:
    from gradio.queueing import Event, Queue


class Desk:
    """Decides on events. For one event loop; refers to the queue weakly."""

    def __init__(self, queue: Queue) -> None:
        self._loop = asyncio.get_running_loop()
        self._context = RunContext(queue)
        self._queue: Queue = weakref.proxy(queue)
        self._lines = ArrivalOrder()
        self._batches = Batches()
        self._known = RequestIndex()
        self._leaders = Leaders(self._queue)
        self._looked_up = EqualRequests()
        self.tasks = Tasks(self._queue, self._context)
        self._order = SessionOrder(self._queue, self.tasks)
        self._lookups = Lookups(self._queue, self._order)
        self.deferred, self.naps = SessionValues(), Wakeup()
        self._hits = HitAnswers(self._queue, self._lookups, self.deferred)
        self._entrance = Entrance(self._queue, self._leaders, self.naps, self._known)

    def is_here(self) -> bool:
        """Return whether this is the loop that the desk is for."""
        return self._loop is asyncio.get_running_loop()

    async def receive(self, event: Event, engine: Engine) -> bool:
        """Takes a registered event; False if it would have to enter a full queue."""
        if event.fn.batch:
            event.fn = self._batches.runner(event.fn, engine)
        case, work = Case(event, engine), None
        if is_recognised_quickly(event):
            digest = self._context.call(request_digest, self._queue, event, engine)
            case.digest, case.is_digested = digest, True
            work = self._recognise(case)
        if work is None and (earlier := self._order.earlier_answers(event)) is not None:
            work = self._ask_again(case, earlier)
        if work is None and not self._has_room:
            work = await self._answer_soon(case)
            if work is None:
                return False
        work = work or self._look_up(case)
        self.tasks.start(event, work, lambda error: self._end(case, error))
        return True

    def leave(self, session_hash: str | None, event_id: str | None) -> None:
        """Stops answering the events of a session that has left, or one cancelled."""

        def leaves(event: Event) -> bool:
            return event.session_hash == session_hash or event._id == event_id

        self.tasks.cancel(leaves)
        for event in filter(leaves, self._leaders.events):
            if event in self._entrance.waiting_with(event):
                self.finish(event)

    def observe(self, event: Event, message: EventMessage) -> bool:
        """Passes on what is sent to an event; False if it was sent that already."""
        return self._leaders.observe(event, message)

    def finish(self, event: Event) -> None:
        """Tells others that an event has ended, however, and frees its inputs."""
        self._leaders.finish(event)
        if event.data is not None:
            drop(event.data.data)

    def _recognise(self, case: Case) -> Work | None:
        """What answers a request by what is known of it, None if there is nothing."""
        if (first := self._looked_up.first(case.digest)) is not None:
            return self._ask_again(case, self._looked_up.wait_for(case.digest, first))
        if (known := self._known.get(case.digest)) is None:
            return None
        if names_many_files(case.engine, known.key):
            return self._recognise_by_files(case, known)
        return self._answer_known(case, known, *stored(case, known.key))

    def _answer_known(
        self, case: Case, known: KnownRequest, entry: Entry | Miss, response: Any
    ) -> Work | None:
        if isinstance(entry, Entry):
            return self._hits.give(case, known, entry, response)
        return self._follow(case, known.key, known.values)

    async def _recognise_by_files(self, case: Case, known: KnownRequest) -> None:
        found = await self._lookups.call_off_loop(stored, case, known.key)
        await self._go_on(case, self._answer_known(case, known, *found))

    async def _recognise_large(self, case: Case) -> Work | None:
        """As `_recognise`, for a request that takes a thread, the first time."""
        if case.is_digested:
            return None
        case.digest = await self._lookups.call_off_loop(
            request_digest, self._queue, case.event, case.engine
        )
        case.is_digested = True
        return self._recognise(case)

    async def _answer_soon(self, case: Case) -> Work | None:
        """What answers a request that finds no room, if that is found out soon."""

        async def find() -> Work | None:
            if (work := await self._recognise_large(case)) is not None:
                return work
            with await self._lookups.find(case.event, case.engine) as found:
                return self._answer(case, found)

        finding = self._context.start(find())
        await asyncio.wait({finding}, timeout=self._lines.patience)
        if finding.done():
            return finding.result()
        finding.cancel()
        return None

    def _answer(self, case: Case, found: LookupResult) -> Work | None:
        """The work that answers a request by its content, None if there is none."""
        if found.key is None:
            return None
        known = KnownRequest(found.key, found.values, found.values_size)
        self._known.add(case.digest, known)
        if isinstance(found.entry, Entry):
            return self._hits.replay(case, found.key, found.entry, found.arguments)
        return self._follow(case, found.key, found.values)

    def _look_up(self, case: Case) -> Work:
        """Takes its place now: in the order of arrival, not of first steps."""
        case.place = self._lines.join(case.event.concurrency_id)
        self._looked_up.add(case.digest, case.place)
        return self._answer_or_enqueue(case, case.place)

    async def _answer_or_enqueue(self, case: Case, place: Place) -> None:
        work = await self._recognise_large(case)
        if work is None:
            self._looked_up.add(case.digest, place)
            work = await self._find_or_enqueue(case, place)
        self._leave_line(case)
        if work is not None:
            await work

    async def _find_or_enqueue(self, case: Case, place: Place) -> Work | None:
        with await self._lookups.find(case.event, case.engine, place.let_pass) as found:
            if not isinstance(found.entry, Entry):
                # Only now: one of those before may be the first to ask for the same.
                await place.reached()
            if (work := self._answer(case, found)) is not None:
                return work
            if place.passed.done() and not self._has_room:
                # It took long, and others have taken its place meanwhile.
                self.tasks.refuse(case.event)
            else:
                self._entrance.enqueue(case, found)
            return None

    def _leave_line(self, case: Case) -> None:
        if case.place is not None:
            case.place.release()
        self._looked_up.drop(case.digest, case.place)

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
        if may_run(case.event, error):
            self._entrance.enqueue(case, NOT_FOUND)
        else:
            self.tasks.fail(case.event, error)

    async def _ask_again(self, case: Case, others: Awaitable[Any]) -> None:
        """For a request that came while one it depends on was being looked up."""
        await others
        await self._go_on(case, self._recognise(case))

    async def _go_on(self, case: Case, work: Work | None) -> None:
        """Does what was found to answer a request; if nothing was, looks it up."""
        if work is not None:
            await work
        elif self._has_room:
            await self._look_up(case)
        else:
            self.tasks.refuse(case.event)

    def _follow(
        self, case: Case, key: CacheKey, values: Mapping[int, Any]
    ) -> Work | None:
        if (broadcast := self._leaders.running(case.engine.cache, key)) is None:
            return None
        self._hits.leave_values(case.event, values)
        return self._receive_from(case, broadcast, values)

    async def _receive_from(
        self, case: Case, broadcast: Broadcast, values: Mapping[int, Any]
    ) -> None:
        event = case.event
        if not await broadcast.follow(event, self._leaders.variant(event)):
            await (self._recognise(case) or self._look_up(case))
            return
        self._hits.count(event)
        entry = case.engine.lookup(broadcast.key)
        response = None if entry is MISS else load(entry, event)
        left = {} if response is None else response.values
        self._hits.leave_values(event, {**values, **left})

    @property
    def _has_room(self) -> bool:
        # Those being looked up count: each may place out to be a miss.
        return self._entrance.has_room(self._lines.waiting)
