"""Whether two sessions get the same answer, and in which form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from gradio.caching.functions.registry import INSTANCES
from gradio.caching.serving.lookup.components import is_gradio_s_own, read_by_preprocess
from gradio.caching.serving.queueing.current import blocks_of, state_of
from gradio.caching.serving.queueing.events import body_of
from gradio.components.base import StreamingOutput

if TYPE_CHECKING:
    from gradio.block_function import BlockFunction
    from gradio.queueing import Event, Queue


def variant_of(event: Event) -> tuple[Any, ...]:
    """
    Returns what the form of an event's answer depends on besides the result: the
    listener with its components, and the format. Addresses are written when it is sent.
    """
    return INSTANCES.of(event.fn), body_of(event).simple_format


def has_own_components(queue: Queue, event: Event) -> bool:
    """
    Tells whether the session has changed a component of the event, or the components
    are the session's own.
    """
    if event.fn.rendered_in is not None:
        return True
    state = state_of(queue, event.session_hash)
    if state is None:
        return False
    mine, common = state.blocks_config.blocks, blocks_of(queue).blocks
    blocks = (*event.fn.inputs, *event.fn.outputs)
    return any(mine.get(b._id) is not common.get(b._id) for b in blocks)


def is_cacheable(fn: BlockFunction, steps: Sequence[list[Any]] = ()) -> bool:
    """
    Tells whether a listener's answers are the same for all sessions at all times: they
    set no state, change only values of components, and come from Gradio's own
    components.
    """
    if any(map(is_update, steps)):
        return False
    if not all(is_repeatable(block, "postprocess") for block in fn.outputs):
        return False
    streamed = [fn.outputs[position] for position in streamed_outputs(fn)]
    if not all(is_repeatable(block, "stream_output") for block in streamed):
        return False
    return not any(block.stateful for block in fn.outputs)


def is_repeatable(block: Any, step: str) -> bool:
    """
    Tells whether a component makes the same of the same value next time; one from
    elsewhere may look at anything, and one of Gradio's at the clock.
    """
    if step != "preprocess":
        return is_gradio_s_own(block, step)
    try:
        read_by_preprocess(block)
    except LookupError:
        return False
    return True


def is_update(step: list[Any]) -> bool:
    """
    Tells whether a message's `data` changes more than the value of a component, which a
    session keeps track of.
    """
    return any(isinstance(d, dict) and "update" in str(d.get("__type__")) for d in step)


def streamed_outputs(fn: BlockFunction) -> dict[int, int]:
    """
    Lists the ids of the output components that a listener streams sound or pictures to,
    by their positions.
    """
    if not fn.types_generator:
        return {}
    return {
        i: block._id
        for i, block in enumerate(fn.outputs)
        if isinstance(block, StreamingOutput) and block.streaming
    }
