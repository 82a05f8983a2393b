"""Notices what other processes have forgotten of stores that are shared with them."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Collection, Iterable, Sequence
from typing import Protocol

from gradio.caching.errors import log_failure_once
from gradio.caching.forks import in_child, new_lock
from gradio.caching.stores.backing import Backing, Deletions

INTERVAL = 1.0
"""Seconds, for which what is in memory is trusted."""


class Watched(Protocol):
    """A shelf of which something may be in memory."""

    backing: Backing

    @property
    def name(self) -> str | None: ...
    @property
    def mark(self) -> str: ...

    def note(self, generation: str) -> None: ...

    def note_deleted(self, told: Deletions) -> None: ...

    def forget_copies(self, records: Collection[bytes]) -> None: ...


class Watch:
    """
    Asks what was cleared, deleted or replaced of all shelves, each backing once in a
    while, in a thread that does not keep the process alive. Thread-safe.
    """

    def __init__(self, interval: float = INTERVAL) -> None:
        self._interval = interval
        self._shelves: weakref.WeakSet[Watched] = weakref.WeakSet()
        self._is_running = False
        self._lock = new_lock()
        self._asking = new_lock()
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
        self._ask_for(shelves)
        return bool(shelves)

    def catch_up(self, shelf: Watched) -> None:
        """Asks once for a shelf, which is told nothing of that again later."""
        self._ask_for([shelf])

    def _ask_for(self, shelves: Iterable[Watched]) -> None:
        # One at a time: else one would be told what another was told before.
        with self._asking:
            for group in _by_backing(shelves):
                _look_at_generations(group)
                _look_at_deletions(group)

    def tell_others(self, origin: Watched, record: bytes) -> None:
        """Tells those of this process that have the same shelf of what one deleted."""
        with self._lock:
            shelves = list(self._shelves)
        for shelf in shelves:
            is_same = shelf.backing is origin.backing and shelf.name == origin.name
            if is_same and shelf is not origin:
                shelf.forget_copies([record])

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


def _by_backing(shelves: Iterable[Watched]) -> list[list[Watched]]:
    groups: dict[int, list[Watched]] = {}
    for shelf in shelves:
        if shelf.name is not None:
            groups.setdefault(id(shelf.backing), []).append(shelf)
    return list(groups.values())


def _look_at_generations(group: Sequence[Watched]) -> None:
    names = [shelf.name or "" for shelf in group]
    current = group[0].backing.generations.current(names)
    for shelf, generation in zip(group, current, strict=True):
        shelf.note(generation)


def _look_at_deletions(group: Sequence[Watched]) -> None:
    waiting: dict[tuple[str, str], list[Watched]] = {}
    for shelf in group:
        waiting.setdefault((shelf.name or "", shelf.mark), []).append(shelf)
    # Those of one name may have come to know it at different times.
    while waiting:
        since = dict(waiting.keys())
        found = group[0].backing.generations.deleted(since)
        for name, mark in since.items():
            shelves = waiting.pop((name, mark))
            for shelf in shelves if name in found else ():
                shelf.note_deleted(found[name])


WATCH = Watch()
"""Watches the shelves of all functions."""
