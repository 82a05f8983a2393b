"""Streams that several callers share: one generator, driven by whoever needs the next item."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Callable,
    Generator,
    Hashable,
    Iterator,
)
from contextvars import ContextVar
from typing import Any, Generic, Protocol, TypeVar

from gradio.caching.entry import Recording
from gradio.caching.errors import UncopyableError

_END = object()
_driven: ContextVar[tuple[Any, ...]] = ContextVar("driven", default=())


class LostStreamError(Exception):
    """The stream can't be shared any further; the rider goes on alone from where it was."""

    def __init__(self, position: int) -> None:
        super().__init__(position)
        self.position = position


class Tape:
    """
    The items of a stream, kept as private copies. Not thread-safe.
    Parameters:
        copy: makes a private copy of an item, or raises UncopyableError.
        finish: called with the recording, and the seconds that the generator ran, when it
            ended well.
    """

    def __init__(
        self, copy: Callable[[Any], Any], finish: Callable[[Recording, float], None]
    ) -> None:
        self.copy = copy
        self._finish = finish
        self.items: list[Any] = []
        self.returned: Any = None
        self.done = False
        self.whole = True
        self.error: BaseException | None = None
        self.seconds = 0.0

    @contextlib.contextmanager
    def timing(self) -> Iterator[None]:
        """Surrounds each step of the generator."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.seconds += time.perf_counter() - started

    def add(self, item: Any) -> None:
        """
        Parameters:
            item: the next item. If it can't be copied, `whole` becomes False for good.
        """
        if self.whole:
            try:
                self.items.append(self.copy(item))
            except UncopyableError:
                self.whole = False

    def end(self, returned: Any = None) -> None:
        self.done = True
        self.returned = returned
        if self.whole:
            self._finish(Recording(tuple(self.items), returned), self.seconds)

    def fail(self, error: BaseException) -> None:
        self.done = True
        self.error = error


class SharedStream:
    """
    A generator shared by riders in any threads. Thread-safe.
    Parameters:
        source: the generator.
        tape: what it is recorded on.
    """

    def __init__(self, source: Generator[Any, Any, Any], tape: Tape) -> None:
        self.riders = 0
        self._source = source
        self._tape = tape
        # Held while the generator runs: other riders that need the item wait here.
        self._turn = threading.Lock()
        self._owner: object | None = None

    def ride(self) -> Generator[Any, None, Any]:
        """
        Yields everything from the first item on, and returns what the generator returned.
        Raises what the generator raised, or LostStreamError.
        """
        me, position = object(), 0
        while (item := self._item(me, position)) is not _END:
            yield item
            position += 1
        return self._tape.copy(self._tape.returned)

    def close(self) -> None:
        """Ends the generator where it stands. Only for the last rider."""
        if not self._tape.done:
            self._source.close()

    @property
    def done(self) -> bool:
        """Whether the generator has ended, well or not."""
        return self._tape.done

    def is_driven_here(self) -> bool:
        """
        Returns:
            True if the caller is code that the generator itself runs.
        """
        return self in _driven.get()

    def _item(self, me: object, position: int) -> Any:
        with self._turn:
            if self._owner not in (None, me):
                raise LostStreamError(position)
            if position < len(self._tape.items):
                return self._tape.copy(self._tape.items[position])
            if self._tape.error is not None:
                raise self._tape.error
            return _END if self._tape.done else self._drive(me)

    def _drive(self, me: object) -> Any:
        token = _driven.set((*_driven.get(), self))
        try:
            with self._tape.timing():
                item = next(self._source)
        except StopIteration as stop:
            self._tape.end(stop.value)
            return _END
        except BaseException as error:
            self._tape.fail(error)
            raise
        finally:
            _driven.reset(token)
        self._tape.add(item)
        if not self._tape.whole:
            self._owner = me
        return item


class SharedAsyncStream:
    """
    An async generator shared by riders in one event loop. It runs in a task of its own, one
    for its whole life, as time-outs and task groups that span a `yield` need; the task
    makes an item only when a rider asks for it.
    Parameters:
        source: the async generator.
        tape: what it is recorded on.
    """

    def __init__(self, source: AsyncGenerator[Any, Any], tape: Tape) -> None:
        self.riders = 0
        self._source = source
        self._tape = tape
        self._demand = 0
        self._made = 0
        self._fresh: tuple[int, Any] = (-1, None)
        self._asked = asyncio.Event()
        self._grown = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._owner: object | None = None

    async def ride(self) -> AsyncIterator[Any]:
        """
        Yields everything from the first item on. Raises what the generator raised, or
        LostStreamError.
        """
        me, position = object(), 0
        while (item := await self._item(me, position)) is not _END:
            yield item
            position += 1

    async def aclose(self) -> None:
        """Ends the generator where it stands. Only for the last rider."""
        if self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.wait([self._task])

    @property
    def done(self) -> bool:
        """Whether the generator has ended, well or not."""
        return self._tape.done

    def is_driven_here(self) -> bool:
        """
        Returns:
            True if the caller is code that the generator itself runs.
        """
        return self in _driven.get()

    async def _item(self, me: object, position: int) -> Any:
        while self._made <= position and not self._tape.done:
            await self._ask(position)
        if self._owner not in (None, me):
            raise LostStreamError(position)
        if self._fresh[0] == position:
            return self._take(me)
        if position < len(self._tape.items):
            return self._tape.copy(self._tape.items[position])
        if self._tape.error is not None:
            raise self._tape.error
        return _END

    async def _ask(self, position: int) -> None:
        self._demand = max(self._demand, position + 1)
        self._asked.set()
        if self._task is None:
            self._task = asyncio.ensure_future(self._run())
        grown = self._grown
        await grown.wait()

    async def _run(self) -> None:
        _driven.set((*_driven.get(), self))
        try:
            while True:
                with self._tape.timing():
                    item = await anext(self._source)
                self._offer(item)
                await self._wait_for_demand()
        except StopAsyncIteration:
            self._tape.end()
        except BaseException as error:
            self._tape.fail(error)
        finally:
            self._grow()
            await self._source.aclose()

    def _take(self, me: object) -> Any:
        """The first to come gets the item itself, as from the undecorated function."""
        item, self._fresh = self._fresh[1], (-1, None)
        if not self._tape.whole:
            self._owner = me
        return item

    def _offer(self, item: Any) -> None:
        self._tape.add(item)
        self._fresh = (self._made, item)
        self._made += 1
        self._grow()

    def _grow(self) -> None:
        grown, self._grown = self._grown, asyncio.Event()
        grown.set()

    async def _wait_for_demand(self) -> None:
        while self._demand <= self._made:
            self._asked.clear()
            await self._asked.wait()


class Ridden(Protocol):
    """A stream that several may ride."""

    riders: int

    @property
    def done(self) -> bool: ...

    def is_driven_here(self) -> bool: ...


S = TypeVar("S", bound=Ridden)


class Rides(Generic[S]):
    """The streams under way of one cache, by key. Thread-safe."""

    def __init__(self) -> None:
        self._streams: dict[Hashable, S] = {}
        self._lock = threading.Lock()

    def board(self, key: Hashable, make: Callable[[], S]) -> tuple[S | None, bool]:
        """
        Parameters:
            key: what is to be streamed.
            make: makes the stream when none is under way.
        Returns:
            The stream, which the caller must `leave`, or None when the caller is run by it;
            and whether the caller is the first to ride it.
        """
        with self._lock:
            stream = self._streams.get(key)
            # One that has ended, perhaps with an error, is for its riders alone.
            leads = stream is None or stream.done
            if stream is None or leads:
                stream = self._streams[key] = make()
            elif stream.is_driven_here():
                return None, False
            stream.riders += 1
            return stream, leads

    def leave(self, key: Hashable, stream: S) -> bool:
        """
        Parameters:
            key: what the caller boarded.
            stream: the stream that it got.
        Returns:
            True if the caller was the last, and must close the stream.
        """
        with self._lock:
            stream.riders -= 1
            if stream.riders == 0 and self._streams.get(key) is stream:
                del self._streams[key]
            return stream.riders == 0
