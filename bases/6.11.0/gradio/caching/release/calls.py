"""How this release calls the function of an event."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from gradio.helpers import special_args

if TYPE_CHECKING:
    from gradio.block_function import BlockFunction
    from gradio.data_classes import PredictBodyInternal
    from gradio.events import EventData


def named_inputs(fn: BlockFunction) -> Sequence[str]:  # noqa: ARG001
    """Lists the inputs that an event passes by name: in this release none."""
    return ()


def placed(
    fn: BlockFunction,  # noqa: ARG001
    function: Callable[..., Any],  # noqa: ARG001
    inputs: list[Any],
) -> tuple[list[Any], dict[str, Any]]:
    """Tells which arguments an event's inputs are, by position and by name."""
    return inputs, {}


def with_special_args(
    fn: BlockFunction,
    function: Callable[..., Any],
    arguments: list[Any],
    request: Any,
    event_data: EventData | None,
    body: PredictBodyInternal,  # noqa: ARG001
) -> tuple[list[Any], int | None]:
    """Adds what Gradio fills in; returns also where the `gr.Progress` is."""
    props = {
        i: arguments[i]
        for i in fn.component_prop_inputs
        if i < len(arguments) and isinstance(arguments[i], dict)
    }
    found, progress, *_ = special_args(
        function, arguments, request, event_data, component_props=props
    )
    return found, progress


def take_no_inputs(listener: BlockFunction) -> None:
    """Makes a listener pass no inputs to its function."""
    listener.inputs = []
    listener.inputs_as_dict = False
    listener.component_prop_inputs = []
