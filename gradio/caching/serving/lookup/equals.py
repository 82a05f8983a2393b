"""Requests that come while an equal one is being looked up."""

from __future__ import annotations

import asyncio

from gradio.caching.serving.queueing.arrival_order import Turn

PATIENCE = 5.0
"""Seconds that a request waits for an equal one, rather than be looked up itself."""


class EqualRequests:
    """The first of each that is being looked up. For one event loop."""

    def __init__(self) -> None:
        self._firsts: dict[bytes, Turn] = {}

    def first(self, digest: bytes | None) -> Turn | None:
        """The turn of the request of that digest which is being looked up."""
        return None if digest is None else self._firsts.get(digest)

    def add(self, digest: bytes | None, turn: Turn) -> None:
        """Notes that a request is being looked up, if it is the first of its digest."""
        if digest is not None:
            self._firsts.setdefault(digest, turn)

    def drop(self, digest: bytes | None, turn: Turn | None) -> None:
        """Forgets a request that is not looked up any more."""
        if digest is not None and turn is not None and self.first(digest) is turn:
            del self._firsts[digest]

    async def wait_for(self, digest: bytes | None, turn: Turn) -> None:
        """Waits for the first one; if that takes too long, another may be the first."""
        await asyncio.wait({turn.left}, timeout=PATIENCE)
        if not turn.left.done():
            self.drop(digest, turn)
