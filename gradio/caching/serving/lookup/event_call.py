"""The call of its function that Gradio would make for an event."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from gradio import route_utils, utils
from gradio.caching.context.parameters import takes_inputs_alone
from gradio.caching.serving.queueing.events import (
    body_of,
    python_function_of,
    request_of,
)
from gradio.helpers import Progress, create_tracker, special_args

if TYPE_CHECKING:
    from gradio.block_function import BlockFunction
    from gradio.blocks import Blocks
    from gradio.queueing import Event
    from gradio.state_holder import SessionState

T = TypeVar("T")


def arguments_of(
    blocks: Blocks, event: Event, inputs: list[Any]
) -> tuple[list[Any], Progress | None]:
    """The arguments made of an event's inputs, and the `gr.Progress` among them."""
    fn, body = event.fn, body_of(event)
    if fn.inputs_as_dict:
        inputs = [dict(zip(fn.inputs, inputs, strict=False))]
    else:
        # A copy: what Gradio injects is inserted into it. A batch function is
        # looked up as for a batch of one.
        inputs = [(value,) for value in inputs] if fn.batch else list(inputs)
    function = python_function_of(fn)
    is_plain = takes_inputs_alone(weakref.ref(function), len(inputs))
    if is_plain and not fn.component_prop_inputs:
        return inputs, None
    config = blocks.state_holder[event.session_hash].blocks_config
    arguments, progress, *_ = special_args(
        function,
        inputs,
        request_of(event),
        route_utils.prepare_event_data(config, body),
        component_props=_component_props(fn, inputs),
    )
    return arguments, None if progress is None else arguments[progress]


def in_call(
    blocks: Blocks,
    event: Event,
    state: SessionState,
    fn: Callable[..., T],
    progress: Progress | None,
) -> Callable[..., T]:
    """The function as Gradio would call it for the event."""
    call = utils.get_function_with_locals(
        fn=fn,
        blocks=blocks,
        event_id=event._id,
        in_event_listener=True,
        request=request_of(event),
        state=state,
    )
    return call if progress is None else create_tracker(call, progress.track_tqdm)[1]


def _component_props(fn: BlockFunction, inputs: list[Any]) -> dict[int, dict[str, Any]]:
    return {
        i: inputs[i]
        for i in fn.component_prop_inputs
        if i < len(inputs) and isinstance(inputs[i], dict)
    }
