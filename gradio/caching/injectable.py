"""`gr.Cache`: decide yourself what to keep."""

from __future__ import annotations

import functools
from typing import Any

from gradio_client.documentation import document

from gradio.caching.ages import Age
from gradio.caching.context import sessions
from gradio.caching.context.event_files import expect
from gradio.caching.context.parameters import inject
from gradio.caching.counts import CacheInfo, Counts
from gradio.caching.data import (
    AMONG_DATA,
    as_it_is,
    copied,
    digest_of,
    entry_of,
    label_of,
    memory_key_of,
    relabel,
)
from gradio.caching.data_behind import data_behind
from gradio.caching.entry import MISS, Entry, Miss, entries_in_words
from gradio.caching.errors import UnkeyableError, fail_open, failed_open
from gradio.caching.prefix.encoding import prefix_bytes
from gradio.caching.prefix.index import PrefixIndexes
from gradio.caching.settings import DEFAULT_MAX_SIZE, validated
from gradio.caching.stores.memory import MemoryStore

# A wrong key is the caller's.
_fail_open = functools.partial(fail_open, but=UnkeyableError, owner="gr.Cache")
_METHODS = ("get", "set", "longest_prefix", "keys", "delete", "clear", "info")


@document(*_METHODS, documentation_group="helpers")
class Cache:
    """
    A store in which a function keeps what it wants to reuse: intermediate results, model state. As
    the default value of a parameter it is injected by Gradio, as with `gr.Progress`: the
    function gets the same instance on every call. When a lookup hits while an event is
    processed, the outputs of the event show the badge "used cache". All methods can be called
    from any thread, inside and outside of events.
    Example:
        import gradio as gr
        def answer(question, c=gr.Cache()):
            normalized = " ".join(question.lower().split())
            if (hit := c.get(normalized)) is not None:
                return hit["text"]
            text = normalized.capitalize() + "? Yes."
            c.set(normalized, text=text)
            return text
        demo = gr.Interface(answer, "textbox", "textbox")
        demo.launch()
    Demos: cache_manual_demo
    Guides: caching-function-results
    """

    def __init__(
        self,
        max_size: int = DEFAULT_MAX_SIZE,
        max_memory: str | int | None = None,
        per_session: bool = False,
        copy: bool = True,
        ttl: Age | None = None,
        name: str | None = None,
        store: Any = None,
        version: str | float | None = None,
    ) -> None:
        """
        Makes an empty cache.
        Parameters:
            max_size: the most entries that are kept; the least recently used leave first. 0 for no limit.
            max_memory: the most memory that entries may take, as a text such as "512mb" or "2gb" or as a number of bytes; the least recently used leave first. None for no limit.
            per_session: if True, every user session has entries of its own, which nobody else sees and which are forgotten when the client disconnects.
            copy: if False, data is kept and given back as it is, without the time and memory of a copy. For data that nothing changes in place any more, neither what was passed to `set` nor what `get` returned. The caches of `transformers` are extended in place by the model, so they need copies.
            ttl: how long data is kept after it was set: a number of seconds, a `datetime.timedelta`, or a text such as "90s", "15m", "12h", "7d" or "1h30m". None for ever.
            name: by which data in a store is found again. Caches of one name in one store are the same one.
            store: where data is kept beyond this process: "disk", a path, a URL, or an object with the methods of `gradio.caching.stores.backing.Backing`; memory stays in front of it. None for what the environment variable GRADIO_CACHE_STORE says, if the cache has a name. `longest_prefix`, `keys` and `len` know of what is in memory alone.
            version: a text or number that tells what is kept in a store from what other versions of the app keep there under the same name.
        """
        others = {"ttl": ttl, "version": version}
        settings = validated(max_size, max_memory, per_session, **others)
        expect()
        if not isinstance(copy, bool):
            raise TypeError(f"copy must be True or False, not {copy!r}.")
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
        """
        Looks an entry up.
        Parameters:
            key: any value with content, for example a text, a tuple or an array. Raises TypeError for one without, such as a lock.
        Returns:
            A private copy of the data that was set under an equal key (the data itself with `copy=False`), or None.
        """
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

    def set(self, key: Any = AMONG_DATA, /, **data: Any) -> None:
        """
        Keeps data under a key. It replaces what was set under an equal key.
        Parameters:
            key: any value with content, for example a text, a tuple or an array. Raises TypeError for one without, such as a lock. Can also be given by name.
            data: what to keep, under any field names. It is copied, unless the cache was made with `copy=False`; what can't be copied, such as a model handle, is kept as it is.
        """
        if key is AMONG_DATA:
            if "key" not in data:
                raise UnkeyableError("set() is missing a key: c.set(key, name=value)")
            key = data.pop("key")
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
    def longest_prefix(self, text_or_tokens: Any, /) -> Any:
        """
        Looks for the longest key that a text, or a sequence of tokens, starts with, among the keys that are of the same kind. How long it takes hardly depends on the number of keys.
        Parameters:
            text_or_tokens: a text; or tokens as a list, a tuple or an array with one dimension. Raises TypeError for anything else.
        Returns:
            A copy of the key as it was set, which may be all of `text_or_tokens` and may be empty, or None if there is no such key. Does not count as a hit, and the key is not used more recently for it: the `get` that follows does both.
        """
        encoded = prefix_bytes(text_or_tokens)
        if encoded is None:
            raise UnkeyableError(
                "longest_prefix takes a text or a sequence of tokens (a list, a tuple or an array with one "
                f"dimension), not a {type(text_or_tokens).__name__}."
            )
        found = self._prefixes.find(self._namespace(), encoded)
        return None if found is MISS else label_of(found)

    def keys(self) -> list[Any]:
        """
        Lists what entries were set under.
        Returns:
            Copies of the keys as they were set, the least recently used first; inside an event those of a per-session cache that are the calling session's.
        """
        return [label_of(entry) for entry in self._store.entries(self._visible())]

    @_fail_open(False)
    def delete(self, key: Any, /) -> bool:
        """
        Forgets an entry.
        Parameters:
            key: any value with content. Raises TypeError for one without, such as a lock.
        Returns:
            True if there was one.
        """
        namespace, place = self._namespace(), memory_key_of(key)
        if self._behind is None:
            return bool(self._store.clear(namespace, place))
        clear = functools.partial(self._store.clear, namespace, place)
        return self._behind.delete(
            functools.partial(digest_of, key), lambda: bool(clear())
        )

    def info(self) -> CacheInfo:
        """
        Says how much use the cache is of.
        Returns:
            A named tuple: `hits`, `misses` and `evictions` since the cache was made, and `entries` and `bytes` of now; these, inside an event, those of a per-session cache that are the calling session's.
        """
        sizes = [entry.size for entry in self._store.entries(self._visible())]
        return self._counts.of_cache(sizes, self._store.evictions)

    def clear(self) -> None:
        """Forgets all entries; inside an event those of a per-session cache that are the calling session's."""
        if self._behind is None:
            self._store.clear(self._visible())
        else:
            self._behind.clear()

    def __len__(self) -> int:
        """
        Counts the entries.
        Returns:
            How many entries there are; inside an event those of a per-session cache that are the calling session's.
        """
        return self._store.count(self._visible())

    def __repr__(self) -> str:
        return f"<gr.Cache with {entries_in_words(len(self))}>"

    def __bool__(self) -> bool:
        """
        Counts as true, however much is in it.
        Returns:
            True, also when there are no entries.
        """
        return True

    @_fail_open(False)
    def __contains__(self, key: Any) -> bool:
        """
        Tells whether there is an entry.
        Parameters:
            key: any value with content. Raises TypeError for one without, such as a lock.
        Returns:
            True if `get` would find an entry. Does not count as a hit.
        """
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


inject(Cache)
