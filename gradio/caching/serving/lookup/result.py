"""What a look-up told of an event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gradio.caching.entry import MISS, Entry, Miss
from gradio.caching.keys import CacheKey
from gradio.caching.serving.lookup.preprocessed import Reservation
from gradio.caching.snapshot import snapshot

if TYPE_CHECKING:
    from gradio.state_holder import SessionState


@dataclass(frozen=True, slots=True)
class LookupResult:
    """What a lookup told. As a context, it gives back at the end what is reserved."""

    key: CacheKey | None
    entry: Entry | Miss
    values: Mapping[int, Any]
    inputs: list[Any] | None
    values_size: int = 0
    reservation: Reservation | None = None
    arguments: Sequence[Any] = ()
    seconds: float = 0.0
    is_withheld: bool = False

    def __enter__(self) -> LookupResult:
        return self

    def __exit__(self, *_: object) -> None:
        if self.reservation is not None:
            self.reservation.release()


NOT_FOUND = LookupResult(None, MISS, {}, None)
WITHHELD = LookupResult(None, MISS, {}, None, is_withheld=True)


def values_in(state: SessionState, blocks: Iterable[Any]) -> dict[int, Any]:
    """Copies the values that a session has for components, by their ids."""
    return {i: snapshot(value) for i, value in values_of(state, blocks).items()}


def values_of(state: SessionState, blocks: Iterable[Any]) -> dict[int, Any]:
    configs = ((b._id, state.config_values.get(b._id, {})) for b in blocks)
    return {
        component: config["props"]["value"]
        for component, config in configs
        if "value" in config.get("props", ())
    }
