"""The events that run for all who ask for the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gradio.caching.context.sessions import entry_used_in
from gradio.caching.engine import Engine
from gradio.caching.function_cache import FunctionCache
from gradio.caching.generators import retain_stream
from gradio.caching.keys import CacheKey
from gradio.caching.serving.follow.broadcast import Broadcast
from gradio.caching.serving.forms import inputs_changed
from gradio.caching.serving.lookup.preprocessed import drop
from gradio.caching.serving.queueing.events import body_of
from gradio.caching.serving.queueing.registration import is_queued
from gradio.caching.serving.queueing.sent_steps import advance, sent_steps_of
from gradio.caching.serving.repeatable import (
    has_own_components,
    is_cacheable,
    streamed_outputs,
    variant_of,
)
from gradio.caching.serving.replay.addresses import share
from gradio.caching.serving.replay.responses import store, values_left
from gradio.server_messages import (
    EventMessage,
    ProcessCompletedMessage,
    ProcessGeneratingMessage,
    ProcessStartsMessage,
)

if TYPE_CHECKING:
    from gradio.queueing import Event, Queue


class Leaders:
    """The broadcasts of one queue. For one event loop."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue
        # What lets go of a stream that goes on for its followers without a leader.
        self._held: dict[Event, Callable[[], None]] = {}
        # With the cache: of equal inputs, every function makes the same key.
        self._by_key: dict[tuple[FunctionCache, CacheKey], Broadcast] = {}
        self._by_event: dict[Event, Broadcast] = {}

    def __contains__(self, event: Event) -> bool:
        return event in self._by_event

    @property
    def events(self) -> list[Event]:
        """The leaders, those that still wait in the queue included."""
        return list(self._by_event)

    def running(self, cache: FunctionCache, key: CacheKey) -> Broadcast | None:
        """Returns the broadcast of the event that computes a result, if one does."""
        return self._by_key.get((cache, key))

    def register(self, event: Event, engine: Engine, key: CacheKey) -> None:
        """
        Lets others follow an event, if its inputs can't change while it waits in the
        queue, as a session's state and its own components could.
        """
        is_stateful = any(block.stateful for block in event.fn.inputs)
        if is_stateful or has_own_components(self._queue, event):
            return
        sent_steps_of(event).rewind()
        share(event)
        broadcast = Broadcast(self._queue, event, engine, key, self.variant(event))
        self._by_key[engine.cache, key] = self._by_event[event] = broadcast

    def variant(self, event: Event) -> Any:
        """
        Returns what the form of an event's messages depends on; None if they are its
        session's alone.
        """
        if has_own_components(self._queue, event) or not is_cacheable(event.fn):
            return None
        # What is streamed has an address of the session's own.
        return event._id if streamed_outputs(event.fn) else variant_of(event)

    def observe(self, event: Event, message: EventMessage) -> bool:
        """
        Passes on a message that is being sent to an event; False if it was sent that
        already, when it still followed another.
        """
        if isinstance(message, ProcessStartsMessage):
            self._begin(event)
        if (broadcast := self._by_event.get(event)) is not None:
            broadcast.observe(message)
            if isinstance(message, ProcessCompletedMessage):
                self._complete(broadcast, message)
        # What is passed on to others, or replayed, has been counted already.
        is_run = is_queued(self._queue, event)
        is_step = isinstance(message, ProcessGeneratingMessage)
        return not (is_run and is_step) or advance(self._queue, event)

    def finish(self, event: Event) -> None:
        """Ends what depends on an event that has ended, in whatever way."""
        if (broadcast := self._close(event)) is not None:
            broadcast.abandon()
        self.let_go(event)

    async def follow(self, event: Event, broadcast: Broadcast) -> bool:
        """
        Sends an event what another is sent; returns False if its answer has to be
        looked up again. What is streamed goes on for it until it is let go, even if
        nobody else is left.
        """
        release = retain_stream(broadcast.engine, broadcast.key)
        # Only now: it may hold the same stream already, and be the last one that does.
        self.let_go(event)
        self._held[event] = release
        return await broadcast.follow(event, self.variant(event))

    def let_go(self, event: Event) -> None:
        """
        Lets an event go that no longer wants what was being computed when it followed.
        """
        if (release := self._held.pop(event, None)) is not None:
            release()

    def _begin(self, event: Event) -> None:
        sent_steps_of(event).rewind()
        if not inputs_changed(self._queue, event):
            return
        # The run will preprocess anew, and may ask for something else.
        drop(body_of(event))
        if (broadcast := self._close(event)) is not None:
            broadcast.abandon()

    def _complete(self, broadcast: Broadcast, message: ProcessCompletedMessage) -> None:
        event, steps = broadcast.leader, broadcast.steps
        plain = broadcast.is_shared and is_cacheable(event.fn, steps)
        if message.success and plain:
            engine, key = broadcast.engine, broadcast.key
            left = values_left(self._queue, event)
            used = entry_used_in(event, engine.cache)
            store(self._queue, event, engine, key, steps, left, used)
        broadcast.complete(message)
        self._close(event)

    def _close(self, event: Event) -> Broadcast | None:
        broadcast = self._by_event.pop(event, None)
        if broadcast is not None:
            self._by_key.pop((broadcast.engine.cache, broadcast.key), None)
        return broadcast
