"""Notices what other processes have cleared in stores that are shared with them."""

from __future__ import annotations

import threading
import time
import weakref
from typing import Protocol

from gradio.caching.errors import log_failure_once
from gradio.caching.forks import in_child, new_lock
from gradio.caching.stores.backing import Backing

INTERVAL = 1.0
"""Seconds, for which what is in memory is trusted."""


class Watched(Protocol):
    """A shelf of which something may be in memory."""

    backing: Backing

    @property
    def name(self) -> str | None: ...

    def note(self, generation: str) -> None: ...


class Watch:
    """
    Asks for the generations of all shelves, each backing once in a while, in a thread
    that does not keep the process alive. Thread-safe.
    """

    def __init__(self, interval: float = INTERVAL) -> None:
        self._interval = interval
        self._shelves: weakref.WeakSet[Watched] = weakref.WeakSet()
        self._is_running = False
        self._lock = new_lock()
        in_child(self._stop)

    def add(self, shelf: Watched) -> None:
        """Watches a shelf from now on, for as long as it is held."""
        with self._lock:
            self._shelves.add(shelf)
            if self._is_running:
                return
            self._is_running = True
        try:
            threading.Thread(target=self._run, daemon=True, name="gr.cache").start()
        except RuntimeError:
            self._is_running = False

    def look(self) -> bool:
        """Asks once for all; False if there is nothing to ask for any more."""
        with self._lock:
            shelves = list(self._shelves)
            self._is_running = bool(shelves)
        by_backing: dict[int, list[Watched]] = {}
        for shelf in shelves:
            if shelf.name is not None:
                by_backing.setdefault(id(shelf.backing), []).append(shelf)
        for group in by_backing.values():
            names = [shelf.name or "" for shelf in group]
            current = group[0].backing.generations.current(names)
            for shelf, generation in zip(group, current, strict=True):
                shelf.note(generation)
        return bool(shelves)

    def _run(self) -> None:
        goes_on = True
        while goes_on:
            time.sleep(self._interval)
            try:
                goes_on = self.look()
            except Exception as error:
                log_failure_once("looking for what others cleared", error)

    def _stop(self) -> None:
        """In a forked child there is no such thread yet."""
        self._is_running = False


WATCH = Watch()
"""Watches the shelves of all functions."""
