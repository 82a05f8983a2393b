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
    """
    Parameters:
        event: a registered event.
    Returns:
        Its payload.
    """
    return cast("PredictBodyInternal", event.data)


def http_request_of(event: Event) -> fastapi.Request:
    """
    Parameters:
        event: a registered event.
    Returns:
        The request that it came with.
    """
    return cast("fastapi.Request", body_of(event).request)


def python_function_of(fn: BlockFunction) -> Callable[..., Any]:
    """
    Parameters:
        fn: an event listener that runs in Python.
    Returns:
        Its function.
    """
    return cast("Callable[..., Any]", fn.fn)
