"""Answers an event from the cache before it enters the queue, or lets it in."""

from __future__ import annotations

import asyncio
import time
import weakref
from typing import TYPE_CHECKING, Any

from gradio.caching.decorator import engine_of
from gradio.caching.engine import Engine
from gradio.caching.entry import MISS, Entry, Miss
from gradio.caching.errors import log_failure_once
from gradio.caching.scope.sessions import SESSIONS
from gradio.caching.serving.lookup import Lookups
from gradio.caching.serving.replay import replay
from gradio.caching.serving.turns import Lines, Turn
from gradio.queueing import Event
from gradio.server_messages import ProcessCompletedMessage
from gradio.utils import error_payload, set_task_name

if TYPE_CHECKING:
    import fastapi

    from gradio.block_function import BlockFunction
    from gradio.data_classes import PredictBodyInternal
    from gradio.queueing import Queue

# What Queue.push returns.
Answer = tuple[bool, Any, Any]


async def answer(
    queue: Queue,
    body: PredictBodyInternal,
    request: fastapi.Request,
    username: str | None,
    validated: bool = False,
) -> Answer | None:
    """
    Takes an event whose function was made by `gr.cache` out of the hands of `Queue.push`.
    Parameters:
        queue: the queue that the event would enter.
        body: the request's payload.
        request: the request.
        username: who is logged in.
        validated: True when the function's validator has accepted the inputs.
    Returns:
        What `Queue.push` is to return, or None if it is to go on by itself.
    """
    fn = _function(queue, body)
    engine = None if fn is None else engine_of(fn.fn)
    if fn is None or engine is None or not _answerable(fn, validated):
        return None
    return await _desk(queue).receive(body, fn, engine, request, username)


def is_full(queue: Queue, body: PredictBodyInternal) -> bool:
    """
    Parameters:
        queue: a queue with a `max_size`.
        body: the payload of the request that wants to enter.
    Returns:
        True if it is refused at once; not if it has yet to be validated and looked up.
    """
    if len(queue) < queue.max_size:
        return False
    fn = _function(queue, body)
    return fn is None or engine_of(fn.fn) is None or not _answerable(fn, True)


def end_session(queue: Queue, session_hash: str) -> None:
    """
    Forgets what is kept for a session, and the events that it never came to read the answers of.
    Parameters:
        queue: the queue of the app.
        session_hash: the session, whose client has disconnected.
    """
    SESSIONS.end(session_hash)
    pending = queue.pending_event_ids_session.get(session_hash, set())
    pending.intersection_update(queue.event_ids_to_events)


def leave(queue: Queue, session_hash: str | None, event_id: str | None) -> None:
    """
    Stops answering events whose client has left.
    Parameters:
        queue: the queue.
        session_hash: the session that has ended, if one has.
        event_id: the event that was cancelled, if one was.
    """
    desk = _desks.get(queue)
    if desk is not None:
        desk.leave(session_hash, event_id)


_desks: weakref.WeakKeyDictionary[Queue, _Desk] = weakref.WeakKeyDictionary()


def _desk(queue: Queue) -> _Desk:
    if queue not in _desks:
        _desks[queue] = _Desk(queue)
    return _desks[queue]


def _function(queue: Queue, body: PredictBodyInternal) -> BlockFunction | None:
    holder = queue.blocks.state_holder
    if body.session_hash and body.session_hash in holder:
        fns = holder[body.session_hash].blocks_config.fns
    else:
        fns = queue.blocks.fns
    return fns.get(body.fn_index)


def _answerable(fn: BlockFunction, validated: bool) -> bool:
    return (
        fn.connection != "stream"
        and not fn.batch
        and fn.renderable is None
        and (validated or fn.validator is None)
    )


