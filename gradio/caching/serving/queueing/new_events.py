"""
Makes the event of a join request: first what is enough for an answer at once, as most
are answered so, then all that can be registered.
"""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, cast

from gradio.caching.forks import in_child
from gradio.caching.serving.queueing.events import body_of, http_request_of
from gradio.caching.serving.queueing.run_context import pass_on_accepted
from gradio.queueing import Event

if TYPE_CHECKING:
    import fastapi

    from gradio.block_function import BlockFunction
    from gradio.data_classes import PredictBodyInternal

# What is answered at once can't be asked for by its id, so that may be guessed. To ask
# the system for random numbers takes longer than all else in an event.
_ids = random.Random()
in_child(_ids.seed)


class _EarlyEvent:
    """Has what is asked of an event before it is registered."""

    __slots__ = (
        "__weakref__",
        "_id",
        "data",
        "enqueue_time",
        "fn",
        "session_hash",
        "username",
    )

    def __init__(
        self, body: PredictBodyInternal, fn: BlockFunction, username: str | None
    ) -> None:
        self._id = f"{_ids.getrandbits(128):032x}"
        self.data = body
        self.fn = fn
        self.session_hash = body.session_hash or self._id
        self.username = username
        self.enqueue_time = time.monotonic()


def early_event(
    body: PredictBodyInternal,
    fn: BlockFunction,
    request: fastapi.Request,
    username: str | None,
) -> Event:
    """Makes what stands for an event of which nobody else knows yet."""
    if body.request is not request:
        body.request = request
    return cast("Event", _EarlyEvent(body, fn, username))


def whole_event(early: Event) -> Event:
    """Makes an event that others may know, with what was found out about it before."""
    body, request = body_of(early), http_request_of(early)
    event = Event(body.session_hash, early.fn, request, early.username)
    event.data, body.session_hash = body, event.session_hash
    event.enqueue_time = early.enqueue_time
    pass_on_accepted(early, event)
    return event
