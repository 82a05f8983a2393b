"""Requests that come while an equal one is being looked up."""

from __future__ import annotations

import asyncio

from gradio.caching.serving.queueing.arrival_order import Place

PATIENCE = 5.0
"""Seconds that a request waits for an equal one, rather than be looked up itself."""


class EqualRequests:
    """The first of each that is being looked up. For one event loop."""

    def __init__(self) -> None:
        self._firsts: dict[bytes, Place] = {}

    def first(self, digest: bytes | None) -> Place | None:
        """The place of the request of that digest which is being looked up."""
        return None if digest is None else self._firsts.get(digest)

    def add(self, digest: bytes | None, place: Place) -> None:
        """Notes that a request is being looked up, if it is the first of its digest."""
        if digest is not None:
            self._firsts.setdefault(digest, place)

    def drop(self, digest: bytes | None, place: Place | None) -> None:
        """Forgets a request that is not looked up any more."""
        if digest is not None and place is not None and self.first(digest) is place:
            del self._firsts[digest]

    async def wait_for(self, digest: bytes | None, place: Place) -> None:
        """Waits for the first one; if that takes too long, another may be the first."""
        await asyncio.wait({place.released}, timeout=PATIENCE)
        if not place.released.done():
            self.drop(digest, place)
