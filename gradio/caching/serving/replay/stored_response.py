"""The finished answer to an event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gradio.caching.entry import FileStamp
from gradio.caching.serving.replay.addresses import needs_root
from gradio.caching.serving.replay.media import Media
from gradio.caching.sizing import size_of

RESPONSE_BYTES = 200
"""What an entry holds of an answer besides its parts."""


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """What a run of an event sent."""

    media: Media
    values: dict[int, Any]
    addressed: frozenset[int]
    files: tuple[FileStamp, ...]
    size: int


def new_response(
    media: Media, values: dict[int, Any], files: tuple[FileStamp, ...]
) -> StoredResponse:
    """Finds out where in an answer addresses go, and how much it holds."""
    steps = media.steps
    parts = {i for step in steps for i, d in enumerate(step) if needs_root(d)}
    addressed = frozenset(parts)
    size = RESPONSE_BYTES + size_of((media, values, addressed, files))
    return StoredResponse(media, values, addressed, files, size)
