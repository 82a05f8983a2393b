"""`gr.cache`: answer a repeated call from memory."""

from __future__ import annotations

import functools
import inspect
import weakref
from collections.abc import Callable, Generator
from types import MethodType
from typing import Any, TypeVar, overload

from gradio_client.documentation import document

from gradio.caching.ages import Age
from gradio.caching.async_generators import iterating_async
from gradio.caching.behind import new_cache
from gradio.caching.calls.call_keys import CallKeys, Key, checked_key
from gradio.caching.context.parameters import hints_of, is_injected
from gradio.caching.context.uploads import by_content
from gradio.caching.drivers import drive, drive_async, key_in_loop, makes_key_at_once
from gradio.caching.engine import SLOW, Engine
from gradio.caching.entry import MISS
from gradio.caching.function_cache import FunctionCache
from gradio.caching.functions.kinds import kind_of
from gradio.caching.functions.registry import FunctionRegistry
from gradio.caching.generators import iterate, renew_generator
from gradio.caching.handle import CacheHandle
from gradio.caching.offload import off_loop, own_threads
from gradio.caching.read_through import read_through
from gradio.caching.renewals import Invocation, renew_coroutine, renew_function
from gradio.caching.settings import DEFAULT_MAX_SIZE, Settings, validated
from gradio.caching.short_calls import answering_short
from gradio.caching.stores.choice import Choice, chosen

F = TypeVar("F", bound=Callable[..., Any])

_CACHES: FunctionRegistry[FunctionCache] = FunctionRegistry()
_MARK = "__gradio_cache__"


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
    checked, choice = checked_key(key), chosen(store, per_session)
    if fn is None:
        return lambda function: _cached(function, checked, settings, choice)
    return _cached(fn, checked, settings, choice)


def engine_of(fn: Any) -> Engine | None:
    """
    Finds the engine of a function made by `cache`, or of a bound method that was; a
    wrapper around one, or an attribute of the same name, does not count.
    """
    # A proxy may say of itself whatever what it wraps would say.
    plain = fn.__func__ if type(fn) is MethodType else fn
    mark = getattr(plain, _MARK, None)
    if not isinstance(mark, _Mark) or mark.wrapper() is not plain:
        return None
    return mark.engine


class _Mark:
    """Tells a cached function from one that copied its attributes, as functools.wraps does."""

    __slots__ = ("engine", "wrapper")

    def __init__(self, engine: Engine, wrapper: Callable[..., Any]) -> None:
        self.engine = engine
        self.wrapper = weakref.ref(wrapper)  # which holds the mark


def _cached(fn: Any, key: Key | None, settings: Settings, choice: Choice) -> Any:
    if isinstance(fn, (classmethod, staticmethod)):
        return type(fn)(_cached(fn.__func__, key, settings, choice))
    if not callable(fn):
        raise TypeError(
            f"gr.cache(...) expected a callable, not {type(fn).__name__}. "
            "Use gr.cache(fn)(*args) instead of gr.cache(fn(*args))."
        )
    keys = CallKeys(fn, key, frozenset(), by_content, is_injected)
    engine = Engine(fn, keys, _cache_of(fn, key, settings, choice))
    wrapper = _WRAPPERS[kind_of(fn)](fn, engine)
    functools.update_wrapper(wrapper, fn)
    if not inspect.isroutine(fn):
        # By these Gradio finds out what an object asks for; they are its call's.
        wrapper.__annotations__ = hints_of(fn)
    # As Gradio calls a route after an object without a name.
    wrapper.__name__ = getattr(fn, "__name__", type(fn).__name__)
    wrapper.cache = CacheHandle(engine)
    setattr(wrapper, _MARK, _Mark(engine, wrapper))
    return wrapper


def _cache_of(
    fn: Any, key: Key | None, settings: Settings, choice: Choice
) -> FunctionCache:
    make = functools.partial(new_cache, fn, key, settings, choice)
    return _CACHES.get_or_make(fn, key, (settings, choice), make)


def _function(fn: Any, engine: Engine) -> Any:
    answer_short = answering_short(engine)

    def cached(*args: Any, **kwargs: Any) -> Any:
        if not kwargs and (found := answer_short(args)) is not MISS:
            return found
        key = engine.key_of(args, kwargs)
        if key is None:
            return fn(*args, **kwargs)
        if (found := engine.get(key)) is not MISS:
            return found
        return drive(
            read_through(engine, key), Invocation(fn, args, kwargs, renew_function)
        )

    return cached


def _coroutine_function(fn: Any, engine: Engine) -> Any:
    answer_short = answering_short(engine)

    async def cached(*args: Any, **kwargs: Any) -> Any:
        if not kwargs and (found := answer_short(args)) is not MISS:
            return found
        if makes_key_at_once(engine, args, kwargs):
            key = engine.key_of(args, kwargs)
        else:
            key = await key_in_loop(engine, args, kwargs)
        if key is None:
            return await fn(*args, **kwargs)
        if (found := engine.get_if_quick(key)) is SLOW:
            found = await off_loop(own_threads(), engine.get, key)
        if found is not MISS:
            return found
        steps = read_through(engine, key)
        return await drive_async(steps, Invocation(fn, args, kwargs, renew_coroutine))

    return cached


def _generator_function(fn: Any, engine: Engine) -> Any:
    def cached(*args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:
        key = engine.key_of(args, kwargs)
        if key is None:
            return (yield from fn(*args, **kwargs))
        call = Invocation(fn, args, kwargs, renew_generator)
        return (yield from iterate(engine, key, call))

    return cached


_WRAPPERS: dict[str, Callable[[Any, Engine], Any]] = {
    "function": _function,
    "coroutine": _coroutine_function,
    "generator": _generator_function,
    "async generator": iterating_async,
}
