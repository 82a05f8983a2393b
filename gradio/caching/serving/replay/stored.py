"""What is stored for a request that is known."""

from __future__ import annotations

from gradio.caching.engine import Engine
from gradio.caching.entry import MISS, Entry, Miss
from gradio.caching.keys import CacheKey
from gradio.caching.serving.answers import Case
from gradio.caching.serving.replay.responses import StoredResponse, load

_FEW_FILES = 8


def stored(case: Case, key: CacheKey) -> tuple[Entry | Miss, StoredResponse | None]:
    """The entry of a result and its finished answer, if their files are unchanged."""
    entry = case.engine.lookup(key)
    return entry, None if entry is MISS else load(entry, case.event)


def names_many_files(engine: Engine, key: CacheKey) -> bool:
    """Whether so many files are to be looked at that it is done in a thread."""
    entry = engine.cache.store.get(key.namespace, key.digest)
    if entry is MISS:
        return False
    answers = (len(response.files) for response in tuple(entry.responses.values()))
    return len(entry.files) + max(answers, default=0) > _FEW_FILES
