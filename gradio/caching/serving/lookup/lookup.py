"""Finds the entry that answers an event, without running its function."""

from __future__ import annotations

import asyncio
import functools
import time
from collections.abc import Callable, Mapping
from contextvars import copy_context
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

import anyio

from gradio.caching import files
from gradio.caching.engine import Engine
from gradio.caching.entry import MISS
from gradio.caching.keys import CacheKey
from gradio.caching.offload import off_loop, outlasting
from gradio.caching.serving.lookup.behind import Behind, LookBehind, look_for_value
from gradio.caching.serving.lookup.event_call import arguments_of, in_call
from gradio.caching.serving.lookup.places import Places
from gradio.caching.serving.lookup.preprocessed import ByteBudget, Reservation
from gradio.caching.serving.lookup.preprocessing import (
    preprocess,
    preprocessing_cost,
    runs_foreign_code,
    stays_valid,
)
from gradio.caching.serving.lookup.request_digest import may_change
from gradio.caching.serving.lookup.result import (
    NOT_FOUND,
    WITHHELD,
    LookupResult,
)
from gradio.caching.serving.lookup.weighing import is_light_payload, is_quick
from gradio.caching.serving.queueing.component_values import copies_of, values_of
from gradio.caching.serving.queueing.current import blocks_of
from gradio.caching.serving.queueing.session_order import SessionOrder
from gradio.caching.serving.wrappers import callee_of
from gradio.caching.sizing import size_of

if TYPE_CHECKING:
    from gradio.queueing import Event, Queue

T = TypeVar("T")


_LOOKUPS_AT_ONCE = 4
_LARGE_AT_ONCE = 2
# Of files that are larger in sum, one look-up at a time reads them.
_MUCH_READING = 256 * 2**20


def _nothing() -> None:
    pass


@dataclass(slots=True)
class _Search:
    """One look-up, the threads that it may take, and the memory if that is much."""

    event: Event
    engine: Engine
    limiter: anyio.CapacityLimiter
    may_lead: bool = True
    reservation: Reservation | None = None


