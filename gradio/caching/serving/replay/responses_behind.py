"""The finished answers that a store has which outlives the process."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from gradio.caching import files
from gradio.caching.engine import Engine
from gradio.caching.entry import Entry, Miss
from gradio.caching.errors import fail_open
from gradio.caching.keys import CacheKey
from gradio.caching.serving.queueing.events import body_of
from gradio.caching.serving.repeatable import (
    has_own_components,
    is_cacheable,
    variant_of,
)
from gradio.caching.serving.replay.addresses import PLACEHOLDER, with_root
from gradio.caching.serving.replay.packed_media import (
    PackedMedia,
    packed_media,
    unpacked_media,
)
from gradio.caching.serving.replay.stored_response import StoredResponse, new_response

if TYPE_CHECKING:
    from gradio.block_function import BlockFunction
    from gradio.caching.candidate import Candidate
    from gradio.caching.payloads import Payload
    from gradio.queueing import Event, Queue

MOST_HELD = 512 * 2**10
"""Bytes. Larger answers are read anew for each event."""

_FEW_FILES = 8


class Shown(NamedTuple):
    """An answer that was read, with an entry that lacks its value."""

    variant: Any
    entry: Entry
    response: StoredResponse


def shown_to(event: Event, entry: Entry, response: StoredResponse) -> Shown | None:
    """Makes what is held for equal events; None if it is too much."""
    is_small = response.size <= MOST_HELD and len(response.files) <= _FEW_FILES
    return Shown(variant_of(event), entry, response) if is_small else None


def may_be_shown(
    queue: Queue, event: Event, engine: Engine, key: CacheKey, shown: Shown
) -> bool:
    """Tells whether what is held answers an equal event: nothing was forgotten."""
    now = engine.cache.generation_of(key.namespace, key.digest)
    life = shown.entry.life
    if key.generation != now or not (life is None or life.may_be_given):
        return False
    if shown.variant != variant_of(event) or has_own_components(queue, event):
        return False
    return files.unchanged(shown.response.files)


def keep_behind(
    event: Event, engine: Engine, key: CacheKey, entry: Entry, response: StoredResponse
) -> None:
    """Has what was sent for an entry written soon, if the entry is."""
    if key.lasting is None:
        return
    make = partial(_payload, event.fn, body_of(event).simple_format, response)
    size = response.size + sum(file.size for file in response.files)
    engine.cache.keep_payload(key, entry, size, make)


def look_behind(
    event: Event,
    engine: Engine,
    key: CacheKey,
    is_common: bool,
    candidate: Candidate | None = None,
) -> tuple[Entry | Miss, StoredResponse | None]:
    """
    Finds what was sent for an equal event, with an entry that lacks its value; else an
    entry. Blocks.
    """
    view = _view(event) if is_common else None
    if view is None:
        engine.recall(key, candidate)
    elif (found := _recalled(event, engine, key, view, candidate)) is not None:
        return found
    return engine.lookup(key), None


@fail_open(None)
def _view(event: Event) -> str | None:
    from gradio.caching.serving.portable_variant import portable_variant_of

    return portable_variant_of(event) if is_cacheable(event.fn) else None


@fail_open(None)
def _recalled(
    event: Event,
    engine: Engine,
    key: CacheKey,
    view: str,
    candidate: Candidate | None,
) -> tuple[Entry, StoredResponse] | None:
    found = engine.cache.recall_payload(key, view, candidate)
    return None if found is None else (found[0], _response(event.fn, found[1]))


def _payload(
    fn: BlockFunction, simple_format: bool, response: StoredResponse
) -> tuple[str, Payload] | None:
    """Makes of an answer what means the same in another process."""
    # Where nothing lasts, they are not loaded.
    from gradio.caching.payloads import Payload
    from gradio.caching.serving.portable_variant import portable_variant

    if (view := portable_variant(fn, simple_format)) is None:
        return None
    left, outputs = response.values, enumerate(fn.outputs)
    values = [(i, left[block._id]) for i, block in outputs if block._id in left]
    # The placeholder of this process, as a fixed one could be part of a result.
    media = tuple(packed_media(fn, response.media))
    return view, Payload((PLACEHOLDER, *media, values), response.files)


def _response(fn: BlockFunction, payload: Payload) -> StoredResponse:
    placeholder, steps, streams, values = payload.content
    steps = tuple(with_root(step, PLACEHOLDER, placeholder) for step in steps)
    left = {fn.outputs[position]._id: value for position, value in values}
    media = unpacked_media(fn, PackedMedia(steps, streams))
    return new_response(media, left, payload.files)
