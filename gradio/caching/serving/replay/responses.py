"""
The finished answers that an entry remembers, so that a hit need not be postprocessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gradio.caching import files
from gradio.caching.context.served import is_full_path
from gradio.caching.engine import Engine
from gradio.caching.entry import MISS, Entry, Miss
from gradio.caching.keys import CacheKey
from gradio.caching.serving.lookup.file_notes import paths_of_files
from gradio.caching.serving.queueing.component_values import copies_of, values_of
from gradio.caching.serving.queueing.current import blocks_of
from gradio.caching.serving.repeatable import has_own_components, variant_of
from gradio.caching.serving.replay.media import capture_streams
from gradio.caching.serving.replay.responses_behind import keep_behind
from gradio.caching.serving.replay.stored_response import StoredResponse, new_response

if TYPE_CHECKING:
    from gradio.queueing import Event, Queue

_VARIANTS_PER_ENTRY = 8
_FEW_FILES = 8


def values_left(queue: Queue, event: Event) -> Mapping[int, Any]:
    """
    Finds what an event has left as the values of its output components, not copied. To
    be called before anything else can happen in the session.
    """
    state = blocks_of(queue).state_holder[event.session_hash]
    return values_of(state, event.fn.outputs)


def store(
    queue: Queue,
    event: Event,
    engine: Engine,
    key: CacheKey,
    steps: Sequence[list[Any]],
    left: Mapping[int, Any],
    used: Entry | None = None,
) -> None:
    """
    Adds the `data` of an event's messages, and what it left, to its entry; one that
    grows old may have been replaced since it was used.
    """
    entry = engine.lookup(key)
    if entry is MISS or not steps or has_own_components(queue, event):
        return
    if entry.life is not None and entry is not used:
        return
    media = capture_streams(blocks_of(queue), event, entry.value, steps)
    if media is None:
        return
    values = copies_of(left)
    paths = set(filter(is_full_path, paths_of_files(media.steps)))
    served = tuple(filter(None, map(files.stamp, paths)))
    made = new_response(media, values, served)
    _attach(engine, key, entry, variant_of(event), made)
    keep_behind(event, engine, key, entry, made)


def load(entry: Entry, event: Event) -> StoredResponse | None:
    """
    Returns what was sent for an equal event, None if that is not known or a file of it
    is gone.
    """
    variant = variant_of(event)
    response = entry.responses.get(variant)
    if response is None or not files.unchanged(response.files):
        return None
    # The least recently used comes first. Another thread may have dropped it.
    if entry.responses.pop(variant, None) is response:
        entry.responses[variant] = response
    return response


def load_with_entry(
    event: Event, engine: Engine, key: CacheKey
) -> tuple[Entry | Miss, StoredResponse | None]:
    """
    Finds an entry and what was sent for an equal event; nothing if a file changed.
    """
    return with_response(event, engine.lookup(key))


def with_response(
    event: Event, entry: Entry | Miss
) -> tuple[Entry | Miss, StoredResponse | None]:
    """Finds what was sent for an equal event."""
    return entry, None if entry is MISS else load(entry, event)


def names_many_files(entry: Entry | Miss) -> bool:
    """Tells whether so many files are to be looked at that it is done in a thread."""
    if entry is MISS:
        return False
    most = 0
    for response in tuple(entry.responses.values()):
        most = max(most, len(response.files))
    return len(entry.files) + most > _FEW_FILES


def _attach(
    engine: Engine, key: CacheKey, entry: Entry, variant: Any, made: StoredResponse
) -> None:
    limit = engine.cache.settings.max_memory
    replaced = entry.responses.pop(variant, None)
    size = entry.size + made.size - (replaced.size if replaced else 0)
    while len(entry.responses) >= _VARIANTS_PER_ENTRY:
        size -= entry.responses.pop(next(iter(entry.responses))).size
    if limit is None or size <= limit:
        entry.responses[variant] = made
    else:
        size -= made.size
    entry.size = size
    engine.cache.put_again(key, entry)
