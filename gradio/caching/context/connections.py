"""Which sessions have a client that holds a connection open."""

from __future__ import annotations

import functools
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any

from gradio.caching.context.sessions import SESSIONS

Stream = Callable[..., AsyncGenerator[str, None]]


def _nothing() -> None:
    pass


def connected(
    session_hash: str, when_over: Callable[[], None] = _nothing
) -> Callable[[Stream], Stream]:
    """
    Decorates what sends to a session, which counts as connected meanwhile; if that ends
    by itself, `when_over` is called.
    """

    def decorate(stream: Stream) -> Stream:
        @functools.wraps(stream)
        async def counted(*args: Any) -> AsyncGenerator[str, None]:
            SESSIONS.connect(session_hash)
            try:
                async with aclosing(stream(*args)) as messages:
                    async for message in messages:
                        yield message
                when_over()
            finally:
                SESSIONS.disconnect(session_hash)

        return counted

    return decorate