class Lookups:
    """Looks up events of one queue. For one event loop."""

    def __init__(
        self,
        queue: Queue,
        order: SessionOrder | None = None,
        budget: ByteBudget | None = None,
        look_behind: LookBehind = look_for_value,
    ) -> None:
        self._queue = queue
        self._order = order
        self._budget = budget or ByteBudget()
        self.behind = Behind(queue, look_behind)
        # Threads of its own: a lookup never waits for the threads that runs need, nor
        # one of few bytes for one of many, or for code that is not Gradio's.
        self._few = anyio.CapacityLimiter(_LOOKUPS_AT_ONCE)
        self._foreign = anyio.CapacityLimiter(_LOOKUPS_AT_ONCE)
        self._large = anyio.CapacityLimiter(_LARGE_AT_ONCE)
        self._huge = anyio.CapacityLimiter(1)
        self._unknown = anyio.CapacityLimiter(_LARGE_AT_ONCE)
        self._places = Places(_LOOKUPS_AT_ONCE)
        self._reading = ByteBudget(_MUCH_READING)
        self._reads_much = False

    async def find(
        self,
        event: Event,
        engine: Engine,
        let_pass: Callable[[], None] = _nothing,
        may_lead: bool = True,
    ) -> LookupResult:
        """
        Looks the result of an event up, calling `let_pass` once it is known that this
        will take long; finds nothing if anything fails, as the run will meet the same.
        """
        if self._order is not None and not self._order.is_next(event):
            return NOT_FOUND
        search = _Search(event, engine, self._few, may_lead)
        try:
            is_light = is_light_payload(event)
            if is_light and not runs_foreign_code(event, engine):
                return await self._find(search)
            if is_light:
                finding = self._find_in_place(search)
            else:
                finding = self._find_large(search, let_pass)
            work = asyncio.ensure_future(finding)
        except Exception:
            return NOT_FOUND
        try:
            return await outlasting(work)
        except asyncio.CancelledError:
            # What threads do goes on, and counts until it is done.
            work.add_done_callback(_release_found)
            raise
        except Exception:
            return NOT_FOUND

    async def call_off_loop(self, fn: Callable[..., T], *args: Any) -> T:
        """Calls what finds out about a request, or a result, that may be large."""
        return await off_loop(self._unknown, fn, *args)

    async def _find_large(
        self, search: _Search, let_pass: Callable[[], None]
    ) -> LookupResult:
        blocks = blocks_of(self._queue)
        cost = await self.call_off_loop(preprocessing_cost, blocks, search.event)
        if cost is None or not search.event.alive:
            return NOT_FOUND
        if cost.reading > _MUCH_READING:
            let_pass()
            return await self._find_huge(search, cost.memory)
        reading = self._reading.reserve(cost.reading)
        if reading is None:
            return NOT_FOUND
        search.limiter = self._large
        try:
            return await self._find_within(cost.memory, search)
        finally:
            reading.release()

    async def _find_huge(self, search: _Search, memory: int) -> LookupResult:
        if self._reads_much:
            return NOT_FOUND if search.engine.keys.runs_user_code else WITHHELD
        self._reads_much = True
        files.UNHURRIED.set(True)
        search.limiter = self._huge
        try:
            return await self._find_within(memory, search)
        finally:
            self._reads_much = False

    async def _find_within(self, memory: int, search: _Search) -> LookupResult:
        reservation = search.reservation = self._budget.reserve(memory)
        if reservation is None:
            return NOT_FOUND
        try:
            found = await self._find_in_place(search)
        except BaseException:
            reservation.release()
            raise
        if found is NOT_FOUND:
            reservation.release()
        return found

    async def _find_in_place(self, search: _Search) -> LookupResult:
        """Code that is not Gradio's may wait for anything: few at once are in it."""
        if not runs_foreign_code(search.event, search.engine):
            return await self._find(search)
        search.limiter = self._foreign
        async with self._places.one() as is_free:
            return await self._find(search) if is_free else NOT_FOUND

    async def _find(self, search: _Search) -> LookupResult:
        event, engine, limiter = search.event, search.engine, search.limiter
        blocks = blocks_of(self._queue)
        state = blocks.state_holder[event.session_hash]
        started = time.monotonic()
        inputs = await preprocess(blocks, event, state, limiter)
        seconds = time.monotonic() - started
        left = values_of(state, event.fn.inputs)
        given, progress = arguments_of(blocks, event, inputs)
        call = callee_of(event.fn.fn).called_with(given)
        ask = in_call(blocks, event, state, engine.key_of, progress)
        ask = functools.partial(ask, *call)
        find = functools.partial(_find_entry, engine, ask, left, inputs)
        given_values = tuple(call.places().values())
        if engine.keys.runs_user_code or not is_quick(given_values, left):
            found, size = await off_loop(limiter, find)
        else:
            # As in a thread: what is set for the call is not left to what comes after.
            found, size = copy_context().run(find)
        found = await self.behind.ask(event, engine, found, search.may_lead)
        found = replace(found, arguments=given.args, call=call, seconds=seconds)
        if found.entry is MISS and may_change(event.fn, engine):
            found = replace(found, key=None)
        reservation = self._settled(search.reservation, size)
        given = inputs if reservation and stays_valid(event.fn) else None
        return replace(found, inputs=given, reservation=reservation)

    def _settled(
        self, reservation: Reservation | None, size: int
    ) -> Reservation | None:
        if reservation is None:
            return self._budget.reserve(size)
        reservation.settle(size)
        return reservation


def _find_entry(
    engine: Engine,
    make_key: Callable[[], CacheKey | None],
    left: Mapping[int, Any],
    inputs: list[Any],
) -> tuple[LookupResult, int]:
    """
    All of a look-up that takes the longer, the more there is in the inputs; with the
    bytes that they hold.
    """
    values = copies_of(left)
    key = make_key()
    entry = MISS if key is None else engine.lookup(key)
    return LookupResult(key, entry, values, None, size_of(values)), size_of(inputs)


def _release_found(work: asyncio.Future[LookupResult]) -> None:
    if not work.cancelled() and work.exception() is None:
        with work.result():
            pass
