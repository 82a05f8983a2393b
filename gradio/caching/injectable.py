"""`gr.Cache`: decide yourself what to keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradio_client.documentation import document

from gradio.caching.entry import entries_in_words
from gradio.caching.errors import UnkeyableError
from gradio.caching.settings import DEFAULT_MAX_SIZE, validated

if TYPE_CHECKING:
    from gradio.caching.ages import Age
    from gradio.caching.counts import CacheInfo


class _AmongData:
    """Stands for a key that is given by name, as data of any name may be."""

    def __repr__(self) -> str:
        return "<by name>"


_AMONG_DATA: Any = _AmongData()
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
        if not isinstance(copy, bool):
            raise TypeError(f"copy must be True or False, not {copy!r}.")
        # With the first cache, so that who has none need not wait for it.
        from gradio.caching.context.parameters import inject
        from gradio.caching.data_cache import DataCache

        inject(Cache)
        self._data = DataCache(settings, copy, name, store)

    def get(self, key: Any) -> dict[str, Any] | None:
        """
        Looks an entry up. On an event loop, which others wait for, a store is not asked: there, call `await asyncio.to_thread(cache.get, key)`.
        Parameters:
            key: any value with content, for example a text, a tuple or an array. Raises TypeError for one without, such as a lock.
        Returns:
            A private copy of the data that was set under an equal key (the data itself with `copy=False`), or None.
        """
        return self._data.get(key)

    def set(self, key: Any = _AMONG_DATA, /, **data: Any) -> None:
        """
        Keeps data under a key. It replaces what was set under an equal key.
        Parameters:
            key: any value with content, for example a text, a tuple or an array. Raises TypeError for one without, such as a lock. Can also be given by name.
            data: what to keep, under any field names. It is copied, unless the cache was made with `copy=False`; what can't be copied, such as a model handle, is kept as it is.
        """
        if key is _AMONG_DATA:
            if "key" not in data:
                raise UnkeyableError("set() is missing a key: c.set(key, name=value)")
            key = data.pop("key")
        self._data.set(key, data)

    def longest_prefix(self, text_or_tokens: Any, /) -> Any:
        """
        Looks for the longest key that a text, or a sequence of tokens, starts with, among the keys that are of the same kind. How long it takes hardly depends on the number of keys.
        Parameters:
            text_or_tokens: a text; or tokens as a list, a tuple or an array with one dimension. Raises TypeError for anything else.
        Returns:
            A copy of the key as it was set, which may be all of `text_or_tokens` and may be empty, or None if there is no such key. Does not count as a hit, and the key is not used more recently for it: the `get` that follows does both.
        """
        return self._data.longest_prefix(text_or_tokens)

    def keys(self) -> list[Any]:
        """
        Lists what entries were set under.
        Returns:
            Copies of the keys as they were set, the least recently used first; inside an event those of a per-session cache that are the calling session's.
        """
        return self._data.keys()

    def delete(self, key: Any, /) -> bool:
        """
        Forgets an entry.
        Parameters:
            key: any value with content. Raises TypeError for one without, such as a lock.
        Returns:
            True if there was one.
        """
        return self._data.delete(key)

    def info(self) -> CacheInfo:
        """
        Says how much use the cache is of.
        Returns:
            A named tuple: `hits`, `misses` and `evictions` since the cache was made, and `entries` and `bytes` of now; these, inside an event, those of a per-session cache that are the calling session's.
        """
        return self._data.info()

    def clear(self) -> None:
        """Forgets all entries; inside an event those of a per-session cache that are the calling session's."""
        self._data.clear()

    def __len__(self) -> int:
        """
        Counts the entries.
        Returns:
            How many entries there are; inside an event those of a per-session cache that are the calling session's.
        """
        return len(self._data)

    def __repr__(self) -> str:
        return f"<gr.Cache with {entries_in_words(len(self._data))}>"

    def __bool__(self) -> bool:
        """
        Counts as true, however much is in it.
        Returns:
            True, also when there are no entries.
        """
        return True

    def __contains__(self, key: Any) -> bool:
        """
        Tells whether there is an entry.
        Parameters:
            key: any value with content. Raises TypeError for one without, such as a lock.
        Returns:
            True if `get` would find an entry. Does not count as a hit.
        """
        return key in self._data
