"""One running event whose messages also go to the sessions that asked for the same."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gradio.caching.engine import Engine
from gradio.caching.keys import CacheKey
from gradio.caching.release.runs import add_to_history
from gradio.caching.serving.forms import CommonForm
from gradio.caching.serving.queueing.join_response import release
from gradio.caching.serving.queueing.messages import send
from gradio.caching.serving.queueing.pace import pace_of
from gradio.caching.serving.queueing.sent_steps import advance, sent_steps_of
from gradio.caching.serving.queueing.waits import mean_wait
from gradio.caching.serving.repeatable import is_update
from gradio.caching.serving.replay.addresses import needs_root, root_of, with_root
from gradio.server_messages import (
    EstimationMessage,
    EventMessage,
    ProcessCompletedMessage,
    ProcessGeneratingMessage,
    ProgressMessage,
)

if TYPE_CHECKING:
    from gradio.queueing import Event, Queue

# Only the last of these matters to a follower that joins later.
_PASSING = (EstimationMessage, ProgressMessage)


@dataclass(eq=False)
class _Follower:
    event: Event
    form: CommonForm
    # Takes the leader's steps; otherwise it looks its answer up once the leader ends.
    is_live: bool
    # Its client keeps up; otherwise it is sent no more steps.
    reads: bool = True
    passing: dict[type, EventMessage] = field(default_factory=dict)


class _Sent:
    """A message to the leader; followers at the same address share what it becomes."""

    __slots__ = ("_needs_root", "_output", "_root", "message")

    def __init__(self, message: EventMessage) -> None:
        self.message = message
        self._needs_root: bool | None = None
        self._root: str | None = None
        self._output: Any = None

    def for_event(self, queue: Queue, event: Event) -> EventMessage:
        """Returns a copy: the queue writes the receiver's id into what it sends."""
        output = getattr(self.message, "output", None)
        if self._needs_root is None:
            self._needs_root = needs_root(output)
        if not self._needs_root:
            return self.message.model_copy()
        if (root := root_of(queue, event)) != self._root:
            self._root, self._output = root, with_root(output, root)
        return self.message.model_copy(update={"output": self._output})


class Broadcast:
    """The messages of a leader, from the first on. For one event loop."""

    def __init__(
        self, queue: Queue, leader: Event, engine: Engine, key: CacheKey, variant: Any
    ) -> None:
        self.leader = leader
        self.engine = engine
        self.key = key
        self.steps: list[list[Any]] = []
        self._queue = queue
        # None once what is sent is of its session's own form, and can't be shared.
        self._variant = variant
        self._form = CommonForm(queue, leader)
        self._sent: list[_Sent] = []
        self._last: dict[type, EventMessage] = {}
        self._followers: dict[_Follower, None] = {}
        self._is_over = False
        self._completed: _Sent | None = None
        self._news = asyncio.Event()

    @property
    def is_shared(self) -> bool:
        """Whether the messages so far say the same to every session."""
        return self._variant is not None

    async def follow(self, event: Event, variant: Any) -> bool:
        """
        Sends an event what was sent, and what is sent from now on, as fast as it reads.
        Return False if its answer has to be looked up again: the leader has ended or
        left, or the messages have another form than its session's.
        """
        # The leader may end between the moment that this was decided on and now.
        if self._is_over:
            return False
        release(self._queue, event)
        is_live = self.is_shared and variant == self._variant
        follower = _Follower(event, CommonForm(self._queue, event), is_live)
        self._followers[follower] = None
        sent_steps_of(event).rewind()
        try:
            return await self._pass_on_to(follower)
        finally:
            del self._followers[follower]

    def observe(self, message: EventMessage) -> None:
        """Notes what is being sent to the leader, or would be if it had not left."""
        if not self._form.check():
            self._variant = None
        if isinstance(message, (ProcessGeneratingMessage, ProcessCompletedMessage)):
            self._note_step(message)
        if isinstance(message, ProcessCompletedMessage):
            return
        if isinstance(message, _PASSING):
            self._last[type(message)] = message
        else:
            # A copy: the leader's own address and id are written into the message.
            self._sent.append(_Sent(message.model_copy()))
        self._tell()

    def complete(self, message: ProcessCompletedMessage) -> None:
        """Ends with the last message of the leader."""
        self._completed = _Sent(message.model_copy())
        self._end()

    def abandon(self) -> None:
        """End, as the leader has; those whom it has completed don't notice."""
        if not self._is_over:
            self._end()

    def _end(self) -> None:
        self._is_over = True
        self._tell()

    def _tell(self) -> None:
        self._news.set()
        self._news.clear()

    def _note_step(
        self, message: ProcessGeneratingMessage | ProcessCompletedMessage
    ) -> None:
        step = message.output.get("data")
        if step is None or is_update(step):
            self._variant = None
        else:
            self.steps.append(list(step))

    async def _pass_on_to(self, follower: _Follower) -> bool:
        position = 0
        while not (self._is_over and self._completed is None):
            while position < len(self._sent):
                await self._pass_on(follower, self._sent[position])
                position += 1
            self._tell_passing(follower)
            if self._is_over:
                return self._finish(follower)
            await self._news.wait()
        return False

    async def _pass_on(self, follower: _Follower, sent: _Sent) -> None:
        event = follower.event
        is_step = isinstance(sent.message, ProcessGeneratingMessage)
        if not follower.reads or (is_step and not self._is_live(follower)):
            return
        if not await pace_of(self._queue).room(event.session_hash):
            follower.reads = follower.is_live = False
        # Its form may have changed while it did not read.
        elif not is_step or (self._is_live(follower) and advance(self._queue, event)):
            send(self._queue, event, sent.for_event(self._queue, event))

    def _is_live(self, follower: _Follower) -> bool:
        if not (self.is_shared and follower.form.check()):
            follower.is_live = False
        return follower.is_live

    def _tell_passing(self, follower: _Follower) -> None:
        for kind, message in self._last.items():
            if follower.passing.get(kind) is not message:
                follower.passing[kind] = message
                send(self._queue, follower.event, message.model_copy())

    def _finish(self, follower: _Follower) -> bool:
        sent, event = self._completed, follower.event
        if sent is None or not self._is_for(follower, sent):
            return False
        message = sent.for_event(self._queue, event)
        if isinstance(message, ProcessCompletedMessage) and message.success:
            message.used_cache = "full"
            message.cache_duration = time.monotonic() - event.enqueue_time
            message.avg_time = mean_wait(event.fn, self.engine)
            self.engine.cache.counts.hits += 1
            add_to_history(self._queue, event, message.output["data"])
        send(self._queue, event, message)
        return True

    def _is_for(self, follower: _Follower, sent: _Sent) -> bool:
        if getattr(sent.message, "success", False):
            return self._is_live(follower)
        # Other components, or a session's own, need not fail with the same inputs.
        is_same = follower.event.fn is self.leader.fn
        return is_same and self._form.holds and follower.form.check()
