"""What users hold of the cache of a function: its attribute `cache`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from gradio.caching.async_generators import renew_async_generator, run_anew_async
from gradio.caching.counts import FunctionCacheInfo
from gradio.caching.drivers import drive, drive_async, key_in_loop, runs_event_loop
from gradio.caching.engine import Engine, Kwargs
from gradio.caching.entry import Entry, Miss, entries_in_words
from gradio.caching.functions.kinds import kind_of
from gradio.caching.generators import renew_generator, run_anew
from gradio.caching.keys import Args, CacheKey
from gradio.caching.offload import off_loop, store_threads
from gradio.caching.read_through import read_through
from gradio.caching.renewals import Invocation, renew_coroutine, renew_function


class CacheHandle:
    """
    The results that `gr.cache` keeps of a function, as its attribute `cache`. All
    methods can be called from any thread. Inside an event of an app, they speak of the
    calling session's results alone if the cache is one per session.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._cache = engine.cache
        self._is_async = kind_of(engine.fn).startswith(("async", "coroutine"))

    def clear(self) -> None:
        """Forgets all results, and does not keep those that are being computed."""
        self._cache.clear()

    def delete(self, /, *args: Any, **kwargs: Any) -> Any:
        """
        Forgets the result of one call, and does not keep it if it is being computed.
        Parameters:
            args: what the function was called with; for a method, its object first.
            kwargs: the same by name.
        Returns:
            True if there was a result; awaitable if the function is a coroutine
            function or an async generator function.
        """
        return (_delete_async if self._is_async else _delete)(
            self._engine, args, kwargs
        )

    def refresh(self, /, *args: Any, **kwargs: Any) -> Any:
        """
        Runs the function anew and keeps the result. Other calls get the old one
        meanwhile; it stays if the function fails.
        Parameters:
            args: what to call the function with; for a method, its object first.
            kwargs: the same by name.
        Returns:
            The new result; of a generator, a list of what it yields. Awaitable if the
            function is a coroutine function or an async generator function. Raises what
            the function raises.
        """
        return _REFRESH[kind_of(self._engine.fn)](self._engine, args, kwargs)

    def info(self) -> FunctionCacheInfo:
        """
        Says how much use the cache is of.
        Returns:
            A named tuple: `hits`, `misses`, `stale_hits`, `evictions`, `entries`,
            `bytes`, `seconds_saved` and `mean_seconds`; what they count is said there.
        """
        return self._cache.info()

    def __len__(self) -> int:
        """Counts the results that are kept."""
        return len(self._cache)

    def __bool__(self) -> bool:
        """Counts as true, however many results there are."""
        return True

    def __repr__(self) -> str:
        return f"<the cache of a function with {entries_in_words(len(self))}>"


def _delete(engine: Engine, args: Args, kwargs: Kwargs) -> bool:
    key = engine.key_of(args, kwargs)
    return key is not None and engine.cache.delete(key)


async def _delete_async(engine: Engine, args: Args, kwargs: Kwargs) -> bool:
    key = await key_in_loop(engine, args, kwargs)
    if key is None or key.lasting is None:
        return key is not None and engine.cache.delete(key)
    return await off_loop(store_threads(), engine.cache.delete, key)


def _refresh(engine: Engine, args: Args, kwargs: Kwargs) -> Any:
    call = Invocation(engine.fn, args, kwargs, renew_function)
    key = engine.key_of(args, kwargs)
    return call() if key is None else drive(read_through(*_anew(engine, key)), call)


async def _refresh_async(engine: Engine, args: Args, kwargs: Kwargs) -> Any:
    key = await key_in_loop(engine, args, kwargs)
    call = Invocation(engine.fn, args, kwargs, renew_coroutine)
    if key is None:
        return await call()
    anew = await _anew_async(engine, key)
    return await drive_async(read_through(*anew), call)


def _refresh_generator(engine: Engine, args: Args, kwargs: Kwargs) -> list[Any]:
    call = Invocation(engine.fn, args, kwargs, renew_generator)
    key = engine.key_of(args, kwargs)
    return list(call()) if key is None else run_anew(*_anew(engine, key), call)


async def _refresh_async_generator(
    engine: Engine, args: Args, kwargs: Kwargs
) -> list[Any]:
    key = await key_in_loop(engine, args, kwargs)
    call = Invocation(engine.fn, args, kwargs, renew_async_generator)
    if key is None:
        return [item async for item in call()]
    return await run_anew_async(*await _anew_async(engine, key), call)


_REFRESH: Final[dict[str, Callable[[Engine, Args, Kwargs], Any]]] = {
    "function": _refresh,
    "coroutine": _refresh_async,
    "generator": _refresh_generator,
    "async generator": _refresh_async_generator,
}


async def _anew_async(
    engine: Engine, key: CacheKey
) -> tuple[Engine, CacheKey, Entry | Miss]:
    if key.lasting is None:
        return _anew(engine, key)
    return await off_loop(store_threads(), _anew, engine, key)


def _anew(engine: Engine, key: CacheKey) -> tuple[Engine, CacheKey, Entry | Miss]:
    """
    What a read-through needs for a run that begins now, and what that is to replace:
    whatever began earlier is not stored any more.
    """
    # What others forgot before is not to be taken for something that they forget later.
    if key.lasting is not None and not runs_event_loop():
        engine.cache.catch_up()
    key = engine.cache.anew(key)
    return engine, key, engine.cache.store.get(key.namespace, key.digest)
