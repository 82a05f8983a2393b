"""What Gradio's queue calls: one function per seam; none breaks it if it fails."""

from __future__ import annotations

import asyncio
import weakref
from typing import TYPE_CHECKING, Any

from gradio.caching.context.sessions import EVENTS_WITH_HITS, SESSIONS
from gradio.caching.errors import fail_open, log_failure_once
from gradio.caching.serving.answers import CacheRequest
from gradio.caching.serving.eligible import engine_for, is_unusual
from gradio.caching.serving.forms import note_inputs
from gradio.caching.serving.preload import preload
from gradio.caching.serving.queue_cache import QueueCache
from gradio.caching.serving.queueing.current import function_of
from gradio.caching.serving.queueing.events import forget_run, free_slot
from gradio.caching.serving.queueing.join_response import settle
from gradio.caching.serving.queueing.new_events import early_event, whole_event
from gradio.caching.serving.queueing.registration import (
    forget_answered,
    has_room,
    register,
    unregister,
)
from gradio.caching.serving.queueing.retries import judge
from gradio.caching.serving.queueing.run_context import remember_context
from gradio.caching.serving.queueing.tasks import full_message
from gradio.caching.serving.queueing.waits import note_run
from gradio.caching.serving.replay.addresses import (
    is_shared,
    run_without_address,
    write_address,
)
from gradio.queueing import Event, Queue
from gradio.server_messages import EventMessage, ProcessCompletedMessage

if TYPE_CHECKING:
    import fastapi

    from gradio.data_classes import PredictBodyInternal
    from gradio.state_holder import StateHolder

# What Queue.push returns: whether the event was taken, its id or why not, and a word
# for it.
Taken = tuple[bool, Any, Any]

# What enters a queue in any way that Gradio has tells of it; another is found so late.
_IDLE_SECONDS = 0.05

_caches: weakref.WeakKeyDictionary[Queue, QueueCache] = weakref.WeakKeyDictionary()


@fail_open(None)
async def try_cache(
    queue: Queue,
    body: PredictBodyInternal,
    request: fastapi.Request,
    username: str | None,
    validated: bool = False,
) -> Taken | None:
    """
    Takes an event whose function was made by `gr.cache` out of the hands of
    `Queue.push`.
    """
    SESSIONS.reopen(body.session_hash)
    fn = function_of(queue, body)
    engine = None if fn is None else engine_for(fn, validated)
    if fn is None or engine is None or is_unusual(queue, body):
        return None
    cache = _cache_of(queue)
    asked = cache.request_of(early_event(body, fn, request, username), engine)
    if not cache.at_once.answer(asked):
        asked.event = whole_event(asked.event)
        if not await _take(queue, cache, asked):
            return False, full_message(queue), "queue_full"
    return True, asked.event._id, "success"


async def _take(queue: Queue, cache: QueueCache, asked: CacheRequest) -> bool:
    """Registers an event, whose answer may take its time; False if there's no room."""
    event, taken = asked.event, False
    is_new = await register(queue, event)
    note_inputs(queue, event)
    try:
        taken = await cache.handle(asked)
    finally:
        if not taken:
            unregister(queue, event, is_new)
    if taken:
        await settle(queue, event)
    return taken


@fail_open(False)
def is_full(queue: Queue, body: PredictBodyInternal) -> bool:
    """
    Tells whether a request is refused at once by a queue with a `max_size`; not if it
    has yet to be validated and looked up.
    """
    if has_room(queue):
        return False
    fn = function_of(queue, body)
    if fn is None or is_unusual(queue, body):
        return True
    return engine_for(fn, validated=True) is None


def before_send(queue: Queue, event: Event, message: EventMessage) -> bool:
    """
    Tells the page if an event that ran had used a cache, and those who wait for the
    same result what it sends. False if it has been sent that.
    """
    _tell_use(event, message)
    judge(event, message)
    if not _observe(queue, event, message):
        return False
    write_address(event, message)
    return True


