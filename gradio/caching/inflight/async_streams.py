"""Async streams that several callers share: one async generator, run on demand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable
from typing import Any

from gradio.caching.inflight.own_errors import own_error
from gradio.caching.inflight.recorder import StreamNotShareableError, StreamRecorder
from gradio.caching.inflight.streams import END, running_streams
from gradio.caching.offload import is_light, off_loop, off_loop_if_heavy, own_threads
from gradio.caching.types.scalars import IMMUTABLE


class Interjections:
    """
    What a caller sent or threw into an async generator, for another one that it wraps:
    there is no `yield from` for them. As a context, it takes what is thrown.
    """

    __slots__ = ("sent", "thrown")

    def __init__(self) -> None:
        self.sent: Any = None
        self.thrown: BaseException | None = None

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, __: object) -> bool:
        if error is not None:
            self.catch(error)
        return True

    def catch(self, error: BaseException) -> None:
        """Takes what was thrown, except for what ends the caller itself."""
        if isinstance(error, GeneratorExit):
            raise error
        self.thrown = error

    def steps(self, source: AsyncGenerator[Any, Any]) -> AsyncIterator[Any]:
        """Iterates over the wrapped generator, passing on what was sent or thrown."""
        return _Steps(self, source)

    def step(self, source: AsyncGenerator[Any, Any]) -> Awaitable[Any]:
        """Passes on what there is."""
        sent, thrown = self.sent, self.thrown
        self.sent = self.thrown = None
        return source.asend(sent) if thrown is None else source.athrow(thrown)


class _Steps:
    __slots__ = ("_next", "_said", "_source")

    def __init__(self, said: Interjections, source: AsyncGenerator[Any, Any]) -> None:
        self._said = said
        self._source = source
        self._next = source.__anext__

    def __aiter__(self) -> _Steps:
        return self

    def __anext__(self) -> Awaitable[Any]:
        if self._said.sent is None and self._said.thrown is None:
            return self._next()
        return self._said.step(self._source)


class SharedAsyncStream:
    """
    An async generator shared by consumers in one event loop. It runs in a task of its
    own, one for its whole life, as time-outs and task groups that span a `yield` need;
    the task makes an item only when a consumer asks for it.
    """

    def __init__(
        self, source: AsyncGenerator[Any, Any], recorder: StreamRecorder
    ) -> None:
        self.consumers = 0
        self._source = source
        self._recorder = recorder
        self._demand = 0
        self._made = 0
        self._fresh: tuple[int, Any] = (-1, None)
        self._error: BaseException | None = None
        self._asked = asyncio.Event()
        self._grown = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._owner: object | None = None

    async def subscribe(self) -> AsyncGenerator[Any, None]:
        """
        Yields everything from the first item on. Raises what the generator raised, or
        StreamNotShareableError.
        """
        me, position = object(), 0
        while (item := await self._item(me, position)) is not END:
            yield item
            position += 1

    async def aclose(self) -> None:
        """Ends the generator where it stands. Only for the last consumer."""
        if self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.wait([self._task])

    @property
    def done(self) -> bool:
        """Whether the generator has ended, well or not."""
        return self._recorder.done

    @property
    def has_begun(self) -> bool:
        """Whether the generator has given an item."""
        return self._recorder.has_begun

    def is_running_here(self) -> bool:
        """Tells whether the caller is code that the generator itself runs."""
        return self in running_streams.get()

    async def _item(self, me: object, position: int) -> Any:
        while self._made <= position and not self._recorder.done:
            await self._ask(position)
        if self._owner not in (None, me):
            raise StreamNotShareableError(position)
        if self._fresh[0] == position:
            return self._take(me)
        if position < len(self._recorder.items):
            item = self._recorder.items[position]
            return await off_loop_if_heavy(item, self._recorder.copied, item, position)
        if self._recorder.error is not None:
            raise self._take_error(self._recorder.error)
        return END

    async def _ask(self, position: int) -> None:
        self._demand = max(self._demand, position + 1)
        self._asked.set()
        if self._task is None:
            self._task = asyncio.ensure_future(self._run())
        grown = self._grown
        await grown.wait()

    async def _run(self) -> None:
        running_streams.set((*running_streams.get(), self))
        try:
            while True:
                with self._recorder.step():
                    item = await anext(self._source)
                if type(item) in IMMUTABLE or is_light(item):
                    own = self._recorder.add(item)
                else:
                    own = await off_loop(own_threads(), self._recorder.add, item)
                self._offer(own)
                await self._wait_for_demand()
        except StopAsyncIteration:
            await off_loop_if_heavy(self._recorder.items, self._recorder.end)
        except BaseException as error:
            self._error = error
            self._recorder.fail(error)
        finally:
            self._grow()
            await self._source.aclose()

    def _take(self, me: object) -> Any:
        """Gives the first to come what was made for it, without another copy."""
        item, self._fresh = self._fresh[1], (-1, None)
        if not self._recorder.whole:
            self._owner = me
        return item

    def _take_error(self, kept: BaseException) -> BaseException:
        """Gives the first to come the error itself, and the others copies of it."""
        error, self._error = self._error, None
        return own_error(kept) if error is None else error

    def _offer(self, item: Any) -> None:
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
