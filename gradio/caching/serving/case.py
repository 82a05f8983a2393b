"""One event at the desk, and what it is told when there is no room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradio.caching.engine import Engine
from gradio.caching.serving.turns import Turn

if TYPE_CHECKING:
    from gradio.queueing import Event, Queue


def full_message(queue: Queue) -> str:
    """
    Parameters:
        queue: a queue with a `max_size`.
    Returns:
        What a client is told that it refuses.
    """
    return f"Queue is full. Max size is {queue.max_size} and size is {len(queue)}."


@dataclass(slots=True, eq=False)
class Case:
    """
    An event at the desk.
    Parameters:
        event: the event.
        engine: the engine of its function.
        digest: what its request is recognised by, None if it can't be.
        is_digested: whether that was found out.
        turn: its place among those that are looked up.
    """

    event: Event
    engine: Engine
    digest: bytes | None = None
    is_digested: bool = False
    turn: Turn | None = None
