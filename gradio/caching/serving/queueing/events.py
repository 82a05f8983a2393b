"""What the queue has of an event: its parts, and the slot in which it runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gradio import route_utils

if TYPE_CHECKING:
    import fastapi
    from starlette.requests import Request

    from gradio.block_function import BlockFunction
    from gradio.data_classes import PredictBodyInternal
    from gradio.queueing import Event, Queue


def body_of(event: Event) -> PredictBodyInternal:
    """Returns the payload of a registered event."""
    body: Any = event.data
    return body


def http_request_of(event: Event) -> fastapi.Request:
    """Returns the request that a registered event came with."""
    request: Any = body_of(event).request
    return request


def header_of(request: Request, name: bytes) -> bytes:
    """Returns the first value of a header, by its name in lower case; empty if none."""
    for key, value in request.scope["headers"]:
        if key == name:
            return value
    return b""


def python_function_of(fn: BlockFunction) -> Callable[..., Any]:
    """Returns the function of a listener that runs in Python."""
    function: Any = fn.fn
    return function


def request_of(event: Event) -> Any:
    """Returns the `gr.Request` that an event's function may ask for."""
    return route_utils.compile_gr_request(
        body=body_of(event), fn=event.fn, username=event.username, request=None
    )


def free_slot(queue: Queue, events: list[Event]) -> None:
    """
    Frees the place of a run that was cancelled before its first step, as its end would:
    the queue never learns of it.
    """
    places = [i for i, job in enumerate(queue.active_jobs) if job is events]
    for place in places:
        queue.active_jobs[place] = None
        concurrency_id = events[0].concurrency_id
        queue.event_queue_per_concurrency_id[concurrency_id].current_concurrency -= 1
    for event in events if places else ():
        queue.event_analytics.get(event._id, {})["status"] = "cancelled"


def forget_run(queue: Queue, events: list[Event], run: asyncio.Task[None]) -> None:
    """
    Takes a run that has ended, and its events, off lists that Gradio never shortens.
    """
    if run in queue._asyncio_tasks:
        queue._asyncio_tasks.remove(run)
    for event in events:
        # A client may end a stream of inputs twice, and is told that it has.
        if event.fn.connection != "stream":
            queue.event_ids_to_events.pop(event._id, None)
