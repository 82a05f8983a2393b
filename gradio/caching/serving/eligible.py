"""Which events a cache may answer at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradio.caching.engine import Engine
from gradio.caching.release.calls import named_inputs
from gradio.caching.serving.queueing.messages import unread
from gradio.caching.serving.queueing.pace import UNREAD
from gradio.caching.serving.wrappers import callee_of
from gradio.caching.wrapping import engine_of

if TYPE_CHECKING:
    from gradio.block_function import BlockFunction
    from gradio.data_classes import PredictBodyInternal
    from gradio.queueing import Queue


def engine_for(fn: BlockFunction, validated: bool) -> Engine | None:
    """Finds the engine of an event listener that can be answered, if it can."""
    runs_as_usual = fn.connection == "stream" or fn.renderable is not None
    runs_as_usual |= fn.batch and bool(named_inputs(fn))
    if runs_as_usual or (fn.validator is not None and not validated):
        return None
    return engine_of(callee_of(fn.fn).fn)


def is_unusual(queue: Queue, body: PredictBodyInternal) -> bool:
    """
    Tells the requests that Gradio is to deal with itself: it refuses those of a session
    without a name; answers that nobody reads would pile up faster than those of runs.
    """
    is_deaf = unread(queue, body.session_hash) >= 2 * UNREAD
    return is_deaf or body.session_hash == ""
