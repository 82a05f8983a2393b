"""How this release calls the function of an event."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from gradio import blocks, route_utils
from gradio.helpers import special_args

if TYPE_CHECKING:
    from gradio.block_function import BlockFunction
    from gradio.data_classes import PredictBodyInternal
    from gradio.events import EventData


def named_inputs(fn: BlockFunction) -> Sequence[str]:
    """Lists the inputs that an event passes by name."""
    return fn.input_keyword_names


def placed(
    fn: BlockFunction, function: Callable[..., Any], inputs: list[Any]
) -> tuple[list[Any], dict[str, Any]]:
    """Tells which arguments an event's inputs are, by position and by name."""
    values, named = blocks._split_call_inputs(fn, inputs)
    return blocks._merge_positional_keyword_inputs(function, values, named)


def with_special_args(
    fn: BlockFunction,
    function: Callable[..., Any],
    arguments: list[Any],
    request: Any,
    event_data: EventData | None,
    body: PredictBodyInternal,
) -> tuple[list[Any], int | None]:
    """Adds what Gradio fills in; returns also where the `gr.Progress` is."""
    props = blocks._get_component_props(fn, function, arguments)
    token = route_utils.oauth_token_from_body(body)
    found, progress, *_ = special_args(
        function, arguments, request, event_data, component_props=props, token=token
    )
    return found, progress


def take_no_inputs(listener: BlockFunction) -> None:
    """Makes a listener pass no inputs to its function."""
    listener.inputs = []
    listener.inputs_as_dict = False
    listener.component_prop_inputs = []
    listener.input_keyword_names = []
