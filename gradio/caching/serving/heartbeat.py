"""The connection by which a client tells that its session goes on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from gradio.caching.context.connections import Stream, connected
from gradio.caching.serving.hooks import on_session_ended

if TYPE_CHECKING:
    from gradio.routes import App


def heartbeat(app: App, session_hash: str) -> Callable[[Stream], Stream]:
    """Decorates what holds that connection, and ends when the client has left."""

    def end() -> None:
        on_session_ended(app.get_blocks()._queue, session_hash)

    return connected(session_hash, end)
