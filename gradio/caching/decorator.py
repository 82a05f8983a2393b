"""`gr.cache`: answer a repeated call from memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, overload

from gradio_client.documentation import document

from gradio.caching.settings import DEFAULT_MAX_SIZE, validated

if TYPE_CHECKING:
    from gradio.caching.ages import Age
    from gradio.caching.calls.call_keys import Key

F = TypeVar("F", bound=Callable[..., Any])


@overload
def cache(fn: F) -> F: ...


@overload
def cache(
    fn: None = None,
    *,
    key: Key | None = None,
    max_size: int = DEFAULT_MAX_SIZE,
    max_memory: str | int | None = None,
    per_session: bool = False,
    ttl: Age | None = None,
    stale: Age = 0,
    stale_if_error: Age = 0,
    version: str | float | None = None,
    store: Any = None,
) -> Callable[[F], F]: ...


@overload
def cache(
    fn: F,
    *,
    key: Key | None = None,
    max_size: int = DEFAULT_MAX_SIZE,
    max_memory: str | int | None = None,
    per_session: bool = False,
    ttl: Age | None = None,
    stale: Age = 0,
    stale_if_error: Age = 0,
    version: str | float | None = None,
    store: Any = None,
) -> F: ...


@document(documentation_group="helpers")
def cache(
    fn: Any = None,
    *,
    key: Key | None = None,
    max_size: int = DEFAULT_MAX_SIZE,
    max_memory: str | int | None = None,
    per_session: bool = False,
    ttl: Age | None = None,
    stale: Age = 0,
    stale_if_error: Age = 0,
    version: str | float | None = None,
    store: Any = None,
) -> Any:
    """
    Remembers the results of a function, so that a repeated call is answered from memory. For
    functions whose result depends on their inputs alone: classification, transcription,
    embedding, extraction. Works on plain functions, coroutine functions, generator functions and
    async generator functions; the result is of the same kind and has an attribute `cache` with
    `clear()`, `delete()`, `refresh()`, `info()` and `len()`. Equal content is an equal call: two
    arrays with the same values, two images with the same pixels. Concurrent equal calls run once.
    As an event's function, a repeated request is answered before it enters the queue. Can be
    called from any thread.
    Demos: cache_demo
    Guides: caching-function-results
    Parameters:
        fn: the function; leave it out to use `cache` as a decorator with parameters.
        key: called with the dict of keyword arguments, defaults applied; what it returns is hashed instead of all arguments. For leaving out a temperature or a seed.
        max_size: the most results that are kept; the least recently used leave first. 0 for no limit.
        max_memory: the most memory that results may take, as a text such as "512mb" or "2gb" or as a number of bytes; the least recently used leave first. None for no limit.
        per_session: if True, every user session has results of its own, which nobody else is served and which are forgotten when the client disconnects.
        ttl: how long a result is fresh, from the start of the run that made it: a number of seconds, a `datetime.timedelta`, or a text such as "90s", "15m", "12h", "7d" or "1h30m". None for ever.
        stale: so long after `ttl` an old result is still given at once, while one run in the background renews it: in a thread or a task, or, for an event, as a run that waits in the queue with nobody waiting for it.
        stale_if_error: so long after `ttl` an old result is given if the function raises an error instead of a new one. A generator that has yielded something already raises all the same.
        version: a text or a number that tells results of this code from those of an earlier one; results of another version are not used.
        store: where results are kept beyond this process: "disk", a path, a URL, or an object with the methods of `gradio.caching.stores.backing.Backing`; memory stays in front of it. "memory" for this process alone. None for what the environment variable GRADIO_CACHE_STORE says, else memory.
    Returns:
        The cached function, or the decorator if `fn` was left out. Raises TypeError or ValueError for settings that are not allowed.
    Example:
        import gradio as gr
        @gr.cache
        def shout(text):
            return text.upper() + "!"
        demo = gr.Interface(shout, "textbox", "textbox")
        demo.launch()
    """
    settings = validated(
        max_size,
        max_memory,
        per_session,
        ttl=ttl,
        stale=stale,
        stale_if_error=stale_if_error,
        version=version,
    )
    # With the first cache, so that who has none need not wait for it.
    from gradio.caching.wrapping import caching

    decorate = caching(key, settings, store)
    return decorate if fn is None else decorate(fn)
