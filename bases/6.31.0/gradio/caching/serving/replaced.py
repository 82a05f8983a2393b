"""Functions of Gradio's own cache, in whose place this package is, that need ours."""

from __future__ import annotations

from typing import Any

from gradio.caching.context.sessions import SESSIONS
from gradio.caching.hashing import digest


def clear_session_caches(session_hash: str) -> None:
    """Forgets the entries of a session; a hook at the same place has done so before."""
    SESSIONS.end(session_hash)


def cache_hash(value: Any) -> str:
    """Names a value by its content. Raises TypeError for one that has none."""
    return digest(value).hex()
