"""The answers that are being given at the moment."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from gradio.caching.release.runs import add_task
from gradio.caching.serving.queueing.join_response import send
from gradio.caching.serving.queueing.run_context import RunContext
from gradio.exceptions import Error
from gradio.server_messages import ProcessCompletedMessage
from gradio.utils import error_payload, set_task_name

if TYPE_CHECKING:
    from gradio.queueing import Event, Queue

Ended = Callable[[BaseException | None], None]


class Tasks:
    """What answers events outside the queue. For one event loop."""

    def __init__(self, queue: Queue, context: RunContext) -> None:
        self._queue = queue
        self._context = context
        self._tasks: dict[Event, asyncio.Task[None]] = {}

    def start(
        self, event: Event, work: Coroutine[Any, Any, None], ended: Ended
    ) -> None:
        """
        Starts `work` for an event; `ended` is called when it has ended, in whatever
        way, also before it began, with what it failed with, if it failed.
        """
        task = self._tasks[event] = self._context.start(work)
        # By this name Gradio's cancel route finds it.
        set_task_name(task, event.session_hash, event.fn._id, event._id, batch=False)
        add_task(self._queue, task)
        task.add_done_callback(lambda task: self._end(event, task, ended))

    def items(self) -> list[tuple[Event, asyncio.Task[None]]]:
        """Returns the events that are being answered, with what answers them."""
        return list(self._tasks.items())

    def cancel(self, leaves: Callable[[Event], bool]) -> None:
        """Cancels the work of events whose client has left."""
        for event, task in list(self._tasks.items()):
            if leaves(event):
                event.alive = False
                task.cancel()

    def fail(self, event: Event, error: BaseException) -> None:
        """
        Tells the client of an event why it can't be answered, as Gradio shows any
        error.
        """
        content = error_payload(error, self._queue.blocks.show_error)
        message = ProcessCompletedMessage(output=content, success=False)
        send(self._queue, event, message)

    def refuse(self, event: Event) -> None:
        """Tells an event that waited outside the queue that there is no room in it."""
        self.fail(event, Error(full_message(self._queue)))

    def _end(self, event: Event, task: asyncio.Task[None], ended: Ended) -> None:
        del self._tasks[event]
        ended(None if task.cancelled() else task.exception())


def full_message(queue: Queue) -> str:
    """Says what a client is told that a queue with a `max_size` refuses."""
    return f"Queue is full. Max size is {queue.max_size} and size is {len(queue)}."
