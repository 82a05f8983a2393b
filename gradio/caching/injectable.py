"""`gr.Cache`: decide yourself what to keep."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from gradio.caching.entry import MISS, Entry, Miss
from gradio.caching.errors import (
    UncopyableError,
    UnkeyableError,
    log_failure_once,
)
from gradio.caching.hashing import digest
from gradio.caching.scope import sessions
from gradio.caching.scope.parameters import inject
from gradio.caching.scope.uploads import by_content
from gradio.caching.settings import DEFAULT_MAX_SIZE, validated
from gradio.caching.shelf import Shelf
from gradio.caching.sizing import size_of
from gradio.caching.snapshot import snapshot
from gradio.caching.stores.memory import MemoryStore

F = TypeVar("F", bound=Callable[..., Any])


def _if_broken(answer: Any) -> Callable[[F], F]:
    """What a method answers when something fails inside the cache; a wrong key is the caller's."""

    def decorate(method: Any) -> Any:
        @functools.wraps(method)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            try:
                return method(*args, **kwargs)
            except UnkeyableError:
                raise
            except Exception as error:
                log_failure_once(f"gr.Cache.{method.__name__}", error)
                return answer

        return guarded

    return decorate


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
    ) -> None:
        """
        Parameters:
            max_size: the most entries that are kept; the least recently used leave first. 0 for no limit.
            max_memory: the most memory that entries may take, as a text such as "512mb" or "2gb" or as a number of bytes; the least recently used leave first. None for no limit.
            per_session: if True, every user session has entries of its own, which nobody else sees and which are forgotten when the client disconnects.
        """
        settings = validated(max_size, max_memory, per_session)
        store = MemoryStore(settings.max_size, settings.max_memory)
        self._shelf = Shelf(settings, store)

    @_if_broken(None)
    def get(self, key: Any, /) -> dict[str, Any] | None:
        """
        Looks an entry up.
        Parameters:
            key: any value with content, for example a text, a tuple or an array. Raises TypeError for one without, such as a lock.
        Returns:
            A private copy of the data that was set under an equal key, or None.
        """
        found = self._entry(key)
        if found is MISS:
            return None
        data = {name: _private(value) for name, value in found.value.items()}
        sessions.note_hit()
        return data

    @_if_broken(None)
    def set(self, key: Any, /, **data: Any) -> None:
        """
        Keeps data under a key. It replaces what was set under an equal key.
        Parameters:
            key: any value with content, for example a text, a tuple or an array. Raises TypeError for one without, such as a lock.
            data: what to keep, under any field names. It is copied; what can't be copied, such as a model handle, is kept as it is.
        """
        kept = {name: _private(value) for name, value in data.items()}
        label = _private(key)
        entry = Entry(kept, size_of((label, kept)), label=label)
        self._shelf.store.put(self._namespace(), _digest(key), entry)

    def keys(self) -> list[Any]:
        """
        Returns:
            Copies of the keys as they were set, the least recently used first; inside an event those of a per-session cache that are the calling session's.
        """
        return [_private(entry.label) for entry in self._visible_entries()]

    def clear(self) -> None:
        """Forgets all entries; inside an event those of a per-session cache that are the calling session's."""
        self._shelf.clear()

    def __len__(self) -> int:
        """
        Returns:
            How many entries there are; inside an event those of a per-session cache that are the calling session's.
        """
        return self._shelf.store.count(self._visible())

    def __bool__(self) -> bool:
        """
        Returns:
            True, also when there are no entries.
        """
        return True

    @_if_broken(False)
    def __contains__(self, key: Any) -> bool:
        """
        Parameters:
            key: any value with content. Raises TypeError for one without, such as a lock.
        Returns:
            True if `get` would find an entry. Does not count as a hit.
        """
        return self._entry(key) is not MISS

    def _entry(self, key: Any) -> Entry | Miss:
        return self._shelf.store.get(self._namespace(), _digest(key))

    def _namespace(self) -> Any:
        return sessions.namespace(self._shelf.settings.per_session)

    def _visible(self) -> Any:
        return sessions.visible(self._shelf.settings.per_session)

    def _visible_entries(self) -> list[Entry]:
        return self._shelf.store.entries(self._visible())


inject(Cache)


def _digest(key: Any) -> bytes:
    return digest(by_content(key))


def _private(value: Any) -> Any:
    try:
        return snapshot(value)
    except UncopyableError:
        return value
