"""What keeps the items of a stream, for all its consumers and for the store."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager
from typing import Any

from gradio.caching.entry import Recording
from gradio.caching.errors import UncopyableError
from gradio.caching.inflight.own_errors import own_error


class StreamNotShareableError(Exception):
    """
    The stream can't be shared any further; the consumer goes on alone from where it
    was.
    """

    def __init__(self, position: int, step: Callable[[Any], Any] = next) -> None:
        super().__init__(position)
        self.position = position
        self.step = step


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

    def add(self, item: Any) -> Any:
        """
        Records an item, and returns what the one who had it made gets: a copy, as the
        generator may hold the item itself and yield it again. If there is no copy, it
        is the item, and `whole` becomes False for good.
        """
        self.has_begun = True
        if not self.whole:
            return item
        try:
            kept = self.copy(item)
            own = item if kept is item else self.copy(kept)
        except UncopyableError:
            self.whole = False
            return item
        self.items.append(kept)
        return own

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
                self.returned = self.copy(returned)
                recording = Recording(tuple(self.items), self.returned)
                self._finish(recording, self.seconds)
        # After it is stored: who comes now finds either the stream or the entry.
        self.done = True

    def fail(self, error: BaseException) -> None:
        """Keeps an error as it is now: who had the generator run gets it itself."""
        self.done = True
        self.error = own_error(error)
