"""
Built-in caching of function results: `gr.cache` and `gr.Cache`.

    page ──> Queue.push ──> serving ──hit────────────────────> page, with a badge
                               │ miss: the event waits in the queue and runs
                               v
    a call ──> wrapping ──> drivers ──> engine: look up, join, compute, store
                               keys: call -> key      │            │
                               context: whose entry   │            inflight:
                               hashing, functions     v            one computation
                                                   stores          per key
                               sizing, snapshot: real sizes, private copies
                               codec: values as bytes, for stores
                               types: what these know of values

Imports go down only, from the last of these floors to the first:

    release
    forks, errors, ages, life, counts, workers, backoff
    entry, namespace, generations, settings, functions, portable
    types, mentions, offload
    value_path
    hashing, sizing, snapshot, codec, files, stores
    calls, code
    keys, context, inflight, prefix
    copies, records, payloads, watch, writes, leases, candidate, claims
    function_cache, shelf_protocol, background
    shelf_keys, shelf_reader, shelf_writer, shelf, opening, behind
    engine
    asking
    read_through
    drivers, data, short_calls
    renewals, generators, async_generators, data_behind, data_cache
    handle
    wrapping
    decorator, injectable
    serving

Only `context`, `release`, `serving` and `types.gradio` import the rest of Gradio, and
only `serving` is imported by it, beside `release` and the names that this lists.

Locks are re-entrant: the collector may run a user's `__del__` or end an abandoned
generator, and so come back into the cache, at any allocation. All are made by `forks`,
which frees them in a process that was forked while a thread held them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from gradio.caching.release import NAMES

if TYPE_CHECKING:
    from gradio.caching.decorator import cache
    from gradio.caching.injectable import Cache

__all__ = ["Cache", "cache"]

_HOMES = {
    "cache": "gradio.caching.decorator",
    "Cache": "gradio.caching.injectable",
    **NAMES,
}


def __getattr__(name: str) -> Any:
    """
    Imports on first use: `release` is needed before the rest of Gradio is imported.
    """
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
