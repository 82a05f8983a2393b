"""Whether a server is away, and since when: told once, and looked at by one thread."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Callable

from gradio.caching.errors import log_failure_once, logger
from gradio.caching.forks import in_child, new_lock

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0
"""Seconds between two looks at a server that is away."""

_HEALTHY = 30.0
"""Seconds, after which an outage is a new one and not that of before."""


class Outage:
    """
    A circuit breaker. While it is open nobody asks the server but one thread of its
    own, which closes it again when `probe` raises nothing. Thread-safe.
    """

    def __init__(self, title: str, probe: Callable[[], None]) -> None:
        self.title = title
        self.is_on = False
        self.number = 0
        """Rises with each outage: a failure in an earlier one is not another."""
        self._probe = weakref.WeakMethod(probe)
        self._pause = FIRST_PAUSE
        self._over_at = float("-inf")
        self._lock = new_lock()
        in_child(self._forget)

    def begin(self, error: BaseException, number: int) -> bool:
        """Is told of a failure, and which outages were over when it was asked for."""
        with self._lock:
            if self.is_on or number != self.number:
                return False
            self.is_on = True
            self.number += 1
            if time.monotonic() - self._over_at > _HEALTHY:
                self._pause = FIRST_PAUSE
        logger.warning(
            "The cache's server %s is away: %s. The app goes on, and computes what is "
            "not in its memory.",
            self.title,
            _in_words(error),
        )
        self._start()
        return True

    def look(self) -> bool:
        """Looks once whether the server is back; True to look again after a pause."""
        probe = self._probe()
        if probe is None or not self.is_on:
            return False
        try:
            probe()
        except Exception:
            return True
        with self._lock:
            self.is_on = False
            self._over_at = time.monotonic()
        logger.warning("The cache's server %s is back.", self.title)
        return False

    def next_pause(self) -> float:
        """Tells how long to wait before the next look: longer each time."""
        pause = self._pause
        self._pause = min(2 * pause, LONGEST_PAUSE)
        return pause

    def _start(self) -> None:
        mine = weakref.ref(self)
        try:
            threading.Thread(
                target=_look_until_over, args=(mine,), daemon=True, name="gr.cache"
            ).start()
        except RuntimeError as error:
            log_failure_once("starting a thread", error)
            self.is_on = False

    def _forget(self) -> None:
        """In a forked child nobody looks yet: whoever asks next finds out."""
        self.is_on = False


def _look_until_over(outage: weakref.ref[Outage]) -> None:
    goes_on = True
    while goes_on and (mine := outage()) is not None:
        pause = mine.next_pause()
        # Held by nothing meanwhile, so that it ends with its store.
        del mine
        time.sleep(pause)
        goes_on = (mine := outage()) is not None and mine.look()


def _in_words(error: BaseException) -> str:
    said = str(error).partition("\n")[0]
    return f"{type(error).__name__}: {said}" if said else type(error).__name__
