"""The parts of an event that it has as soon as it is registered."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    import fastapi

    from gradio.block_function import BlockFunction
    from gradio.data_classes import PredictBodyInternal
    from gradio.queueing import Event


def body_of(event: Event) -> PredictBodyInternal:
    """Returns the payload of a registered event."""
    return cast("PredictBodyInternal", event.data)


def http_request_of(event: Event) -> fastapi.Request:
    """Returns the request that a registered event came with."""
    return cast("fastapi.Request", body_of(event).request)


def python_function_of(fn: BlockFunction) -> Callable[..., Any]:
    """Returns the function of a listener that runs in Python."""
    return cast("Callable[..., Any]", fn.fn)
