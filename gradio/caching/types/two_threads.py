"""Work on pieces that are made one after the other, shared by two threads."""

from __future__ import annotations

import _thread
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from gradio.caching.forks import new_lock


def mapped(work: Callable[[Any], Any], pieces: Iterator[Any]) -> list[Any]:
    """
    Does what `map` does, in this thread and in another if one can be started; worth it
    if the work needs no Python. What either raises is raised here.
    """
    shared = _Shared(work, pieces)
    with suppress(RuntimeError):
        # Nobody waits until it has begun: by then all may be done.
        _thread.start_new_thread(shared.help, ())
    return shared.results()


class _Shared:
    """The pieces, and what was made of them."""

    def __init__(self, work: Callable[[Any], Any], pieces: Iterator[Any]) -> None:
        self._work = work
        self._pieces = pieces
        self._results: list[Any] = []
        self._error: BaseException | None = None
        self._taking = new_lock()
        # Held by the other thread while it may have a piece.
        self._helping = new_lock()

    def help(self) -> None:
        """Is what the other thread does."""
        with self._helping:
            self._do()

    def results(self) -> list[Any]:
        """Does the same, and waits for the last piece that the other thread has."""
        self._do()
        with self._helping:
            if self._error is not None:
                raise self._error
            return self._results

    def _do(self) -> None:
        try:
            while (taken := self._take()) is not None:
                place, piece = taken
                self._results[place] = self._work(piece)
        except BaseException as error:
            self._error = self._error or error

    def _take(self) -> tuple[int, Any] | None:
        with self._taking:
            if self._error is not None:
                return None
            for piece in self._pieces:
                self._results.append(None)
                return len(self._results) - 1, piece
            return None
