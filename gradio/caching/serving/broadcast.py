"""One running event whose messages also go to the sessions that asked for the same."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gradio.caching.engine import Engine
from gradio.caching.serving.payloads import is_update
from gradio.caching.serving.steps import progress_of
from gradio.caching.serving.waits import mean_wait
from gradio.caching.tickets import Ticket
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
    is_live: bool
    answered: asyncio.Future[bool] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )

    def end(self, answered: bool) -> None:
        if not self.answered.done():
            self.answered.set_result(answered)


class Broadcast:
    """
    The messages of a leader, from the first on. For one event loop.
    Parameters:
        queue: the queue that the leader runs in.
        leader: the event that runs.
        engine: the engine of its function.
        ticket: where its result belongs.
        view: what the form of its messages depends on; None if they are its session's
            alone.
    """

    def __init__(
        self, queue: Queue, leader: Event, engine: Engine, ticket: Ticket, view: Any
    ) -> None:
        self.leader = leader
        self.engine = engine
        self.ticket = ticket
        self.steps: list[list[Any]] = []
        self._is_over = False
        self._queue = queue
        self._view = view
        self._sent: list[EventMessage] = []
        self._last: dict[type, EventMessage] = {}
        self._followers: list[_Follower] = []

    @property
    def is_plain(self) -> bool:
        """Whether the messages so far say the same to every session."""
        return self._view is not None

    @property
    def followers(self) -> list[Event]:
        """The events that wait for the result."""
        return [follower.event for follower in self._followers]

    async def follow(self, event: Event, view: Any) -> bool:
        """
        Sends an event what was sent, and what is sent from now on.
        Parameters:
            event: the follower.
            view: what the form of its messages depends on; None if they are its own
                alone.
        Returns:
            True if it got all; False if its answer has to be looked up again, as the
            leader has ended or left, or the messages were for its session alone.
        """
        # The leader may end between the moment that this was decided on and now.
        if self._is_over:
            return False
        follower = _Follower(event, self.is_plain and view == self._view)
        self._followers.append(follower)
        progress_of(event).start_over()
        for message in (*self._sent, *self._last.values()):
            self._pass_on(follower, message)
        try:
            return await follower.answered
        finally:
            self._followers.remove(follower)

    def observe(self, message: EventMessage) -> None:
        """
        Parameters:
            message: what is being sent to the leader, or would be if it had not left.
        """
        if isinstance(message, (ProcessGeneratingMessage, ProcessCompletedMessage)):
            self._note_step(message)
        if isinstance(message, ProcessCompletedMessage):
            return
        if isinstance(message, _PASSING):
            self._last[type(message)] = message
        else:
            self._sent.append(message)
        for follower in self._followers:
            self._pass_on(follower, message)

    def complete(self, message: ProcessCompletedMessage) -> None:
        """
        Parameters:
            message: the last message of the leader.
        """
        self._is_over = True
        for follower in self._followers:
            if message.success and not follower.is_live:
                follower.end(answered=False)
            else:
                last = self._answer(follower, message) if message.success else message
                self._pass_on(follower, last)
                follower.end(answered=True)

    def lose(self) -> None:
        """
        To be called when the leader has ended; does nothing to those it has completed.
        """
        self._is_over = True
        for follower in self._followers:
            follower.end(answered=False)

    def _note_step(
        self, message: ProcessGeneratingMessage | ProcessCompletedMessage
    ) -> None:
        step = message.output.get("data")
        if step is None or is_update(step):
            self._view = None
            for follower in self._followers:
                follower.is_live = False
        else:
            self.steps.append(list(step))

    def _answer(
        self, follower: _Follower, message: ProcessCompletedMessage
    ) -> ProcessCompletedMessage:
        return message.model_copy(
            update={
                "used_cache": "full",
                "cache_duration": time.monotonic() - follower.event.enqueue_time,
                "avg_time": mean_wait(follower.event.fn, self.engine),
            }
        )

    def _pass_on(self, follower: _Follower, message: EventMessage) -> None:
        event = follower.event
        if isinstance(message, ProcessGeneratingMessage):
            wanted = follower.is_live and progress_of(event).is_news()
        else:
            wanted = True
        if wanted and event.session_hash in self._queue.pending_messages_per_session:
            # A copy: the queue writes the receiver's id into what it sends.
            self._queue.send_message(event, message.model_copy())
