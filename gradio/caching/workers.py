"""Threads for what is computed ahead, with nobody waiting for it."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from queue import Empty, SimpleQueue

from gradio.caching.forks import in_child, new_lock

_MOST = 4
# To begin a thread takes who wants it longer than to find a result in memory.
_LINGER = 10.0


class Workers:
    """
    Does pieces of work in a few threads, which end some seconds after there is no more
    of it, and don't keep the process alive. Thread-safe.
    """

    def __init__(self, linger: float = _LINGER) -> None:
        self._linger = linger
        self._lock = new_lock()
        self._waiting: deque[Callable[[], None]] = deque()
        self._running = 0
        # Those that wait for work, but for whom a word in the queue wakes.
        self._idle = 0
        self._wake: SimpleQueue[None] = SimpleQueue()
        in_child(self._forget)

    def submit(self, work: Callable[[], None]) -> None:
        """
        Has a piece of work done, which must not raise. Raises RuntimeError if no thread
        can do it.
        """
        with self._lock:
            self._waiting.append(work)
            if self._idle:
                self._idle -= 1
                self._wake.put(None)
                return
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
        while True:
            with self._lock:
                if self._waiting:
                    return self._waiting.popleft()
                self._idle += 1
            if not self._is_woken():
                return None

    def _is_woken(self) -> bool:
        """Waits for more work, for so long that it is better to end after that."""
        try:
            self._wake.get(timeout=self._linger)
        except Empty:
            with self._lock:
                if self._idle:
                    self._idle -= 1
                    self._running -= 1
                    return False
            self._wake.get()  # the word that just came
        return True

    def _forget(self) -> None:
        """In a forked child there are no threads but the one that forked."""
        self._waiting.clear()
        self._running = self._idle = 0
        self._wake = SimpleQueue()
