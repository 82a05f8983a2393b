"""Who asks to compute a result for all processes, and may come to lead."""

from __future__ import annotations

import os
from collections.abc import Callable
from types import TracebackType

from gradio.caching import ages
from gradio.caching.forks import new_lock
from gradio.caching.leases import HELD, Lease
from gradio.caching.stores.backing import Backing, Busy, Claim, Hit, Lead, Look, Place

_TOKEN_BYTES = 16
_lock = new_lock()


class Candidate:
    """
    One who asks to compute, as often as it likes. As a context, it ends: a lease that
    it got is let go, by an error of the function in a way that lets all others run. It
    may end while a thread still asks, whose lease is then let go too. Thread-safe.
    """

    def __init__(self, backing: Backing, place: Place) -> None:
        self.is_busy = False
        """Whether another process computes it, as the last answer was."""
        self._backing = backing
        self._place = place
        self._token = os.urandom(_TOKEN_BYTES)
        self._was_found = False
        self._lease: Lease | None = None
        self._is_over = False

    def __enter__(self) -> Candidate:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        lease = self._leave()
        if lease is None:
            return
        if isinstance(error, Exception):
            lease.give_up(failed=True)
        elif error is not None:
            lease.idle_since = ages.clock()  # others may hold it, and run
        lease.release(has_run=lease.idle_since is None)

    def withdraw(self) -> None:
        """Ends: what it leads is run by others, if nothing here has run it."""
        self.__exit__(None, None, None)

    @property
    def leads(self) -> bool:
        """Whether it has the lease."""
        return self._lease is not None

    @property
    def should_take(self) -> bool:
        """Whether it was not asked for a lease, as there was a record."""
        return self._was_found and not self.leads

    @property
    def claim(self) -> Claim | None:
        """What a result of the lease that it has is put by."""
        return None if self._lease is None else self._lease.claim

    def token(self) -> bytes:
        """Gives what a look is asked with: none if this process has the lease."""
        self.is_busy = self._was_found = False
        return b"" if HELD.find(self._backing, self._place) else self._token

    def note(self, look: Look) -> None:
        """Is told what a look with its token has found."""
        if isinstance(look, Lead):
            self._get(HELD.add(self._backing, self._place, look.claim))
        elif isinstance(look, Hit):
            self._was_found = True
        elif isinstance(look, Busy):
            self.is_busy = True
        else:
            self.adopt()

    def take(self) -> Claim:
        """Asks for a lease though there is a record, as that is to be replaced."""
        token = self.token()
        leases = self._backing.leases
        if leases is None or (not token and self.adopt()):
            return self.claim or Claim("")
        look = leases.take(self._place, token or self._token)
        self.note(look)
        return self.claim or look.claim

    def adopt(self) -> bool:
        """Takes part in the lease that this process has already, if it has."""
        held = HELD.find(self._backing, self._place)
        if self.leads or held is None or not held.hold():
            return self.leads
        self._get(held)
        return self.leads

    @property
    def runs_are_due(self) -> bool:
        """Whether runs of this process that others wait for do not come to begin."""
        return HELD.are_idle

    def begin(self) -> bool:
        """Is told that the run begins; tells whether others wait for it."""
        if self._lease is not None:
            self._lease.idle_since = None
        return self.leads

    def pass_on(self, may_begin: Callable[[], bool]) -> Candidate:
        """
        Makes another that has its lease, for a run that is to come as long as
        `may_begin` says so; this one is over.
        """
        other = Candidate(self._backing, self._place)
        other._lease = self._leave()
        if other._lease is not None:
            other._lease.may_begin = may_begin
        return other

    def _get(self, lease: Lease) -> None:
        with _lock:
            if not self._is_over:
                self._lease = lease
                return
        lease.release()

    def _leave(self) -> Lease | None:
        with _lock:
            lease, self._lease, self._is_over = self._lease, None, True
        return lease
