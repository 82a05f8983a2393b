"""Keeps a stream whose leader has left running for those who follow."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable


class Holds:
    """What is held for whom. For one event loop."""

    def __init__(self) -> None:
        self._held: dict[Hashable, tuple[Callable[[], None], set[Hashable]]] = {}

    def add(self, release: Callable[[], None], holders: Iterable[Hashable]) -> None:
        """Has `release` called when the last of its holders was dropped."""
        together = set(holders)
        for holder in tuple(together):
            self.drop(holder)
            self._held[holder] = (release, together)

    def drop(self, holder: Hashable) -> None:
        """Drops a holder that needs it no more."""
        release, together = self._held.pop(holder, (None, set()))
        together.discard(holder)
        if release is not None and not together:
            release()
