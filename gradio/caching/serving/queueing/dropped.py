"""Runs that were cancelled before their first step, of which the queue never learns."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradio.queueing import Event, Queue


def drop_places(queue: Queue, events: list[Event]) -> bool:
    """Frees the place of a run, as its end does: others would wait for it for ever."""
    places = [i for i, job in enumerate(queue.active_jobs) if job is events]
    for place in places:
        queue.active_jobs[place] = None
        concurrency_id = events[0].concurrency_id
        queue.event_queue_per_concurrency_id[concurrency_id].current_concurrency -= 1
    for event in events if places else ():
        queue.event_analytics[event._id]["status"] = "cancelled"
    return bool(places)
