"""One event at the desk, and what it is told when there is no room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradio.caching.engine import Engine
from gradio.caching.serving.queueing.arrival_order import Place

if TYPE_CHECKING:
    from gradio.queueing import Event, Queue


def full_message(queue: Queue) -> str:
    """Says what a client is told that a queue with a `max_size` refuses."""
    return f"Queue is full. Max size is {queue.max_size} and size is {len(queue)}."


@dataclass(slots=True, eq=False)
class Case:
    """An event at the desk."""

    event: Event
    engine: Engine
    digest: bytes | None = None
    is_digested: bool = False
    place: Place | None = None
