"""What is written to stores with nobody waiting for it, within bounds."""

from __future__ import annotations

import atexit
from collections.abc import Callable
from concurrent.futures import Future, wait

from gradio.caching.errors import log_failure_once, log_once
from gradio.caching.forks import in_child, new_lock
from gradio.caching.workers import Workers

MOST_BYTES = 64 * 2**20
"""Of values that wait to be written; what comes on top of that is left out."""

AT_EXIT = 2.0
"""Seconds that the end of the process waits for what is still to be written."""


class Writes:
    """Does pieces of writing in a few threads, in no order. Thread-safe."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._waiting: set[Future[None]] = set()
        self._workers = Workers()
        self._lock = new_lock()
        in_child(self._forget)
        atexit.register(self.flush, AT_EXIT)

    def submit(self, size: int, write: Callable[[], None]) -> bool:
        """Has something written that holds so many bytes; False if there is no room."""
        done: Future[None] = Future()
        with self._lock:
            if self._bytes and self._bytes + size > self._most_bytes:
                log_once("writes", "A result was not written, as too many still wait.")
                return False
            self._bytes += size
            self._waiting.add(done)
        try:
            self._workers.submit(lambda: self._write(size, write, done))
        except RuntimeError:
            self._settle(size, done)
            return False
        return True

    def flush(self, seconds: float | None = None) -> bool:
        """Waits until all is written that was submitted, or so long; tells whether."""
        with self._lock:
            waiting = list(self._waiting)
        return not wait(waiting, seconds).not_done

    def _write(self, size: int, write: Callable[[], None], done: Future[None]) -> None:
        try:
            write()
        except Exception as error:
            log_failure_once("writing to a store", error)
        finally:
            self._settle(size, done)

    def _settle(self, size: int, done: Future[None]) -> None:
        with self._lock:
            self._bytes -= size
            self._waiting.discard(done)
        done.set_result(None)

    def _forget(self) -> None:
        """In a forked child, what waits is its parent's."""
        self._bytes = 0
        self._waiting.clear()


WRITES = Writes()
"""The writes of all functions."""
