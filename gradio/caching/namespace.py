"""Whose entries: everybody's, one session's, or nobody's."""

from __future__ import annotations

import weakref
from enum import IntEnum
from typing import Final, Protocol


class Liveness(IntEnum):
    """What is known of a session's client. Entries of a lower one are evicted first."""

    NEVER_CONNECTED = 0
    """It may be a made-up name in a request."""
    WAS_CONNECTED = 1
    CONNECTED = 2


class Ranked(Protocol):
    """What ranks namespaces, by their liveness among others."""

    def note_growth(self, holder: Namespace, /) -> None: ...


class Namespace:
    """
    A part of a store that sees no other part. Compared by identity, so that no choice
    of names lets one namespace reach into another; it lives as long as something holds
    it.
    """

    __slots__ = ("__weakref__", "_ranked_by", "ended", "liveness", "name")

    def __init__(
        self,
        name: str,
        ended: bool = False,
        liveness: Liveness = Liveness.NEVER_CONNECTED,
    ) -> None:
        self.name = name
        self.ended = ended
        self.liveness = liveness
        self._ranked_by: weakref.WeakSet[Ranked] = weakref.WeakSet()

    def __repr__(self) -> str:
        return f"Namespace({self.name!r}, ended={self.ended})"

    def rank_in(self, order: Ranked) -> None:
        """Has an order told when the liveness becomes lower."""
        self._ranked_by.add(order)

    def set_liveness(self, liveness: Liveness) -> None:
        """Changes the liveness, and tells the orders that a lower one concerns."""
        lower = liveness < self.liveness
        self.liveness = liveness
        for order in list(self._ranked_by) if lower else ():
            order.note_growth(self)


SHARED: Final = Namespace("shared", liveness=Liveness.CONNECTED)
"""The namespace of everybody."""


def no_session() -> Namespace:
    """
    Makes a namespace in which nothing is ever found or kept, for a caller without a
    session.
    """
    return Namespace("nobody", ended=True)
