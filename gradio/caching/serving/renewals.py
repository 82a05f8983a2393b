"""
Runs of events that replace a stale entry: they wait in the queue as any miss, with
nobody waiting for them, and in a session of their own, so that they change nobody's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import fastapi

from gradio.caching.context.parameters import depends_on_caller
from gradio.caching.context.sessions import SESSIONS
from gradio.caching.engine import Engine
from gradio.caching.entry import MISS
from gradio.caching.keys import CacheKey, RenewedKey
from gradio.caching.offload import off_loop_if_heavy
from gradio.caching.read_through import Renewal, settle
from gradio.caching.renewals import give_up
from gradio.caching.serving.answers import CacheRequest, Hit
from gradio.caching.serving.entrance import Entrance
from gradio.caching.serving.lookup.preprocessed import UnprocessedPayload
from gradio.caching.serving.lookup.result import LookupResult
from gradio.caching.serving.queueing.component_values import copies_of
from gradio.caching.serving.queueing.current import blocks_of, state_of, states_of
from gradio.caching.serving.queueing.events import body_of, python_function_of
from gradio.caching.serving.repeatable import has_own_components
from gradio.queueing import Event

if TYPE_CHECKING:
    from gradio.block_function import BlockFunction
    from gradio.queueing import Queue
    from gradio.state_holder import SessionState

# Where the app is, as Gradio finds it out.
_OF_THE_ADDRESS = frozenset(
    {b"host", b"x-forwarded-host", b"x-forwarded-proto", b"x-gradio-server"}
)
_OF_A_USER = frozenset({"auth", "client", "session", "state", "user"})


class Renewals:
    """The renewals of one queue. For one event loop."""

    def __init__(self, queue: Queue, entrance: Entrance) -> None:
        self._queue = queue
        self._entrance = entrance
        self._running: dict[Event, Renewal] = {}

    def __contains__(self, event: Event) -> bool:
        return event in self._running

    @property
    def events(self) -> list[Event]:
        """Those that wait in the queue, or run."""
        return list(self._running)

    async def start(self, request: CacheRequest, hit: Hit) -> None:
        """Has a stale entry renewed, if nobody does and the queue has room for that."""
        life = hit.entry.life
        if life is None or life.is_fresh or not life.claim():
            return
        renewal = Renewal(request.engine, _current(request.engine, hit), hit.entry)
        try:
            event = None
            if self._entrance.has_room:
                event = await self._event(request.event, renewal)
            if event is not None and self._entrance.has_room:
                self._enqueue(event, renewal)
            else:
                settle(renewal, is_failure=False)
        except BaseException as error:
            give_up(renewal, error)

    def end(self, event: Event) -> None:
        """Is called when an event has ended, which may be a renewal."""
        renewal = self._running.pop(event, None)
        if renewal is None:
            return
        settle(renewal)
        if event.session_hash == event._id:
            _forget_session(self._queue, event._id)

    def _enqueue(self, event: Event, renewal: Renewal) -> None:
        # Whoever finds no entry in memory follows what runs: not this run, if the old
        # entry is in a store alone, as that is to be given.
        is_in_memory = renewal.entry.value is not MISS
        found = LookupResult(renewal.key if is_in_memory else None, MISS, {}, None)
        self._running[event] = renewal
        try:
            self._entrance.enqueue(CacheRequest(event, renewal.engine), found)
        except Exception:
            del self._running[event]
            raise

    async def _event(self, given: Event, renewal: Renewal) -> Event | None:
        """The same event of nobody, None if only its own session can send it."""
        depends = depends_on_caller(python_function_of(given.fn))
        is_bound = given.fn.batch or depends
        if is_bound and _has_state(given.fn):
            return None
        session = given.session_hash if is_bound else None
        caller = given.request, given.username
        event = Event(
            session, given.fn, *(caller if depends else (_of_nobody(caller[0]), None))
        )
        body = event.data = body_of(given).model_copy()
        body.session_hash = event.session_hash
        key = RenewedKey(renewal.engine.cache, renewal.key)
        body.data = UnprocessedPayload(list(body_of(given).data), key)
        if session is None:
            await self._lend_state(given, event._id)
        return event

    async def _lend_state(self, given: Event, session: str) -> None:
        """Gives a session what the event's inputs are made of in its own session."""
        mine = state_of(self._queue, given.session_hash)
        is_own = has_own_components(self._queue, given)
        stateful = [block._id for block in given.fn.inputs if block.stateful]
        if mine is None or not (stateful or is_own):
            return
        values = {block: mine[block] for block in stateful}
        values = await off_loop_if_heavy(values, copies_of, values)
        state: SessionState = states_of(self._queue)[session]
        state.state_data.update(values)
        if is_own:
            state.blocks_config.blocks = dict(mine.blocks_config.blocks)


def _current(engine: Engine, hit: Hit) -> CacheKey:
    """The key of a run that begins now: what is forgotten from now on counts."""
    key = hit.key
    now = engine.cache.generation_of(key.namespace, key.digest)
    return key._replace(generation=now)


def _of_nobody(request: fastapi.Request) -> fastapi.Request:
    """The same request without what tells whose it is, so that it is put to nobody."""
    scope = {k: v for k, v in request.scope.items() if k not in _OF_A_USER}
    headers = request.headers.raw
    scope["headers"] = [h for h in headers if h[0].lower() in _OF_THE_ADDRESS]
    return fastapi.Request(scope)


def _has_state(fn: BlockFunction) -> bool:
    return any(block.stateful for block in (*fn.inputs, *fn.outputs))


def _forget_session(queue: Queue, session: str) -> None:
    states = states_of(queue)
    states.session_data.pop(session, None)
    states.time_last_used.pop(session, None)
    blocks_of(queue).pending_streams.pop(session, None)
    queue.event_ids_to_events.pop(session, None)
    if SESSIONS.any:
        SESSIONS.end(session)
