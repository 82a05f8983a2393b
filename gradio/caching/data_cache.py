"""The data that a function keeps by itself, as in a `gr.Cache`."""

from __future__ import annotations

import functools
from typing import Any

from gradio.caching.context import sessions
from gradio.caching.context.event_files import expect
from gradio.caching.counts import CacheInfo, Counts
from gradio.caching.data import (
    as_it_is,
    copied,
    digest_of,
    entry_of,
    label_of,
    memory_key_of,
    relabel,
)
from gradio.caching.data_behind import data_behind
from gradio.caching.entry import MISS, Entry, Miss
from gradio.caching.errors import UnkeyableError, fail_open, failed_open
from gradio.caching.prefix.encoding import prefix_bytes
from gradio.caching.prefix.index import PrefixIndexes
from gradio.caching.settings import Settings
from gradio.caching.stores.memory import MemoryStore

# A wrong key is the caller's.
_fail_open = functools.partial(fail_open, but=UnkeyableError, owner="gr.Cache")


class DataCache:
    """What is set under keys, in memory and in what is behind it. Thread-safe."""

    def __init__(self, settings: Settings, copy: bool, name: Any, store: Any) -> None:
        expect()
        self._per_session, self._ages = settings.per_session, settings.ages
        self._shared = None if settings.per_session else sessions.namespace(False)
        self._store = MemoryStore(settings.max_size, settings.max_memory)
        if settings.per_session:
            sessions.SESSIONS.watch(self._store)
        self._prefixes = PrefixIndexes(self._store, memory_key_of)
        self._counts = Counts()
        self._behind = data_behind(name, store, settings, self._store.clear)
        self._copied = copied if copy else as_it_is

    def get(self, key: Any) -> dict[str, Any] | None:
        """Looks data up. Raises UnkeyableError for a key without content."""
        try:
            if (found := self._entry(key)) is MISS:
                self._counts.misses += 1
                return None
            self._counts.hits += 1
            data = self._copied(found.value)
            sessions.mark_hit()
            return data
        except Exception as error:
            failed_open("gr.Cache.get", error, UnkeyableError)
            return None

    def set(self, key: Any, data: dict[str, Any]) -> None:
        """Keeps data under a key. Raises UnkeyableError for one without content."""
        try:
            entry = entry_of(key, data, self._copied, self._ages)
            place = memory_key_of(key)
            namespace = self._shared or self._namespace()
            if self._behind is None:
                self._prefixes.put(namespace, place, entry)
            else:
                put = functools.partial(self._prefixes.put, namespace, place, entry)
                digest = functools.partial(digest_of, key)
                self._behind.keep(digest, place, entry, put)
        except Exception as error:
            failed_open("gr.Cache.set", error, UnkeyableError)

    @_fail_open(None)
    def longest_prefix(self, text_or_tokens: Any) -> Any:
        """Copies the longest key that a text or a sequence of tokens starts with."""
        encoded = prefix_bytes(text_or_tokens)
        if encoded is None:
            raise UnkeyableError(
                "longest_prefix takes a text or a sequence of tokens (a list, a tuple "
                "or an array with one dimension), not a "
                f"{type(text_or_tokens).__name__}."
            )
        found = self._prefixes.find(self._namespace(), encoded)
        return None if found is MISS else label_of(found)

    def keys(self) -> list[Any]:
        """Copies the keys that the caller may see, the least recently used first."""
        return [label_of(entry) for entry in self._store.contents.each(self._visible())]

    @_fail_open(False)
    def delete(self, key: Any) -> bool:
        """Forgets what is under a key, and tells whether there was anything."""
        namespace, place = self._namespace(), memory_key_of(key)
        if self._behind is None:
            return bool(self._store.clear(namespace, place))
        clear = functools.partial(self._store.clear, namespace, place)
        return self._behind.delete(
            functools.partial(digest_of, key), lambda: bool(clear())
        )

    def info(self) -> CacheInfo:
        """Counts what became of look-ups, and measures what the caller may see."""
        namespace, store = self._visible(), self._store
        # What is too old has left once it was counted.
        entries, size = store.count(namespace), store.contents.size(namespace)
        return self._counts.of_cache(entries, size, store.evictions)

    def clear(self) -> None:
        """Forgets all that the caller may see."""
        if self._behind is None:
            self._store.clear(self._visible())
        else:
            self._behind.clear()

    def __len__(self) -> int:
        return self._store.count(self._visible())

    @_fail_open(False)
    def __contains__(self, key: Any) -> bool:
        return self._entry(key) is not MISS

    def _entry(self, key: Any) -> Entry | Miss:
        namespace, place = self._shared or self._namespace(), memory_key_of(key)
        found = self._store.get(namespace, place)
        if found is not MISS or self._behind is None:
            return found

        def put(entry: Entry) -> None:
            self._prefixes.put(namespace, place, relabel(entry, key))

        return self._behind.recall(functools.partial(digest_of, key), place, put)

    def _namespace(self) -> Any:
        return sessions.namespace(self._per_session)

    def _visible(self) -> Any:
        return sessions.visible(self._per_session)
