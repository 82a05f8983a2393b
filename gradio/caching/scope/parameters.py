"""The parameters of a function that Gradio fills in and that never count in a key."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from gradio.helpers import Progress


def injected_by_default(
    fn: Callable[..., Any], kinds: tuple[type, ...] = ()
) -> frozenset[str]:
    """
    Parameters:
        fn: a function.
        kinds: further types of default value that mark a parameter.
    Returns:
        The names of the parameters whose default value Gradio replaces or passes itself.
    """
    try:
        parameters = inspect.signature(fn).parameters.values()
    except (TypeError, ValueError):
        return frozenset()
    return frozenset(
        p.name for p in parameters if isinstance(p.default, (Progress, *kinds))
    )
