"""What every store does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeAlias

from gradio.caching.entry import Entry, Miss
from gradio.caching.namespace import Namespace

if TYPE_CHECKING:
    from gradio.caching.stores.contents import Contents

Key: TypeAlias = "bytes | str"
"""What an entry is stored under: the memory digest of content, or a short text."""


class Store(Protocol):
    """
    Entries by namespace and key. Every method may be called from any thread at any
    time; none runs user code while it holds a lock.

    A store never hands out what it has not been given under exactly that namespace and
    key, nor what is too old; keeps within its limits whenever no call is under way; and
    forgets what is too old before anything else, then the least recently used entry of
    the namespace that holds most.
    """

    contents: Contents
    """What it holds, listed and added up."""

    evictions: int
    """How many entries have left for want of room, not of age."""

    def get(self, namespace: Namespace, key: Key) -> Entry | Miss:
        """
        Looks an entry up.
        Parameters:
            namespace: whose entry.
            key: what stands for the content.
        Returns:
            The entry, which becomes the most recently used of its namespace, or MISS.
        """
        ...

    def put(self, namespace: Namespace, key: Key, entry: Entry) -> bool:
        """
        Stores an entry.
        Parameters:
            namespace: whose entry.
            key: what stands for the content.
            entry: what to keep; it replaces an entry under the same key.
        Returns:
            False when it was not kept: it is larger than the store or too old, or the
            namespace ended.
        """
        ...

    def entries(self, namespace: Namespace | None = None) -> list[Entry]:
        """
        Lists entries.
        Parameters:
            namespace: whose entries; None for those of all.
        Returns:
            The entries, each namespace's least recently used first.
        """
        ...

    def clear(self, namespace: Namespace | None = None, key: Key | None = None) -> int:
        """
        Forgets entries, at a cost that depends on those forgotten alone.
        Parameters:
            namespace: whose entries; None for those of all.
            key: that of the one entry that is to go; None for all of a namespace.
        Returns:
            How many there were.
        """
        ...

    def count(self, namespace: Namespace | None = None) -> int:
        """
        Counts entries.
        Parameters:
            namespace: whose entries; None for those of all.
        Returns:
            How many entries there are.
        """
        ...
