"""What this release keeps of runs, of which answers from the cache are some."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from gradio import history, route_utils

OF_A_STREAM = "desired_output_format", "max_duration", "segments"

if TYPE_CHECKING:
    import asyncio

    from gradio.queueing import Event, Queue
    from gradio.route_utils import MediaStream

HITS: ContextVar[list[None] | None] = ContextVar("hits", default=None)
"""Where the hits of the current call are noted, if Gradio asks for them."""


def note_hit() -> None:
    """Notes a hit of the current call, in whichever thread it runs."""
    if (hits := HITS.get()) is not None:
        hits.append(None)


def add_record(queue: Queue, event: Event, record: dict[str, Any]) -> None:
    """Adds the record of an event to those that the queue sums up, and counts it."""
    records = queue.event_analytics
    records[event._id] = record
    queue.events_recorded += 1
    queue.events_recorded_per_fn[event.fn.api_name] += 1
    while len(records) > queue.ANALYTICS_MAX_EVENTS:
        records.pop(next(iter(records)))


def add_task(queue: Queue, task: asyncio.Task[None]) -> None:
    """Lets the queue cancel a task when it stops, like those of its runs."""
    queue._asyncio_tasks.add(task)
    task.add_done_callback(queue._asyncio_tasks.discard)


def records_of(queue: Queue) -> Any:
    """Returns the records of the queue's events as it sums them up."""
    return list(queue.event_analytics.values())


def add_to_history(queue: Queue, event: Event, outputs: list[Any]) -> None:
    """Adds an answer to the history of a user's runs."""
    if (body := event.data) is None or (app := queue.server_app) is None:
        return
    if history.resolve_bucket_id(queue.blocks, body.request) is None:
        return  # as for most: to find that out in a task takes as long as a hit
    request = route_utils.compile_gr_request(
        body=body, fn=event.fn, username=event.username, request=None
    )
    route_utils.record_run_history(
        app,
        fn=event.fn,
        gr_request=request,
        inputs=body.data,
        outputs=outputs,
        started_at=history.now_utc_iso(),
        fns=queue.blocks.fns,
        trigger_id=body.trigger_id,
    )


def run_name(number: int) -> str:
    """Names a run, so that its streams are served under that name."""
    return f"{number:x}"


def holds_all(stream: MediaStream, chunks: int | None) -> bool:  # noqa: ARG001
    """
    Tells whether a stream holds a run's chunks and no others: no name comes again, and
    what is encoded is cut into other chunks.
    """
    return bool(chunks)
