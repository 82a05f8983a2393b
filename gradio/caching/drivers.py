"""Carries out an engine's read-through in a thread, in an event loop, or item by item."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Generator,
    Hashable,
)
from typing import Any

from gradio.caching.engine import Engine, ReadThrough, Step, Ticket
from gradio.caching.entry import MISS, Entry, Recording
from gradio.caching.flight import Outcome, follow, follow_async
from gradio.caching.rides import Rides
from gradio.caching.scope import sessions
from gradio.caching.scope.toasts import Toast, catching
from gradio.caching.streams import LostStreamError, SharedStream, Tape
from gradio.caching.streams_async import SharedAsyncStream


def drive(steps: ReadThrough, compute: Callable[[], Any]) -> Any:
    """
    Carries out a read-through in a thread.
    Parameters:
        steps: the read-through.
        compute: runs the function.
    Returns:
        The result. Raises what the function raises.
    """

    def carry_out(step: Step) -> Any:
        if step is None:
            return compute()
        # A thread that runs an event loop must not wait: the leader may need the loop.
        return Outcome.UNSHARED if _runs_event_loop() else follow(step)

    try:
        step = next(steps)
        while True:
            try:
                answer = carry_out(step)
            except BaseException as error:
                step = _throw(steps, error)
            else:
                step = steps.send(answer)
    except StopIteration as stop:
        return stop.value


async def drive_async(steps: ReadThrough, compute: Callable[[], Awaitable[Any]]) -> Any:
    """
    Carries out a read-through in an event loop.
    Parameters:
        steps: the read-through.
        compute: runs the coroutine function.
    Returns:
        The result. Raises what the function raises.
    """
    try:
        step = next(steps)
        while True:
            try:
                answer = await (compute() if step is None else follow_async(step))
            except BaseException as error:
                step = _throw(steps, error)
            else:
                step = steps.send(answer)
    except StopIteration as stop:
        return stop.value


def _throw(steps: ReadThrough, error: BaseException) -> Step:
    try:
        return steps.throw(error)
    except RuntimeError as wrapped:
        # What Python makes of a StopIteration that crosses a generator.
        raise (error if wrapped.__cause__ is error else wrapped) from None


def _runs_event_loop() -> bool:
    return asyncio._get_running_loop() is not None


def iterate(
    engine: Engine, ticket: Ticket, start: Callable[[], Generator[Any, Any, Any]]
) -> Generator[Any, None, Any]:
    """
    The read-through of a generator function.
    Parameters:
        engine: the engine of the function.
        ticket: where the recording belongs.
        start: makes the generator.
    Returns:
        What the generator returns. Yields what it yields, raises what it raises.
    """
    if (found := engine.lookup(ticket)) is not MISS:
        return (yield from _replay(engine, found))
    key = ticket
    stream, leads = engine.shelf.rides.board(
        key, lambda: SharedStream(start(), _tape(engine, ticket))
    )
    if stream is None:
        return (yield from start())
    try:
        if not leads:
            sessions.note_hit()
        elif (found := engine.lookup(ticket)) is not MISS:
            return (yield from _replay(engine, found))
        return (yield from stream.ride())
    except LostStreamError as lost:
        return (yield from _skip(start(), lost.position))
    finally:
        if engine.shelf.rides.leave(key, stream):
            stream.close()


async def iterate_async(
    engine: Engine, ticket: Ticket, start: Callable[[], AsyncGenerator[Any, Any]]
) -> AsyncIterator[Any]:
    """
    The read-through of an async generator function.
    Parameters:
        engine: the engine of the function.
        ticket: where the recording belongs.
        start: makes the async generator.
    Returns:
        An async iterator of what the generator yields. Raises what it raises.
    """
    if (found := engine.lookup(ticket)) is not MISS:
        for item in _replay(engine, found):
            yield item
        return
    key = _ride_in_loop(ticket)
    stream, leads = engine.shelf.rides.board(
        key, lambda: SharedAsyncStream(start(), _tape(engine, ticket))
    )
    if stream is None:
        async for item in start():
            yield item
        return
    try:
        if not leads:
            sessions.note_hit()
        async for item in stream.ride():
            yield item
    except LostStreamError as lost:
        async for item in _skip_async(start(), lost.position):
            yield item
    finally:
        if engine.shelf.rides.leave(key, stream):
            await stream.aclose()


def hold_stream(engine: Engine, ticket: Ticket) -> Callable[[], None] | None:
    """
    Keeps a running stream from ending when its riders leave. Must be called in an event loop.
    Parameters:
        engine: the engine of the function.
        ticket: where the recording belongs.
    Returns:
        What lets it go, to be called in the same loop; None if there is no such stream.
    """
    rides = engine.shelf.rides
    for key in (ticket, _ride_in_loop(ticket)):
        if (stream := rides.hold(key)) is not None:
            return functools.partial(_let_go, rides, key, stream)
    return None


def _let_go(rides: Rides[Any], key: Hashable, stream: Any) -> None:
    if not rides.leave(key, stream):
        return
    if isinstance(stream, SharedStream):
        stream.close()
    else:
        asyncio.ensure_future(stream.aclose())


def _ride_in_loop(ticket: Ticket) -> Hashable:
    # An async generator belongs to its loop; each loop has a stream of its own.
    return ticket, asyncio.get_running_loop()


def _tape(engine: Engine, ticket: Ticket) -> Tape:
    told: list[Toast] = []

    def finish(recording: Recording, seconds: float) -> None:
        engine.keep(ticket, recording, seconds, told)

    return Tape(engine.private, finish, lambda: catching(told))


def _replay(engine: Engine, entry: Entry) -> Generator[Any, None, Any]:
    engine.note_hit(entry)
    for item in entry.value.yields:
        yield engine.private(item)
    return engine.private(entry.value.returned)


def _skip(source: Generator[Any, Any, Any], position: int) -> Generator[Any, None, Any]:
    for _ in range(position):
        next(source)
    return (yield from source)


async def _skip_async(
    source: AsyncGenerator[Any, Any], position: int
) -> AsyncIterator[Any]:
    for _ in range(position):
        await anext(source)
    async for item in source:
        yield item
