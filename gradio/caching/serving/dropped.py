"""Runs that were cancelled before their first step, of which the queue never learns."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradio.queueing import Event, Queue


def was_dropped(queue: Queue, event: Event) -> bool:
    """
    Parameters:
        queue: a queue.
        event: an event that has entered it and has not ended.
    Returns:
        True if it was taken out to be run, but nothing runs it.
    """
    # The task of a batch has no such name, and is never cancelled.
    if event.fn.batch or [event] not in queue.active_jobs:
        return False
    # The latest first: the queue keeps the tasks of all runs.
    tasks = (t for t in reversed(queue._asyncio_tasks) if _runs(t, event))
    task = next(tasks, None)
    return task is not None and task.done()


def give_back_place(queue: Queue, event: Event) -> None:
    """
    Frees the place of a dropped run, as its end would have done: others would wait for
    it for ever.
    Parameters:
        queue: the queue.
        event: an event that was dropped.
    """
    queue.active_jobs[queue.active_jobs.index([event])] = None
    queue.event_queue_per_concurrency_id[event.concurrency_id].current_concurrency -= 1


def _runs(task: asyncio.Task[None], event: Event) -> bool:
    return task.get_name().endswith(event._id)
