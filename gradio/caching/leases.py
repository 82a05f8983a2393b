"""What this process computes for all: leases, renewed by one thread while they last."""

from __future__ import annotations

import os
import threading
import time
import weakref
from collections.abc import Callable
from functools import partial

from gradio.caching import ages
from gradio.caching.errors import log_failure_once
from gradio.caching.forks import in_child, new_lock
from gradio.caching.stores.backing import LEASE, Backing, Claim, Place
from gradio.caching.writes import WRITES

RENEWAL = LEASE / 3
"""Seconds between the moments at which all leases are renewed."""

_MOMENT = 1.0
# One for all leases: it is held for a comparison alone.
_lock = new_lock()


class Lease:
    """
    The right to compute, for all processes, what is at a place. Several may hold it: an
    event that waits in the queue, its run, what writes the result. With the last one to
    let go it is given up, unless the result was put, which does that. Thread-safe.
    """

    __slots__ = (
        "__weakref__",
        "_backing",
        "_has_run",
        "_holders",
        "_is_over",
        "_pid",
        "claim",
        "idle_since",
        "may_begin",
        "place",
    )

    def __init__(self, backing: Backing, place: Place, claim: Claim) -> None:
        self.place = place
        self.claim = claim
        self.idle_since: float | None = ages.clock()
        """Since when it waits for its run to begin; None once that has."""
        self.may_begin: Callable[[], bool] = lambda: True
        """Tells whether the run for which it waits is still to come."""
        self._backing = backing
        self._holders = 1
        self._has_run = False
        self._is_over = False
        self._pid = os.getpid()

    def is_of(self, backing: Backing) -> bool:
        """Tells whether it was got of a backing."""
        return self._backing is backing

    @property
    def is_held(self) -> bool:
        """Whether it is this process's, as far as this knows: not its child's."""
        return not self._is_over and self._pid == os.getpid()

    def hold(self) -> bool:
        """Holds it once more, which is to be released; False if it is over."""
        with _lock:
            self._holders += self.is_held
            return self.is_held

    def release(self, has_run: bool = False) -> None:
        """Holds it once less; tells whether the function has run to its end."""
        with _lock:
            self._has_run |= has_run
            self._holders -= 1
            is_last = self._holders == 0
        if is_last:
            # There is no result for others: each computes for itself, not in turn.
            self.give_up(failed=self._has_run)

    def give_up(self, failed: bool = False) -> None:
        """Gives it up soon, whoever holds it, so that others lead; if failed, all."""
        with _lock:
            is_held = self.is_held
            self._is_over = True
        leases = self._backing.leases
        if is_held and leases is not None:
            token = self.claim.token
            WRITES.submit(0, partial(leases.free, self.place, token, failed=failed))

    def end(self) -> None:
        """Is told that it is over: the result was put, or it was lost."""
        self._is_over = True

    def renew(self) -> None:
        """Tells the store that the leader is still at work, if it is. Blocks."""
        if self.idle_since is not None and not self.may_begin():
            self.give_up()
            return
        leases = self._backing.leases
        if leases is None or not leases.renew(self.place, self.claim.token):
            self.end()


class HeldLeases:
    """
    The leases of a process. They are renewed in a thread that does not keep it alive,
    and ends when there is nothing to renew. Held weakly: what nobody holds any more is
    not renewed. Thread-safe.
    """

    def __init__(self, interval: float = RENEWAL) -> None:
        self._interval = interval
        # With the backing: tests have several processes in one.
        self._leases: weakref.WeakValueDictionary[tuple[int, Place], Lease] = (
            weakref.WeakValueDictionary()
        )
        self._is_running = False
        self._lock = new_lock()
        in_child(self._stop)

    def find(self, backing: Backing, place: Place) -> Lease | None:
        """Finds the lease of a place, if this process holds it."""
        lease = self._leases.get((id(backing), place))
        return lease if lease is not None and lease.is_held else None

    def hold(self, backing: Backing, place: Place, claim: Claim) -> Lease | None:
        """Holds the lease that a claim is of, if it is still held; to be released."""
        lease = self._of(backing, place, claim)
        return lease if lease is not None and lease.hold() else None

    def end(self, backing: Backing, place: Place, claim: Claim) -> None:
        """Is told that the result was put which a claim is of."""
        if claim.token and (lease := self._of(backing, place, claim)) is not None:
            lease.end()

    def add(self, backing: Backing, place: Place, claim: Claim) -> Lease:
        """Notes a lease that a look has given, and has it renewed from now on."""
        lease = Lease(backing, place, claim)
        with self._lock:
            self._leases[id(backing), place] = lease
            is_running, self._is_running = self._is_running, True
        if not is_running:
            self._start()
        return lease

    def forget(self, backing: Backing, shelf: str, key: bytes | None = None) -> None:
        """Gives up what is not to be kept: one record, or all that is of a shelf."""
        for lease in self._all():
            is_of_shelf = lease.is_of(backing) and lease.place.shelf == shelf
            if is_of_shelf and key in (None, lease.place.key):
                lease.give_up()

    @property
    def are_idle(self) -> bool:
        """Whether one has waited for a moment for its run to begin."""
        then = ages.clock() - _MOMENT
        idle = [lease.idle_since for lease in self._all()]
        return any(since is not None and since < then for since in idle)

    def renew(self) -> bool:
        """Renews all once; False if there is nothing to renew any more. Blocks."""
        with self._lock:
            leases = self._all()
            self._is_running = bool(leases)
        for lease in leases:
            try:
                lease.renew()
            except Exception as error:
                log_failure_once("renewing a lease", error)
        return bool(leases)

    def _of(self, backing: Backing, place: Place, claim: Claim) -> Lease | None:
        lease = self.find(backing, place)
        is_same = lease is not None and lease.claim.token == claim.token
        return lease if is_same else None

    def _all(self) -> list[Lease]:
        with self._lock:
            return [lease for lease in self._leases.values() if lease.is_held]

    def _start(self) -> None:
        try:
            name = "gr.cache renews"
            threading.Thread(target=self._run, daemon=True, name=name).start()
        except RuntimeError:
            self._is_running = False

    def _run(self) -> None:
        goes_on = True
        while goes_on:
            time.sleep(self._interval)
            goes_on = self.renew()

    def _stop(self) -> None:
        """In a forked child there is no such thread, and no lease is its own."""
        self._is_running = False
        self._leases.clear()


HELD = HeldLeases()
"""The leases of all functions."""


def write_led(lease: Lease | None, size: int, write: Callable[[], None]) -> bool:
    """
    Has something written that is led by a lease, if by any; held until then. Returns
    False if there is no room.
    """
    if lease is None:
        return WRITES.submit(size, write)
    is_due = WRITES.submit(size, partial(_write, lease, write))
    if not is_due:
        lease.release(has_run=True)
    return is_due


def _write(lease: Lease, write: Callable[[], None]) -> None:
    try:
        write()
    finally:
        lease.release(has_run=True)
