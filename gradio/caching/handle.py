"""The handle on a cached function's entries."""

from __future__ import annotations

from gradio.caching.context import sessions
from gradio.caching.shelf import Shelf


def entries_in_words(count: int) -> str:
    """Says a number of entries in words, for example "1 entry"."""
    return f"{count} {'entry' if count == 1 else 'entries'}"


class CacheHandle:
    """
    The entries of a function made by `gr.cache`, as its attribute `cache`. Thread-safe.
    Inside an event of an app, a per-session cache shows the calling session's entries
    alone.
    Parameters:
        shelf: where the entries are.
    """

    __slots__ = ("_shelf",)

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def clear(self) -> None:
        """
        Forgets the entries, and does not store results that are still being computed.
        """
        self._shelf.clear()

    def __len__(self) -> int:
        per_session = self._shelf.settings.per_session
        return self._shelf.store.count(sessions.visible(per_session))

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f"<the cache of a function with {entries_in_words(len(self))}>"
