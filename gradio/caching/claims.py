"""What looks into a store have found, for the runs that come after them."""

from __future__ import annotations

from collections import OrderedDict

from gradio.caching.forks import new_lock
from gradio.caching.stores.backing import Claim

_MOST = 1024


class Claims:
    """
    By key, what the latest look has found; and of each run, what was found before it
    began, whoever looks meanwhile. Thread-safe.
    """

    def __init__(self) -> None:
        self._of_looks: OrderedDict[bytes, Claim] = OrderedDict()
        self._of_runs: OrderedDict[bytes, Claim] = OrderedDict()
        self._lock = new_lock()

    def note(self, key: bytes, claim: Claim) -> None:
        """Notes what a look has found."""
        with self._lock:
            _add(self._of_looks, key, claim)

    def begin(self, key: bytes) -> None:
        """Is told that a run begins, in place of an earlier one."""
        with self._lock:
            self._of_runs.pop(key, None)
            if (claim := self._of_looks.pop(key, None)) is not None:
                _add(self._of_runs, key, claim)

    def take(self, key: bytes) -> Claim | None:
        """Gives what was found before the run that has ended."""
        with self._lock:
            return self._of_runs.pop(key, None)

    def clear(self) -> None:
        """Forgets all: what was found is gone."""
        with self._lock:
            self._of_looks.clear()
            self._of_runs.clear()


def _add(claims: OrderedDict[bytes, Claim], key: bytes, claim: Claim) -> None:
    claims[key] = claim
    claims.move_to_end(key)
    if len(claims) > _MOST:
        claims.popitem(last=False)
