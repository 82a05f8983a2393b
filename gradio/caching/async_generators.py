"""The read-through of async generators: replayed, or shared while they run."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from typing import Any

from gradio.caching.asking import wanted
from gradio.caching.drivers import key_in_loop
from gradio.caching.engine import Engine
from gradio.caching.entry import MISS, Entry, Miss
from gradio.caching.generators import (
    copied,
    count_consumer,
    key_of_stream,
    recorder_of,
)
from gradio.caching.inflight.async_streams import Interjections, SharedAsyncStream
from gradio.caching.inflight.recorder import StreamNotShareableError
from gradio.caching.keys import CacheKey
from gradio.caching.offload import is_light, off_loop, own_threads, store_threads
from gradio.caching.read_through import Renewal, last_resort, renewal_of
from gradio.caching.renewals import Invocation, renew_in_task
from gradio.caching.types.scalars import IMMUTABLE


def iterating_async(fn: Any, engine: Engine) -> Callable[..., AsyncIterator[Any]]:
    """
    Makes the cached form of an async generator function. It yields what that yields,
    and raises what it raises.
    """

    async def cached(*args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        said, position = Interjections(), 0
        call = Invocation(fn, args, kwargs, renew_async_generator)
        key = await key_in_loop(engine, args, kwargs)
        # Closed here, not when collected: the last consumer ends the generator in time.
        with contextlib.suppress(StreamNotShareableError):
            async with aclosing(await _shared_async(engine, key, call)) as items:
                async for item in items:
                    position += 1
                    try:
                        said.sent = yield item
                    except BaseException as error:
                        said.catch(error)
                    if said.sent is not None or said.thrown is not None:
                        break
                else:
                    return
        async with aclosing(call()) as source:
            await _pass_over(source, position)
            async for item in said.steps(source):
                with said:
                    said.sent = yield item

    return cached


async def _pass_over(source: AsyncGenerator[Any, Any], items: int) -> None:
    for _ in range(items):
        await anext(source)


async def _shared_async(
    engine: Engine, key: CacheKey | None, call: Invocation, old: Entry | Miss = MISS
) -> AsyncGenerator[Any, None]:
    if key is None:
        raise StreamNotShareableError(0)
    found = wanted(engine, key, old)
    if found is MISS and key.lasting is not None:
        await off_loop(store_threads(), engine.recall, key)
        found = wanted(engine, key, old)
    if found is MISS:
        return _run_async(engine, key, call, old)
    if (renewal := renewal_of(engine, key, found)) is not None:
        await call.renew(renewal)
    return _replay_async(engine, found)


async def _run_async(
    engine: Engine, key: CacheKey, call: Invocation, old: Entry | Miss
) -> AsyncGenerator[Any, None]:
    streams, place = engine.cache.streams, key_of_stream(key)
    stream, is_leader = streams.join(
        place, lambda: SharedAsyncStream(call(), recorder_of(engine, key))
    )
    if stream is None:
        raise StreamNotShareableError(0)
    count_consumer(engine, key, is_leader, old)
    try:
        async with aclosing(stream.subscribe()) as items:
            async for item in items:
                yield item
        return
    except StreamNotShareableError:
        raise
    except Exception as error:
        is_torn = stream.has_begun
        found = MISS if is_torn else last_resort(engine, key, error, old)
        if found is MISS:
            raise
    finally:
        if streams.release(place, stream):
            await stream.aclose()
    async with aclosing(_replay_async(engine, found)) as items:
        async for item in items:
            yield item


async def _replay_async(engine: Engine, entry: Entry) -> AsyncGenerator[Any, None]:
    engine.mark_hit(entry)
    for position, item in enumerate(entry.value.yields):
        if type(item) in IMMUTABLE or is_light(item):
            yield copied(engine, item, position)
        else:
            yield await off_loop(own_threads(), copied, engine, item, position)


async def renew_async_generator(renewal: Renewal, call: Invocation) -> None:
    """Has an entry of an async generator function renewed in a task."""
    await renew_in_task(renewal, call, _recompute_async)


async def _recompute_async(renewal: Renewal, call: Invocation) -> None:
    engine, key, old = renewal
    async with aclosing(await _shared_async(engine, key, call, old)) as items:
        async for _ in items:
            pass


async def run_anew_async(
    engine: Engine, key: CacheKey, old: Entry | Miss, call: Invocation
) -> list[Any]:
    """Runs an async generator function to its end, and lists what it yields."""
    async with aclosing(await _shared_async(engine, key, call, old)) as items:
        return [item async for item in items]
