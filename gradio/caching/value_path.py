"""
Says where in a value something was found: `.model.lock`, `[3]["name"]`. Costs nothing
unless it is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradio.caching.types.protocol import instance_dict

MAX_STEPS = 20


def value_path(values: Sequence[Any]) -> str:
    """
    Spells the way from the first to the last of values that were found each inside the
    one before; empty where nothing can be said.
    """
    steps: list[str] = []
    inside_state = False
    for outer, inner in zip(values, values[1:], strict=False):
        step = _step(outer, inner, as_attribute=inside_state)
        inside_state = not step
        steps.append(step)
    named = [step for step in steps if step]
    if len(named) > MAX_STEPS:
        named[MAX_STEPS // 2 : -MAX_STEPS // 2] = ["…"]
    return "".join(named)


def _step(outer: Any, inner: Any, *, as_attribute: bool) -> str:
    if isinstance(outer, dict):
        for key in [key for key, item in dict.items(outer) if item is inner]:
            return f".{key}" if as_attribute else f"[{_short(key)}]"
    elif isinstance(outer, (list, tuple)):
        for index in [index for index, item in enumerate(outer) if item is inner]:
            return "" if as_attribute else f"[{index}]"
    else:
        for name, item in (instance_dict(outer) or {}).items():
            if item is inner:
                return f".{name}"
    return ""


def _short(key: Any) -> str:
    text = repr(key) if isinstance(key, (str, int)) else type(key).__name__
    return text if len(text) <= 40 else text[:37] + "…"
