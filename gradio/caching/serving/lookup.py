"""Finds the entry that answers an event, without running its function."""

from __future__ import annotations

import asyncio
import functools
import time
from collections.abc import Callable, Mapping
from contextvars import copy_context
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import anyio

from gradio.caching.engine import Engine
from gradio.caching.entry import MISS
from gradio.caching.offload import off_loop, outlasting
from gradio.caching.serving.calls import arguments_of, in_call
from gradio.caching.serving.current import blocks_of
from gradio.caching.serving.found import NOTHING, Found, values_of
from gradio.caching.serving.handover import Budget, Reservation
from gradio.caching.serving.preprocessing import (
    is_gradio_s,
    preprocess,
    preprocessing_cost,
    stays_valid,
)
from gradio.caching.serving.requests import besides_inputs
from gradio.caching.serving.session_order import SessionOrder
from gradio.caching.serving.weighing import is_light_payload, is_quick
from gradio.caching.serving.wrappers import callee_of
from gradio.caching.sizing import size_of
from gradio.caching.snapshot import snapshot
from gradio.caching.tickets import Ticket

if TYPE_CHECKING:
    from gradio.block_function import BlockFunction
    from gradio.queueing import Event, Queue

T = TypeVar("T")

_LOOKUPS_AT_ONCE = 4
_LARGE_AT_ONCE = 2
# Of files that are larger in sum, one look-up at a time reads them.
_MUCH_READING = 256 * 2**20


class Lookups:
    """
    Looks up events of one queue. For one event loop.
    Parameters:
        queue: the queue.
        order: says whether an event's turn has come in its session.
        budget: what preprocessed inputs count in.
    """

    def __init__(
        self,
        queue: Queue,
        order: SessionOrder | None = None,
        budget: Budget | None = None,
    ) -> None:
        self._queue = queue
        self._order = order
        self._budget = budget or Budget()
        # Threads of its own: a lookup never waits for the threads that runs need, nor
        # one of few bytes for one of many, or for code that is not Gradio's.
        self._few = anyio.CapacityLimiter(_LOOKUPS_AT_ONCE)
        self._foreign = anyio.CapacityLimiter(_LOOKUPS_AT_ONCE)
        self._large = anyio.CapacityLimiter(_LARGE_AT_ONCE)
        self._huge = anyio.CapacityLimiter(1)
        self._unknown = anyio.CapacityLimiter(_LARGE_AT_ONCE)
        self._reads_much = False

    async def find(self, event: Event, engine: Engine) -> Found:
        """
        Parameters:
            event: the event.
            engine: the engine of its function.
        Returns:
            What was found. Nothing, if anything fails, or would take more memory than
            there is: the run will meet the same and show it as without a cache.
        """
        if self._order is not None and not self._order.is_next(event):
            return NOTHING
        try:
            if is_light_payload(event):
                limiter = self._few_or_foreign(event)
                return await self._find(event, engine, limiter, None)
            work = asyncio.ensure_future(self._find_large(event, engine))
        except Exception:
            return NOTHING
        try:
            return await outlasting(work)
        except asyncio.CancelledError:
            # What threads do goes on, and counts until it is done.
            work.add_done_callback(_release_found)
            raise
        except Exception:
            return NOTHING

    async def call_off_loop(self, fn: Callable[..., T], *args: Any) -> T:
        """Calls what finds out about a request, or a result, that may be large."""
        return await off_loop(self._unknown, fn, *args)

    def _few_or_foreign(self, event: Event) -> anyio.CapacityLimiter:
        is_known = all(map(is_gradio_s, event.fn.inputs))
        return self._few if is_known else self._foreign

    async def _find_large(self, event: Event, engine: Engine) -> Found:
        cost = await self.call_off_loop(
            preprocessing_cost, blocks_of(self._queue), event
        )
        if cost is None or not event.alive:
            return NOTHING
        if cost.reading <= _MUCH_READING:
            return await self._find_within(event, engine, self._large, cost.memory)
        if self._reads_much:
            return NOTHING
        self._reads_much = True
        try:
            return await self._find_within(event, engine, self._huge, cost.memory)
        finally:
            self._reads_much = False

    async def _find_within(
        self,
        event: Event,
        engine: Engine,
        limiter: anyio.CapacityLimiter,
        memory: int,
    ) -> Found:
        reservation = self._budget.reserve(memory)
        if reservation is None:
            return NOTHING
        try:
            return await self._find(event, engine, limiter, reservation)
        except BaseException:
            reservation.release()
            raise

    async def _find(
        self,
        event: Event,
        engine: Engine,
        limiter: anyio.CapacityLimiter,
        reservation: Reservation | None,
    ) -> Found:
        blocks = blocks_of(self._queue)
        state = blocks.state_holder[event.session_hash]
        started = time.monotonic()
        inputs = await preprocess(blocks, event, state, limiter)
        seconds = time.monotonic() - started
        left = values_of(state, event.fn.inputs)
        arguments, progress = arguments_of(blocks, event, inputs)
        ask = in_call(blocks, event, state, engine.ticket, progress)
        callee = callee_of(event.fn.fn)
        args = (*callee.args, *arguments)
        ask = functools.partial(ask, args, dict(callee.kwargs))
        find = functools.partial(_find_entry, engine, ask, left, inputs)
        if engine.keys.runs_user_code:
            found, size = await off_loop(self._foreign, find)
        elif not is_quick(args, left):
            found, size = await off_loop(limiter, find)
        else:
            # As in a thread: what is set for the call is not left to what comes after.
            found, size = copy_context().run(find)
        reservation = self._reserved(reservation, size)
        if found.entry is MISS and _may_change(event.fn, engine):
            found = replace(found, ticket=None)
        kept = inputs if reservation and stays_valid(event.fn) else None
        given = {"inputs": kept, "reservation": reservation, "arguments": arguments}
        return replace(found, **given, seconds=seconds)

    def _reserved(
        self, reservation: Reservation | None, size: int
    ) -> Reservation | None:
        if reservation is None:
            return self._budget.reserve(size)
        reservation.settle(size)
        return reservation


def _find_entry(
    engine: Engine,
    make_ticket: Callable[[], Ticket | None],
    left: Mapping[int, Any],
    inputs: list[Any],
) -> tuple[Found, int]:
    """
    All of a look-up that takes the longer, the more there is in the inputs; with the
    bytes that they hold.
    """
    values = {component: snapshot(value) for component, value in left.items()}
    ticket = make_ticket()
    entry = MISS if ticket is None else engine.lookup(ticket)
    return Found(ticket, entry, values, None, size_of(values)), size_of(inputs)


def _may_change(fn: BlockFunction, engine: Engine) -> bool:
    """Whether the run may belong elsewhere than was found out before it."""
    return not engine.keys.runs_user_code and besides_inputs(fn, engine) is None


def _release_found(work: asyncio.Future[Found]) -> None:
    if not work.cancelled() and work.exception() is None:
        with work.result():
            pass
