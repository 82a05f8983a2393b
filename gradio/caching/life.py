"""How long an entry may be given, and who renews it."""

from __future__ import annotations

import os
from collections import OrderedDict

from gradio.caching import ages
from gradio.caching.ages import Ages
from gradio.caching.forks import new_lock

LIFE_BYTES = 400
"""What an entry that grows old holds besides what others do."""

_FIRST_PAUSE = 1.0
_MOST_LIVES = 1024
# One for all: it is held for a comparison, and only where something is stale.
_lock = new_lock()


class Life:
    """
    The life of one entry, from the start of the run that made it to its end. First it
    is fresh; then stale, when it may be given while one caller renews it; towards its
    end it may be kept only for the case that its function fails. Thread-safe.
    """

    __slots__ = (
        "_failures",
        "_quiet_until",
        "_renewed_in",
        "_stale_until",
        "_ttl",
        "born",
        "ends",
        "fresh_until",
    )

    def __init__(self, limits: Ages, born: float) -> None:
        self.born = born
        self.fresh_until = born + limits.ttl
        self._stale_until = self.fresh_until + limits.stale
        self.ends = self.fresh_until + max(limits.stale, limits.stale_if_error)
        self._ttl = limits.ttl
        self._failures = 0
        self._quiet_until = self.fresh_until
        self._renewed_in: int | None = None

    @property
    def is_fresh(self) -> bool:
        """Whether it is to be given as it is."""
        return ages.clock() < self.fresh_until

    @property
    def may_be_given(self) -> bool:
        """Whether it is fresh, or stale while it is renewed."""
        return ages.clock() < self._stale_until

    @property
    def is_over(self) -> bool:
        """Whether it is to be given to nobody any more."""
        return ages.clock() >= self.ends

    def end_by(self, moment: float) -> None:
        """Ends it no later than at a moment that somebody else knows."""
        self.fresh_until = min(self.fresh_until, moment)
        self._stale_until = min(self._stale_until, moment)
        self.ends = min(self.ends, moment)

    def claim(self) -> bool:
        """
        Tells one caller at a time to renew what is stale; that one must call `release`
        or `fail`, unless its entry has been replaced.
        """
        now = ages.clock()
        if not self._quiet_until <= now < self._stale_until:
            return False
        with _lock:
            # In a forked child nobody renews any more.
            if self._renewed_in == os.getpid() or now < self._quiet_until:
                return False
            self._renewed_in = os.getpid()
            return True

    def release(self) -> None:
        """Lets another caller renew it, as this one could not begin."""
        self._renewed_in = None

    def fail(self) -> None:
        """Lets it be renewed again after a pause, each longer than the one before."""
        with _lock:
            pause = min(_FIRST_PAUSE * 2.0 ** min(self._failures, 64), self._ttl)
            self._failures += 1
            self._quiet_until = ages.clock() + max(pause, _FIRST_PAUSE)
            self._renewed_in = None


class Lives:
    """
    The lives of what is read again and again, so that one caller at a time renews it,
    and a failure is remembered. Thread-safe; bounded.
    """

    def __init__(self) -> None:
        self._by_key: OrderedDict[bytes, tuple[bytes, Life]] = OrderedDict()

    def of(self, key: bytes, run: bytes, life: Life) -> Life:
        """Finds the life of what a run has made; the given one if there is none."""
        with _lock:
            known_run, known = self._by_key.pop(key, (run, life))
            if known_run != run:
                known = life
            self._by_key[key] = run, known
            if len(self._by_key) > _MOST_LIVES:
                self._by_key.popitem(last=False)
            return known
