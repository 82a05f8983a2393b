"""Which sessions have a client that holds a connection open."""

from __future__ import annotations

import functools
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any

from gradio.caching.context.sessions import SESSIONS

Stream = Callable[..., AsyncGenerator[str, None]]


def connected(session_hash: str) -> Callable[[Stream], Stream]:
    """Decorates what sends to a session, which counts as connected meanwhile."""

    def decorate(stream: Stream) -> Stream:
        @functools.wraps(stream)
        async def counted(*args: Any) -> AsyncGenerator[str, None]:
            SESSIONS.connect(session_hash)
            try:
                async with aclosing(stream(*args)) as messages:
                    async for message in messages:
                        yield message
            finally:
                SESSIONS.disconnect(session_hash)

        return counted

    return decorate
