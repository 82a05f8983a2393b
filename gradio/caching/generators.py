"""The read-through of generators: replayed, or shared while they run."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Generator, Hashable
from functools import partial
from itertools import count
from typing import Any

from gradio.caching.asking import is_asked_for, wanted
from gradio.caching.context import sessions
from gradio.caching.context.toasts import Toast, recording_toasts
from gradio.caching.drivers import runs_event_loop
from gradio.caching.engine import Engine
from gradio.caching.entry import MISS, Entry, Miss, Recording
from gradio.caching.errors import UncopyableError
from gradio.caching.inflight.recorder import StreamNotShareableError, StreamRecorder
from gradio.caching.inflight.stream_table import StreamTable
from gradio.caching.inflight.streams import Resumed, SharedStream, offered
from gradio.caching.keys import CacheKey
from gradio.caching.read_through import Renewal, last_resort, renewal_of
from gradio.caching.renewals import Invocation, renew_in_thread


def iterate(
    engine: Engine, key: CacheKey, call: Invocation
) -> Generator[Any, None, Any]:
    """The read-through of a generator function."""
    try:
        return (yield from _shared(engine, key, call))
    except StreamNotShareableError as alone:
        position, step = alone.position, alone.step
    source = call()
    for _ in range(position):
        next(source)
    return (yield from Resumed(source, step))


def _shared(
    engine: Engine, key: CacheKey, call: Invocation, old: Entry | Miss = MISS
) -> Generator[Any, None, Any]:
    found = wanted(engine, key, old)
    if found is MISS and key.lasting is not None and not runs_event_loop():
        engine.recall(key)
        found = wanted(engine, key, old)
    if found is MISS:
        return (yield from _run(engine, key, call, old))
    if (renewal := renewal_of(engine, key, found)) is not None:
        call.renew(renewal)
    return (yield from _replay(engine, found))


def _run(
    engine: Engine, key: CacheKey, call: Invocation, old: Entry | Miss
) -> Generator[Any, None, Any]:
    stream, is_leader = engine.cache.streams.join(
        key, lambda: SharedStream(call(), recorder_of(engine, key))
    )
    if stream is None:
        raise StreamNotShareableError(0)
    try:
        # It may have been stored between the two.
        if (found := wanted(engine, key, old)) is MISS:
            count_consumer(engine, key, is_leader, old)
            return (yield from stream.subscribe())
    except StreamNotShareableError:
        raise
    except Exception as error:
        is_torn = stream.has_begun
        found = MISS if is_torn else last_resort(engine, key, error, old)
        if found is MISS:
            raise
    finally:
        if engine.cache.streams.release(key, stream):
            stream.close()
    return (yield from _replay(engine, found))


def renew_generator(renewal: Renewal, call: Invocation) -> None:
    """Has an entry of a generator function renewed in a thread."""
    renew_in_thread(renewal, call, _recompute)


def _recompute(renewal: Renewal, call: Invocation) -> None:
    engine, key, old = renewal
    deque(_shared(engine, key, call, old), maxlen=0)


def run_anew(
    engine: Engine, key: CacheKey, old: Entry | Miss, call: Invocation
) -> list[Any]:
    """Runs a generator function to its end, and lists what it yields."""
    return list(_shared(engine, key, call, old))


def count_consumer(
    engine: Engine, key: CacheKey, is_leader: bool, old: Entry | Miss
) -> None:
    """Counts who begins to consume a stream: only the first one has it run."""
    if not is_leader and old is MISS:
        engine.cache.counts.hits += 1
        sessions.mark_hit(engine.cache)
    elif is_asked_for(engine, key, old):
        engine.cache.counts.misses += 1


def retain_stream(engine: Engine, key: CacheKey) -> Callable[[], None]:
    """
    Keeps a stream, also one that has yet to begin, from ending when its consumers
    leave, until what this returns is called. Both must be called in one event loop.
    """
    streams, places = engine.cache.streams, (key, key_of_stream(key))
    for place in places:
        streams.retain(place)
    return partial(_let_go, streams, places)


def _let_go(streams: StreamTable[Any], places: tuple[Hashable, ...]) -> None:
    for stream in map(streams.let_go, places):
        if isinstance(stream, SharedStream):
            stream.close()
        elif stream is not None:
            asyncio.ensure_future(stream.aclose())


def key_of_stream(key: CacheKey) -> Hashable:
    """Makes the key of an async stream: it belongs to its loop."""
    return key, asyncio.get_running_loop()


def recorder_of(engine: Engine, key: CacheKey) -> StreamRecorder:
    """Makes what stores the items of a run that begins now."""
    toasts: list[Toast] = []
    run = engine.begin(key)

    def finish(recording: Recording, seconds: float) -> None:
        engine.store_if_same(run, key, recording, seconds, toasts)

    return StreamRecorder(engine.copy_of, finish, lambda: recording_toasts(toasts))


def _replay(engine: Engine, entry: Entry) -> Generator[Any, None, Any]:
    engine.mark_hit(entry)
    recording: Recording = entry.value
    private = partial(copied, engine)
    items = map(private, recording.yields, count())
    return offered(items, partial(private, recording.returned))


def copied(engine: Engine, value: Any, position: int) -> Any:
    """Copies what comes after so many items, or raises StreamNotShareableError."""
    try:
        return engine.copy_of(value)
    except UncopyableError:
        raise StreamNotShareableError(position) from None
