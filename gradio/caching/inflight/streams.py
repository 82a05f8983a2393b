"""
Streams that several callers share: one generator, run by whoever needs the next item.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from contextvars import ContextVar
from functools import partial
from operator import methodcaller
from typing import Any, Final

from gradio.caching.forks import in_child
from gradio.caching.inflight.own_errors import own_error
from gradio.caching.inflight.recorder import StreamNotShareableError, StreamRecorder

END: Final = object()
"""Comes after the last item."""

running_streams: ContextVar[tuple[Any, ...]] = ContextVar("streams", default=())
"""The streams whose generators run the current code."""


def offered(
    items: Iterable[Any], end: Callable[[int], Any]
) -> Generator[Any, Any, Any]:
    """
    Yields items to a consumer, and returns what `end` makes of their number. One who
    sends or throws something into the stream goes on alone: what comes then is its own.
    """
    position = 0
    for position, item in enumerate(items, 1):
        try:
            sent = yield item
        except GeneratorExit:
            raise
        except BaseException as error:
            step = methodcaller("throw", error)
            raise StreamNotShareableError(position, step) from None
        if sent is not None:
            raise StreamNotShareableError(position, methodcaller("send", sent))
    return end(position)


class Resumed:
    """A generator that was advanced, as another that `yield from` begins anew."""

    def __init__(
        self, source: Generator[Any, Any, Any], step: Callable[[Any], Any]
    ) -> None:
        self._source = source
        self._step: Callable[[Any], Any] | None = step

    def __iter__(self) -> Resumed:
        return self

    def __next__(self) -> Any:
        step, self._step = self._step, None
        return next(self._source) if step is None else step(self._source)

    def send(self, value: Any) -> Any:
        return self._source.send(value)

    def throw(self, *error: Any) -> Any:
        return self._source.throw(*error)

    def close(self) -> None:
        self._source.close()


class SharedStream:
    """A generator shared by consumers in any threads. Thread-safe."""

    def __init__(
        self, source: Generator[Any, Any, Any], recorder: StreamRecorder
    ) -> None:
        self.consumers = 0
        self._source = source
        self._recorder = recorder
        # Held while the generator runs: other consumers that need the item wait here.
        # Not re-entrant: nothing may come back into a generator that runs.
        self._turn = threading.Lock()
        self._at_turn: int | None = None
        self._is_torn = False
        in_child(self._survive_fork)
        self._owner: object | None = None
        self._end: tuple[object, Any] = (None, None)

    def subscribe(self) -> Generator[Any, None, Any]:
        """
        Yields everything from the first item on, and returns what the generator
        returned. Raises what the generator raised, or StreamNotShareableError.
        """
        me = object()
        return offered(self._items(me), partial(self._returned, me))

    def _items(self, me: object) -> Iterator[Any]:
        position = 0
        while (item := self._item(me, position)) is not END:
            yield item
            position += 1

    def _returned(self, me: object, position: int) -> Any:
        ended_by, returned = self._end
        if ended_by is me:
            return returned
        return self._recorder.copied(self._recorder.returned, position)

    def close(self) -> None:
        """Ends the generator where it stands. Only for the last consumer."""
        if not self._recorder.done:
            self._source.close()

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

    def _item(self, me: object, position: int) -> Any:
        with self._turn:
            self._at_turn = threading.get_ident()
            try:
                return self._next_item(me, position)
            finally:
                self._at_turn = None

    def _next_item(self, me: object, position: int) -> Any:
        if self._is_torn or self._owner not in (None, me):
            raise StreamNotShareableError(position)
        if position < len(self._recorder.items):
            return self._recorder.copied(self._recorder.items[position], position)
        if self._recorder.error is not None:
            raise own_error(self._recorder.error)
        return END if self._recorder.done else self._drive(me)

    def _drive(self, me: object) -> Any:
        token = running_streams.set((*running_streams.get(), self))
        try:
            with self._recorder.step():
                item = next(self._source)
        except StopIteration as stop:
            self._end = me, stop.value
            self._recorder.end(stop.value)
            return END
        except BaseException as error:
            self._recorder.fail(error)
            raise
        finally:
            running_streams.reset(token)
        own = self._recorder.add(item)
        if not self._recorder.whole:
            self._owner = me
        return own

    def _survive_fork(self) -> None:
        """In a forked child another thread may have stood in the generator."""
        if self._turn.locked() and self._at_turn != threading.get_ident():
            self._is_torn = True
            self._turn = threading.Lock()
