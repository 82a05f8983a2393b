"""What is small enough to be looked up without a thread."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gradio.caching.offload import any_part, is_light, is_short, may_be_file
from gradio.caching.serving.queueing.events import body_of

if TYPE_CHECKING:
    from gradio.queueing import Event

_FEW_FILES = 8
_FEW_INPUTS = 16


def is_light_payload(event: Event) -> bool:
    """Whether the payload of an event is small, and names no file to be decoded."""
    body = body_of(event)
    parts = (body.data, body.event_data)
    return is_light(*parts) and not any_part(parts, _may_name_file)


def _may_name_file(part: Any) -> bool:
    return type(part) is dict and not part.keys().isdisjoint(("path", "url", "id"))


def is_quick(args: tuple[Any, ...], left: Mapping[int, Any]) -> bool:
    """Whether a key of these takes no thread: they are few bytes, and name no file."""
    return is_light(args, left) and not any_part(args, may_be_file)


def is_recognised_quickly(event: Event) -> bool:
    """Whether the payload of an event is small, and names few files."""
    body, seen = body_of(event), 0
    if body.event_data is None and _are_few_short(body.data):
        return True

    def names_many(part: Any) -> bool:
        nonlocal seen
        seen += _may_name_file(part) or may_be_file(part)
        return seen > _FEW_FILES

    parts = (body.data, body.event_data)
    return is_light(*parts) and not any_part(parts, names_many)


def _are_few_short(data: Any) -> bool:
    return type(data) is list and len(data) <= _FEW_INPUTS and all(map(is_short, data))
