"""The call of its function that Gradio would make for an event."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from gradio import route_utils, utils
from gradio.caching.context.parameters import takes_inputs_alone
from gradio.caching.keys import Call
from gradio.caching.release.calls import placed, with_special_args
from gradio.caching.serving.queueing.events import (
    body_of,
    python_function_of,
    request_of,
)
from gradio.helpers import Progress, create_tracker

if TYPE_CHECKING:
    from gradio.blocks import Blocks
    from gradio.queueing import Event
    from gradio.state_holder import SessionState

T = TypeVar("T")


def arguments_of(
    blocks: Blocks, event: Event, inputs: list[Any]
) -> tuple[Call, Progress | None]:
    """The arguments made of an event's inputs, and the `gr.Progress` among them."""
    fn, body = event.fn, body_of(event)
    if fn.inputs_as_dict:
        inputs = [dict(zip(fn.inputs, inputs, strict=False))]
    else:
        # A copy: what Gradio injects is inserted into it. A batch function is
        # looked up as for a batch of one.
        inputs = [(value,) for value in inputs] if fn.batch else list(inputs)
    function = python_function_of(fn)
    arguments, named = placed(fn, function, inputs)
    is_plain = takes_inputs_alone(weakref.ref(function), len(arguments))
    if is_plain and not fn.component_prop_inputs:
        return Call(tuple(arguments), named), None
    config = blocks.state_holder[event.session_hash].blocks_config
    event_data = route_utils.prepare_event_data(config, body)
    arguments, progress = with_special_args(
        fn, function, arguments, request_of(event), event_data, body
    )
    return Call(tuple(arguments), named), _at(arguments, progress)


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


def _at(arguments: list[Any], place: int | None) -> Any:
    return None if place is None else arguments[place]