def root_of_run(queue: Queue, events: list[Event], root: str) -> str:
    """
    Returns the address that a run takes for its app's: `root`, unless what it sends may
    be for more clients than its own.
    """
    if not any(map(is_shared, events)):
        return root
    try:
        return run_without_address(queue, events, root)
    except Exception as error:
        log_failure_once("root_of_run", error)
        for event in events:
            on_removed(queue, event._id)
        return root


@fail_open(None)
def on_run_started(queue: Queue, events: list[Event], run: asyncio.Task[None]) -> None:
    """
    Sees to it that a run, when it has ended in whatever way, frees what it held, and
    that those who wait for its result learn of that.
    """
    if (cache := _caches.get(queue)) is not None:
        run.add_done_callback(lambda run: _end_run(queue, cache, events, run))


@fail_open(None)
def on_removed(queue: Queue, event_id: str) -> None:
    """Tells the followers of an event that it won't run, as it was cancelled."""
    cache, event = _caches.get(queue), queue.event_ids_to_events.get(event_id)
    if cache is not None and event is not None:
        cache.finish(event)


@fail_open(None)
def on_client_left(
    queue: Queue, session_hash: str | None, event_id: str | None
) -> None:
    """Stops answering an event, or those of a session."""
    if (cache := _caches.get(queue)) is not None:
        cache.cancel(session_hash, event_id)


async def wait_for_work(queue: Queue) -> None:
    """Waits until the queue is to be looked at again, as there was nothing in it."""
    remember_context(queue)
    preload()
    if (cache := _caches.get(queue)) is None:
        await asyncio.sleep(queue.sleep_when_free)
    else:
        await cache.wakeup.wait(_IDLE_SECONDS)


def wake(queue: Queue) -> None:
    """Has the queue looked at, as there may be something in it."""
    if (cache := _caches.get(queue)) is not None:
        cache.wakeup.wake()


@fail_open(None)
def on_state_created(holder: StateHolder, session_hash: str) -> None:
    """Writes what answers from the cache left into the new state of a session."""
    if (cache := _caches.get(holder.blocks._queue)) is not None:
        cache.values.apply(holder, session_hash)


@fail_open(False)
def has_state(holder: StateHolder, session_hash: str) -> bool:
    """Tells whether a session was answered, and so has a state that is not built."""
    cache = _caches.get(holder.blocks._queue)
    return cache is not None and session_hash in cache.values


@fail_open(None)
def on_session_ended(queue: Queue, session_hash: str) -> None:
    """
    Forgets the entries of a session, and the events whose answers it never came to
    read. The values of its components stay, as its state would: it may come back.
    """
    SESSIONS.end(session_hash)
    forget_answered(queue, session_hash)


@fail_open(True)
def _observe(queue: Queue, event: Event, message: EventMessage) -> bool:
    cache = _caches.get(queue)
    return cache is None or cache.observe(event, message)


def _tell_use(event: Event, message: EventMessage) -> None:
    if not isinstance(message, ProcessCompletedMessage) or not message.success:
        return
    if message.used_cache == "full":
        return
    note_run(event)
    if event in EVENTS_WITH_HITS:
        message.used_cache = "partial"
        message.cache_duration = event.run_time


@fail_open(None)
def _end_run(
    queue: Queue, cache: QueueCache, events: list[Event], run: asyncio.Task[None]
) -> None:
    forget_run(queue, events, run)
    # A batch that lost a client may leave its place as it is, but has ended properly.
    if run.cancelled():
        free_slot(queue, events)
    for event in events:
        cache.finish(event)


def _cache_of(queue: Queue) -> QueueCache:
    # An app that is launched again has another loop, in which nothing waits any more.
    loop = asyncio.get_running_loop()
    cache = _caches.get(queue)
    if cache is None or cache.loop is not loop:
        cache = _caches[queue] = QueueCache(queue)
    return cache
