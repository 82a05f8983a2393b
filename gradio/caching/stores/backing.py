"""What a store that outlives the process does: bytes alone, under portable names."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol, TypeAlias

Buffer: TypeAlias = "bytes | bytearray | memoryview"
Buffers: TypeAlias = "Sequence[Buffer]"
"""The pieces of one part, one after another."""


def size_of(buffer: Buffer) -> int:
    """Counts the bytes of a buffer."""
    return buffer.nbytes if isinstance(buffer, memoryview) else len(buffer)


META = "m"
"""The part that a record is not there without."""

MAX_ENTRY = 64 * 2**20
"""Bytes. No part is longer, unless its user says so."""


class Place(NamedTuple):
    """Where a record is: the shelf of a function, and a portable key."""

    shelf: str
    key: bytes


class Claim(NamedTuple):
    """What a look found, so that what is put later is known to be late or not."""

    generation: str
    fence: int = 0
    token: bytes = b""
    mark: str = ""
    """Up to which deletions came before; empty to be late for none."""


class Hit(NamedTuple):
    """A record is there, with so many seconds left, and these of its parts."""

    claim: Claim
    parts: Mapping[str, Buffer]
    life: float = math.inf


class Lead(NamedTuple):
    """There is none, and the asker is the one who computes it."""

    claim: Claim


class Busy(NamedTuple):
    """There is none, and another process computes it; its lease has seconds left."""

    claim: Claim
    lease: float


class Absent(NamedTuple):
    """There is none, and whoever wants may compute it."""

    claim: Claim


Look: TypeAlias = "Hit | Lead | Busy | Absent"


class Deletions(NamedTuple):
    """Which records of a shelf others deleted or replaced, and up to when."""

    mark: str
    keys: tuple[bytes, ...] | None = ()
    """None if there were more than are remembered."""


class Generations(Protocol):
    """What was cleared, deleted and replaced, for processes that hold copies."""

    def current(self, shelves: Sequence[str]) -> list[str]:
        """
        Asks for many at once.
        Parameters:
            shelves: their names.
        Returns:
            The generation of each, in this order: a name that never comes again.
        """
        ...

    def deleted(self, since: Mapping[str, str]) -> dict[str, Deletions]:
        """
        Asks for many at once what was deleted or replaced, record by record; not what
        was so by this very object.
        Parameters:
            since: the last mark by shelf; empty for a shelf that is asked for first.
        Returns:
            What came after the mark, by shelf; nothing but a mark the first time. A
            shelf that can't be asked for now is left out.
        """
        ...

    def note(self, place: Place) -> None:
        """
        Lets all processes know that a record has been replaced; `delete` does so too.
        Parameters:
            place: where it is.
        """
        ...


LEASE = 15.0
"""Seconds after which a lease ends that is not renewed."""


class Leases(Protocol):
    """Who computes what, over processes; given up by who dies."""

    def take(self, place: Place, token: bytes) -> Lead | Busy | Absent:
        """
        Takes a lease although there may be a record, as that is to be replaced.
        Parameters:
            place: what is to be computed.
            token: whose lease it becomes.
        Returns:
            A Lead; Busy if it is another's; Absent if the store is away.
        """
        ...

    def renew(self, place: Place, token: bytes) -> bool:
        """
        Tells that a leader is still at work.
        Parameters:
            place: what it computes.
            token: what its look was given.
        Returns:
            False if the lease is no longer its own.
        """
        ...

    def free(self, place: Place, token: bytes, failed: bool = False) -> None:
        """
        Gives a lease up without a result.
        Parameters:
            place: what was to be computed.
            token: what the look of the leader was given.
            failed: True if the function raised, so that all who wait run at once.
        """
        ...


class Backing(Protocol):
    """
    Records of parts by place. Every method blocks, may be called from any thread, and
    is never called on an event loop. None raises because the store is away, full or not
    allowed: that is logged, a look finds nothing, and a record is not kept.
    """

    generations: Generations
    leases: Leases | None
    """None if every process computes for itself."""

    def look(self, place: Place, parts: Sequence[str], token: bytes = b"") -> Look:
        """
        Looks a record up.
        Parameters:
            place: where it would be.
            parts: the names of those to fetch at once; some may not be there.
            token: whose lease it becomes if there is none; empty to want none.
        Returns:
            A Hit; else Absent, or with a token a Lead or Busy, if there are leases.
        """
        ...

    def parts(self, place: Place, names: Sequence[str]) -> dict[str, Buffer]:
        """
        Fetches more parts of a record that was found.
        Parameters:
            place: where it is.
            names: which parts.
        Returns:
            Those that are there.
        """
        ...

    def put(
        self, place: Place, parts: Mapping[str, Buffers], claim: Claim, life: float
    ) -> bool:
        """
        Keeps a record instead of one that is there, or adds parts to one that is
        there, unless its shelf was cleared since, or it was deleted. A part that it has
        may stay.
        Parameters:
            place: where.
            parts: their pieces by name; `m` among them for a new record.
            claim: what the look that found nothing was given.
            life: how many seconds it has left; infinity for no end of its own.
        Returns:
            False when it was not kept.
        """
        ...

    def delete(self, place: Place) -> None:
        """
        Forgets a record.
        Parameters:
            place: where it is, if it is.
        """
        ...

    def clear(self, shelf: str) -> None:
        """
        Forgets all of a shelf, and what is being computed for it.
        Parameters:
            shelf: its name.
        """
        ...
