"""Which sessions have a client that holds a connection open."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from gradio.caching.context.sessions import SESSIONS


async def connected(
    session_hash: str, messages: AsyncGenerator[str, None]
) -> AsyncGenerator[str, None]:
    """Passes on what is sent to a session, which counts as connected meanwhile."""
    SESSIONS.connect(session_hash)
    try:
        async with aclosing(messages):
            async for message in messages:
                yield message
    finally:
        SESSIONS.disconnect(session_hash)
