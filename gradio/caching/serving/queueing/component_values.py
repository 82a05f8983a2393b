"""The values of components that a session's state keeps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from gradio.caching.snapshot import snapshot

if TYPE_CHECKING:
    from gradio.state_holder import SessionState


def values_of(state: SessionState, blocks: Iterable[Any]) -> dict[int, Any]:
    """Finds the values that a session has for components, by their ids; not copied."""
    configs = ((b._id, state.config_values.get(b._id, {})) for b in blocks)
    return {
        component: config["props"]["value"]
        for component, config in configs
        if "value" in config.get("props", ())
    }


def copies_of(values: Mapping[int, Any]) -> dict[int, Any]:
    """Copies values of components, as the session goes on to change its own."""
    return {component: snapshot(value) for component, value in values.items()}
