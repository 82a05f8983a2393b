"""What looks into a store have found, for the runs that come after them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import NamedTuple

from gradio.caching.forks import new_lock
from gradio.caching.keys import CacheKey
from gradio.caching.stores.backing import Claim

_MOST = 1024


class Run(NamedTuple):
    """
    How things were when a run began: what its results depend on besides arguments, the
    time, and what was found when it was looked for them.
    """

    state: bytes | None
    born: float | None
    claims: Mapping[CacheKey, Claim]


UNKNOWN_RUN = Run(None, None, {})


class Claims:
    """By key, what the latest look has found. Thread-safe."""

    def __init__(self) -> None:
        self._found: OrderedDict[bytes, Claim] = OrderedDict()
        self._lock = new_lock()

    def note(self, key: bytes, claim: Claim) -> None:
        """Notes what a look has found."""
        with self._lock:
            self._found[key] = claim
            self._found.move_to_end(key)
            if len(self._found) > _MOST:
                self._found.popitem(last=False)

    def take(self, key: bytes) -> Claim | None:
        """Gives what was found to the run that begins, whoever looks later."""
        with self._lock:
            return self._found.pop(key, None)

    def clear(self) -> None:
        """Forgets all: what was found is gone."""
        with self._lock:
            self._found.clear()
