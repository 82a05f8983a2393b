"""Puts events into the figures that Gradio keeps of its queue."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from typing import TYPE_CHECKING, Any

import numpy as np
from anyio.to_thread import run_sync

from gradio.caching.errors import fail_open
from gradio.caching.release.runs import add_record, records_of

if TYPE_CHECKING:
    import pandas as pd

    from gradio.queueing import Event, Queue

# The queue keeps a record of every run for ever; hits are many more.
_HITS_KEPT = 1000
_HIT = "success"
# Seconds. To sum up takes longer than hundreds of hits.
_SUMMARY_DELAY = 1.0


class Hits:
    """
    Counts hits as requests, but not in the figures of how long runs take. Bounded: of
    the hits only the last 1,000 are kept. For one event loop.
    """

    def __init__(self, queue: Queue) -> None:
        self._queue = queue
        self._kept: deque[str] = deque()
        self._summary: asyncio.TimerHandle | None = None
        self._summing: asyncio.Future[Any] | None = None

    def count(self, event: Event) -> None:
        """Counts an event that was answered from the cache."""
        add_record(self._queue, event, _record(event, _HIT))
        self._kept.append(event._id)
        if len(self._kept) > _HITS_KEPT:
            self._queue.event_analytics.pop(self._kept.popleft(), None)
        self._summarise_soon()

    def _summarise_soon(self) -> None:
        if self._summary is None:
            loop = asyncio.get_running_loop()
            self._summary = loop.call_later(_SUMMARY_DELAY, self._summarise)

    def _summarise(self) -> None:
        self._summary = None
        self._summing = asyncio.ensure_future(_sum_up(self._queue))


@fail_open(None)
async def _sum_up(queue: Queue) -> None:
    # It sums up again only if the number of records has grown since.
    queue.event_count_at_last_cache = 0
    # In the threads of runs, as Gradio does: these end with the loop.
    await run_sync(queue.compute_analytics_summary, records_of(queue))


def count_queued(queue: Queue, event: Event) -> None:
    """Counts an event that enters the queue."""
    add_record(queue, event, _record(event, "queued"))


def process_times(events: pd.DataFrame) -> Any:
    """
    Returns the seconds of runs that count in the figures: all but hits; one of 0
    seconds if there is nothing else, as figures can't be made of nothing.
    """
    times = events["process_time"].to_numpy()
    # On plain arrays: this is done after each run, and pandas takes longer than runs.
    is_float = times.dtype.kind == "f"
    is_hit = np.isnan(times) if is_float else np.array(events["process_time"].isna())
    if is_hit.any():
        is_hit &= events["status"].to_numpy() == _HIT
        times = times[~is_hit]
    return times if times.size else np.zeros(1)


def _record(event: Event, status: str) -> dict[str, float | str | None]:
    return {
        "time": time.time(),
        "status": status,
        "process_time": None,
        "function": event.fn.api_name,
        "session_hash": event.session_hash,
    }
