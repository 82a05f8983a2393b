"""The messages of an answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from gradio.caching.context.toasts import Toast
from gradio.caching.engine import Engine
from gradio.caching.entry import Entry
from gradio.caching.serving.queueing.current import blocks_of
from gradio.caching.serving.queueing.waits import mean_wait
from gradio.caching.serving.replay.addresses import root_of, with_root
from gradio.caching.serving.replay.media import open_streams
from gradio.caching.serving.replay.stored_response import StoredResponse
from gradio.server_messages import (
    LogMessage,
    ProcessCompletedMessage,
    ProcessGeneratingMessage,
)

if TYPE_CHECKING:
    from gradio.block_function import BlockFunction
    from gradio.queueing import Event, Queue

# To have each message checked takes as long as to write it.
_COMPLETED = vars(ProcessCompletedMessage(output={}, success=True))


def messages_of(
    queue: Queue, event: Event, engine: Engine, entry: Entry, response: StoredResponse
) -> tuple[list[Mapping[str, Any]], list[Any]]:
    """
    Lists what all messages of a finished answer say; returns the last one's data, too.
    """
    write = writer_of(queue, event, response)
    *generated, last = [write(step) for step in response.media.steps]
    completion = _completion(event, engine, output_of(event, last, False))
    messages: list[Mapping[str, Any]] = [
        *(vars(toast_message(toast)) for toast in entry.toasts),
        *(vars(generating(output_of(event, step, True))) for step in generated),
        {**_COMPLETED, **completion},
    ]
    return messages, last


def writer_of(
    queue: Queue, event: Event, response: StoredResponse
) -> Callable[[list[Any]], list[Any]]:
    """Returns what puts addresses into the `data` of a message."""
    root = root_of(queue, event) if response.addressed else ""
    written = open_streams(blocks_of(queue), event, response.media)

    def write(step: list[Any]) -> list[Any]:
        return [
            with_root(d, root) if i in response.addressed else d
            for i, d in enumerate(written(step))
        ]

    return write if response.addressed else written


def toast_message(toast: Toast) -> LogMessage:
    """Makes what shows a toast."""
    return LogMessage(
        log=toast.message,
        title=toast.title,
        level=toast.level,
        duration=toast.duration,
        visible=toast.visible,
    )


def generating(output: dict[str, Any]) -> ProcessGeneratingMessage:
    """Makes what tells one of the steps before the last."""
    return ProcessGeneratingMessage(output=output, success=True)


def completed(
    event: Event, engine: Engine, output: dict[str, Any]
) -> ProcessCompletedMessage:
    """Makes what tells the last step, and what it saves."""
    return ProcessCompletedMessage(**_completion(event, engine, output))


def _completion(event: Event, engine: Engine, output: dict[str, Any]) -> dict[str, Any]:
    if event.fn.batch:  # as it is of a run of several
        output["is_generating"] = None
    return {
        "output": output,
        "success": True,
        "used_cache": "full",
        "cache_duration": _duration(event),
        "avg_time": mean_wait(event.fn, engine),
    }


def output_of(event: Event, step: list[Any], is_generating: bool) -> dict[str, Any]:
    """Makes the output of a step, with its `data`."""
    return {
        "data": step,
        "is_generating": is_generating,
        "duration": _duration(event),
        "average_duration": average_duration(event.fn),
        "render_config": None,
        "changed_state_ids": [],
    }


def _duration(event: Event) -> float:
    return time.monotonic() - event.enqueue_time


def average_duration(fn: BlockFunction) -> float:
    """Returns the mean seconds of a listener's runs."""
    return fn.total_runtime / fn.total_runs if fn.total_runs else 0.0
