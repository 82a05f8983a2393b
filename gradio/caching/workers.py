"""Threads for what is computed ahead, with nobody waiting for it."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from gradio.caching.forks import in_child, new_lock

_MOST = 4


class Workers:
    """
    Does pieces of work in a few threads, which end when there is no more of it, and
    don't keep the process alive. Thread-safe.
    """

    def __init__(self) -> None:
        self._lock = new_lock()
        self._waiting: deque[Callable[[], None]] = deque()
        self._running = 0
        in_child(self._forget)

    def submit(self, work: Callable[[], None]) -> None:
        """
        Has a piece of work done, which must not raise. Raises RuntimeError if no thread
        can do it.
        """
        with self._lock:
            self._waiting.append(work)
            if self._running == _MOST:
                return
            self._running += 1
        try:
            threading.Thread(target=self._work, daemon=True, name="gr.cache").start()
        except RuntimeError:
            self._give_up(work)

    def _give_up(self, work: Callable[[], None]) -> None:
        with self._lock:
            self._running -= 1
            if work not in self._waiting:
                return  # another thread does it
            self._waiting.remove(work)
        raise RuntimeError("no thread can be started")

    def _work(self) -> None:
        while (work := self._next()) is not None:
            work()
            del work  # holds what it was given as long as nothing else comes

    def _next(self) -> Callable[[], None] | None:
        with self._lock:
            if self._waiting:
                return self._waiting.popleft()
            self._running -= 1
            return None

    def _forget(self) -> None:
        """In a forked child there are no threads but the one that forked."""
        self._waiting.clear()
        self._running = 0
