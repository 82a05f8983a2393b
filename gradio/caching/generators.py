"""The read-through of generators: replayed, or shared while they run."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Callable,
    Generator,
    Hashable,
)
from contextlib import aclosing
from functools import partial
from itertools import count
from typing import Any

from gradio.caching.context import sessions
from gradio.caching.context.toasts import Toast, recording_toasts
from gradio.caching.drivers import key_in_loop
from gradio.caching.engine import Engine
from gradio.caching.entry import MISS, Entry, Recording
from gradio.caching.errors import UncopyableError
from gradio.caching.inflight.async_streams import Interjections, SharedAsyncStream
from gradio.caching.inflight.stream_table import StreamTable
from gradio.caching.inflight.streams import (
    Resumed,
    SharedStream,
    StreamNotShareableError,
    StreamRecorder,
    offered,
)
from gradio.caching.keys import CacheKey
from gradio.caching.offload import is_light, off_loop, own_threads
from gradio.caching.types.scalars import IMMUTABLE


def iterate(
    engine: Engine, key: CacheKey, start: Callable[[], Generator[Any, Any, Any]]
) -> Generator[Any, None, Any]:
    """The read-through of a generator function."""
    try:
        return (yield from _shared(engine, key, start))
    except StreamNotShareableError as alone:
        position, step = alone.position, alone.step
    source = start()
    for _ in range(position):
        next(source)
    return (yield from Resumed(source, step))


def _shared(
    engine: Engine, key: CacheKey, start: Callable[[], Generator[Any, Any, Any]]
) -> Generator[Any, None, Any]:
    if (found := engine.lookup(key)) is not MISS:
        return (yield from _replay(engine, found))
    streams = engine.cache.streams
    stream, is_leader = streams.join(
        key, lambda: SharedStream(start(), _recorder(engine, key))
    )
    if stream is None:
        raise StreamNotShareableError(0)
    try:
        # It may have been stored between the two.
        if (found := engine.lookup(key)) is not MISS:
            return (yield from _replay(engine, found))
        if not is_leader:
            sessions.mark_hit(engine.cache)
        return (yield from stream.subscribe())
    finally:
        if streams.release(key, stream):
            stream.close()


def iterating_async(fn: Any, engine: Engine) -> Callable[..., AsyncIterator[Any]]:
    """
    Makes the cached form of an async generator function. It yields what that yields,
    and raises what it raises.
    """

    async def cached(*args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        said, position, start = Interjections(), 0, partial(fn, *args, **kwargs)
        key = await key_in_loop(engine, args, kwargs)
        # Closed here, not when collected: the last consumer ends the generator in time.
        with contextlib.suppress(StreamNotShareableError):
            async with aclosing(_shared_async(engine, key, start)) as items:
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
        async with aclosing(start()) as source:
            for _ in range(position):
                await anext(source)
            async for item in said.steps(source):
                with said:
                    said.sent = yield item

    return cached


async def _shared_async(
    engine: Engine, key: CacheKey | None, start: Callable[[], AsyncGenerator[Any, Any]]
) -> AsyncGenerator[Any, None]:
    if key is None:
        raise StreamNotShareableError(0)
    if (found := engine.lookup(key)) is not MISS:
        engine.mark_hit(found)
        for position, item in enumerate(found.value.yields):
            if type(item) in IMMUTABLE or is_light(item):
                yield _copied(engine, item, position)
            else:
                yield await off_loop(own_threads(), _copied, engine, item, position)
        return
    streams, place = engine.cache.streams, _key_in_loop(key)
    stream, is_leader = streams.join(
        place, lambda: SharedAsyncStream(start(), _recorder(engine, key))
    )
    if stream is None:
        raise StreamNotShareableError(0)
    try:
        if not is_leader:
            sessions.mark_hit(engine.cache)
        async with aclosing(stream.subscribe()) as items:
            async for item in items:
                yield item
    finally:
        if streams.release(place, stream):
            await stream.aclose()


def retain_stream(engine: Engine, key: CacheKey) -> Callable[[], None] | None:
    """
    Keeps a running stream from ending when its consumers leave. Must be called in an
    event loop.
    """
    streams = engine.cache.streams
    for place in (key, _key_in_loop(key)):
        if (stream := streams.retain(place)) is not None:
            return partial(_release, streams, place, stream)
    return None


def _release(streams: StreamTable[Any], place: Hashable, stream: Any) -> None:
    if not streams.release(place, stream):
        return
    if isinstance(stream, SharedStream):
        stream.close()
    else:
        asyncio.ensure_future(stream.aclose())


def _key_in_loop(key: CacheKey) -> Hashable:
    # An async generator belongs to its loop; each loop has a stream of its own.
    return key, asyncio.get_running_loop()


def _recorder(engine: Engine, key: CacheKey) -> StreamRecorder:
    toasts: list[Toast] = []
    state = engine.state()

    def finish(recording: Recording, seconds: float) -> None:
        engine.store_if_same(state, key, recording, seconds, toasts)

    return StreamRecorder(engine.copy_of, finish, lambda: recording_toasts(toasts))


def _replay(engine: Engine, entry: Entry) -> Generator[Any, None, Any]:
    engine.mark_hit(entry)
    recording: Recording = entry.value
    copied = partial(_copied, engine)
    items = map(copied, recording.yields, count())
    return offered(items, partial(copied, recording.returned))


def _copied(engine: Engine, value: Any, position: int) -> Any:
    try:
        return engine.copy_of(value)
    except UncopyableError:
        raise StreamNotShareableError(position) from None
