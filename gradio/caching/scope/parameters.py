"""The parameters of a function that Gradio fills in."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from gradio.events import EventData
from gradio.helpers import Progress
from gradio.utils import get_type_hints, is_special_typed_parameter

_INJECTED: list[type] = [Progress]


def inject(kind: type) -> None:
    """
    Parameters:
        kind: a type; a default value of it marks a parameter that Gradio fills in.
    """
    _INJECTED.append(kind)


def injected_by_default(fn: Callable[..., Any]) -> frozenset[str]:
    """
    Parameters:
        fn: a function.
    Returns:
        The names of the parameters whose default value Gradio replaces or passes
        itself.
    """
    try:
        parameters = inspect.signature(fn).parameters.values()
    except (TypeError, ValueError):
        return frozenset()
    return frozenset(
        p.name for p in parameters if isinstance(p.default, tuple(_INJECTED))
    )


def filled_in_by_gradio(fn: Callable[..., Any]) -> frozenset[str]:
    """
    Parameters:
        fn: a function made by `gr.cache`, or any other.
    Returns:
        The names of the parameters that no input component supplies: by their type
        hint, or by a default value that Gradio passes itself.
    """
    hints = get_type_hints(fn)
    special = (name for name in hints if is_special_typed_parameter(name, hints))
    return injected_by_default(fn) | frozenset(special)


def depends_on_caller(fn: Callable[..., Any]) -> bool:
    """
    Parameters:
        fn: a function.
    Returns:
        True if a parameter is filled in from the request: a `gr.Request`, a user's
        profile or token, a header.
    """
    hints = get_type_hints(fn)
    return any(
        is_special_typed_parameter(name, hints) and not _is_event_data(hint)
        for name, hint in hints.items()
    )


def _is_event_data(hint: Any) -> bool:
    return inspect.isclass(hint) and issubclass(hint, EventData)