class _Desk:
    """
    Receives the events of one queue. For one event loop.
    Parameters:
        queue: the queue; it holds the desk's life, not the other way round.
    """

    def __init__(self, queue: Queue) -> None:
        self._queue: Queue = weakref.proxy(queue)
        self._lookups = Lookups(self._queue)
        self._lines = Lines()
        self._at_work: dict[Event, asyncio.Task[None]] = {}

    async def receive(
        self,
        body: PredictBodyInternal,
        fn: BlockFunction,
        engine: Engine,
        request: fastapi.Request,
        username: str | None,
    ) -> Answer:
        event = await self._admit(body, fn, request, username)
        turn = self._lines.join(event.concurrency_id)
        if self._has_room():
            self._start(event, engine, self._look_up(event, engine, turn))
            return True, event._id, "success"
        found = await self._found(event, engine)
        turn.leave()
        if found is MISS:
            self._dismiss(event)
            return False, self._refusal(), "queue_full"
        self._start(event, engine, replay(self._queue, event, engine, found))
        return True, event._id, "success"

    def leave(self, session_hash: str | None, event_id: str | None) -> None:
        for event, task in list(self._at_work.items()):
            if event.session_hash == session_hash or event._id == event_id:
                event.alive = False
                task.cancel()

    async def _admit(
        self,
        body: PredictBodyInternal,
        fn: BlockFunction,
        request: fastapi.Request,
        username: str | None,
    ) -> Event:
        queue = self._queue
        queue.create_event_queue_for_fn(fn)
        event = Event(body.session_hash, fn, request, username)
        event.data = body
        body.session_hash = session = event.session_hash
        body.request = request
        async with queue.pending_message_lock:
            if session not in queue.pending_messages_per_session:
                queue.pending_messages_per_session[session] = asyncio.Queue()
            queue.pending_event_ids_session.setdefault(session, set()).add(event._id)
        return event

    def _has_room(self) -> bool:
        # Those being looked up count: each may turn out to be a miss.
        limit = self._queue.max_size
        return limit is None or len(self._queue) + self._lines.waiting <= limit

    def _refusal(self) -> str:
        size = len(self._queue)
        return f"Queue is full. Max size is {self._queue.max_size} and size is {size}."

    def _start(self, event: Event, engine: Engine, work: Any) -> None:
        task = asyncio.ensure_future(work)
        set_task_name(task, event.session_hash, event.fn._id, event._id, batch=False)
        self._at_work[event] = task
        task.add_done_callback(lambda task: self._finish(event, task))

    async def _look_up(self, event: Event, engine: Engine, turn: Turn) -> None:
        try:
            found = await self._found(event, engine)
            if found is MISS:
                await turn.come()
                self._enqueue(event)
        finally:
            turn.leave()
        if found is not MISS:
            await replay(self._queue, event, engine, found)

    async def _found(self, event: Event, engine: Engine) -> Entry | Miss:
        try:
            return await self._lookups.find(event, engine)
        except Exception:
            # Whatever it is: the run will meet it too and show it as without a cache.
            return MISS

    def _enqueue(self, event: Event) -> None:
        queue = self._queue
        queue.event_ids_to_events[event._id] = event
        waiting = queue.event_queue_per_concurrency_id[event.concurrency_id].queue
        waiting.append(event)
        queue.event_analytics[event._id] = {
            "time": time.time(),
            "status": "queued",
            "process_time": None,
            "function": event.fn.api_name,
            "session_hash": event.session_hash,
        }
        queue.broadcast_estimations(event.concurrency_id, len(waiting) - 1)

    def _finish(self, event: Event, task: asyncio.Task[None]) -> None:
        del self._at_work[event]
        error = None if task.cancelled() else task.exception()
        if error is not None and self._is_connected(event):
            log_failure_once("answering an event", error)
            content = error_payload(error, self._queue.blocks.show_error)
            self._queue.send_message(
                event, ProcessCompletedMessage(output=content, success=False)
            )

    def _is_connected(self, event: Event) -> bool:
        sessions = self._queue.pending_messages_per_session
        return event.alive and event.session_hash in sessions

    def _dismiss(self, event: Event) -> None:
        pending = self._queue.pending_event_ids_session[event.session_hash]
        pending.discard(event._id)
