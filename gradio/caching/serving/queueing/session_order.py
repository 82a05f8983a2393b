"""Events that read their session's state are answered in the order they came in."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING

from gradio.caching.serving.queueing.tasks import Tasks

if TYPE_CHECKING:
    from gradio.queueing import Event, Queue


class SessionOrder:
    """
    Knows which events may still change the state that another reads. Of different
    concurrency groups, the queue keeps no order either. For one event loop.
    """

    def __init__(self, queue: Queue, tasks: Tasks) -> None:
        self._queue = queue
        self._tasks = tasks

    def earlier_answers(self, event: Event) -> list[asyncio.Task[None]]:
        """
        Finds the answers that are being given to its session; to be called when an
        event has come, before its task is started.
        """
        if not _reads_state(event):
            return []
        return [t for other, t in self._tasks.items() if _share(other, event)]

    def is_next(self, event: Event) -> bool:
        """Finds out whether no event in the queue has yet to run before this one."""
        if not _reads_state(event):
            return True
        return not any(_share(other, event) for other in self._unfinished(event))

    def _unfinished(self, event: Event) -> Iterator[Event]:
        yield from self._queue.event_queue_per_concurrency_id[
            event.concurrency_id
        ].queue
        for job in self._queue.active_jobs:
            yield from job or ()


def _reads_state(event: Event) -> bool:
    return any(block.stateful for block in event.fn.inputs)


def _share(other: Event, event: Event) -> bool:
    is_other = other is not event and other.session_hash == event.session_hash
    return is_other and other.concurrency_id == event.concurrency_id
