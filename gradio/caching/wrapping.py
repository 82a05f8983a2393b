"""Functions whose repeated calls are answered from memory, as `gr.cache` makes them."""

from __future__ import annotations

import functools
import inspect
import weakref
from collections.abc import Callable, Generator
from types import MethodType
from typing import Any

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
from gradio.caching.settings import Settings
from gradio.caching.short_calls import answering_short
from gradio.caching.stores.choice import Choice, chosen

_CACHES: FunctionRegistry[FunctionCache] = FunctionRegistry()
_MARK = "__gradio_cache__"


def caching(key: Any, settings: Settings, store: Any) -> Callable[[Any], Any]:
    """
    Makes the decorator of functions whose results are kept so. Raises TypeError,
    ValueError or ImportError for a key or a store that is not allowed.
    """
    checked, choice = checked_key(key), chosen(store, settings.per_session)
    return lambda fn: _cached(fn, checked, settings, choice)


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
    """Tells a cached function from one that has copied its attributes."""

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
