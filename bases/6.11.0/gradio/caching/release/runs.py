"""What this release keeps of runs, of which answers from the cache are some."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

OF_A_STREAM = (
    "desired_output_format",
    "max_duration",
    "playlist",
    "segment_index",
    "segments",
)

if TYPE_CHECKING:
    import asyncio

    from gradio.queueing import Event, Queue
    from gradio.route_utils import MediaStream


def note_hit() -> None:
    """Notes a hit of the current call: this release asks for those of events alone."""


def add_record(queue: Queue, event: Event, record: dict[str, Any]) -> None:
    """Adds the record of an event to those that the queue sums up."""
    queue.event_analytics[event._id] = record


def add_task(queue: Queue, task: asyncio.Task[None]) -> None:
    """Lets the queue cancel a task when it stops, like those of its runs."""
    tasks = queue._asyncio_tasks
    tasks.append(task)
    task.add_done_callback(tasks.remove)


def records_of(queue: Queue) -> Any:
    """Returns the records of the queue's events as it sums them up."""
    return queue.event_analytics


def add_to_history(queue: Queue, event: Event, outputs: list[Any]) -> None:
    """Adds an answer to the history of a user's runs: in this release there is none."""


def run_name(number: int) -> int:
    """Names a run, so that its streams are served under that name."""
    return number


def holds_all(stream: MediaStream, chunks: int | None) -> bool:
    """
    Tells whether a stream holds a run's chunks and no others, as the name of another
    run may have been the same.
    """
    return len(stream.segments) == chunks
