"""
Streams that several callers share: one generator, run by whoever needs the next item.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import AbstractContextManager
from contextvars import ContextVar
from functools import partial
from operator import methodcaller
from typing import Any, Final

from gradio.caching.entry import Recording
from gradio.caching.errors import UncopyableError
from gradio.caching.forks import in_child

END: Final = object()
"""Comes after the last item."""

running_streams: ContextVar[tuple[Any, ...]] = ContextVar("streams", default=())
"""The streams whose generators run the current code."""


class StreamNotShareableError(Exception):
    """
    The stream can't be shared any further; the consumer goes on alone from where it
    was.
    """

    def __init__(self, position: int, step: Callable[[Any], Any] = next) -> None:
        super().__init__(position)
        self.position = position
        self.step = step


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


class StreamRecorder:
    """The items of a stream, kept as private copies. Not thread-safe."""

    def __init__(
        self,
        copy: Callable[[Any], Any],
        finish: Callable[[Recording, float], None],
        surround: Callable[[], AbstractContextManager[None]] = contextlib.nullcontext,
    ) -> None:
        self.copy = copy
        self._finish = finish
        self._surround = surround
        self.items: list[Any] = []
        self.returned: Any = None
        self.done = False
        self.whole = True
        self.has_begun = False
        self.error: BaseException | None = None
        self.seconds = 0.0

    @contextlib.contextmanager
    def step(self) -> Generator[None]:
        """Surrounds each step of the generator, and adds up what they take."""
        started = time.perf_counter()
        try:
            with self._surround():
                yield
        finally:
            self.seconds += time.perf_counter() - started

    def add(self, item: Any) -> None:
        """Records an item; if it can't be copied, `whole` becomes False for good."""
        self.has_begun = True
        if self.whole:
            try:
                self.items.append(self.copy(item))
            except UncopyableError:
                self.whole = False

    def copied(self, value: Any, position: int) -> Any:
        """Copies what comes after so many items, or raises StreamNotShareableError."""
        try:
            return self.copy(value)
        except UncopyableError:
            raise StreamNotShareableError(position) from None

    def end(self, returned: Any = None) -> None:
        self.returned = returned
        if self.whole:
            with contextlib.suppress(UncopyableError):
                recording = Recording(tuple(self.items), self.copy(returned))
                self._finish(recording, self.seconds)
        # After it is stored: who comes now finds either the stream or the entry.
        self.done = True

    def fail(self, error: BaseException) -> None:
        self.done = True
        self.error = error


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
        self._ended_by: object | None = None

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
        returned = self._recorder.returned
        return (
            returned
            if self._ended_by is me
            else self._recorder.copied(returned, position)
        )

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
            raise self._recorder.error
        return END if self._recorder.done else self._drive(me)

    def _drive(self, me: object) -> Any:
        token = running_streams.set((*running_streams.get(), self))
        try:
            with self._recorder.step():
                item = next(self._source)
        except StopIteration as stop:
            self._ended_by = me
            self._recorder.end(stop.value)
            return END
        except BaseException as error:
            self._recorder.fail(error)
            raise
        finally:
            running_streams.reset(token)
        self._recorder.add(item)
        if not self._recorder.whole:
            self._owner = me
        return item

    def _survive_fork(self) -> None:
        """In a forked child another thread may have stood in the generator."""
        if self._turn.locked() and self._at_turn != threading.get_ident():
            self._is_torn = True
            self._turn = threading.Lock()
