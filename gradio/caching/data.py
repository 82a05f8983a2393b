"""What a `gr.Cache` keeps, under which digests, and how it is given out."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from sys import getsizeof
from typing import Any

from gradio.caching.ages import Ages
from gradio.caching.context.uploads import by_content
from gradio.caching.entry import ENTRY_BYTES, Entry
from gradio.caching.errors import UncopyableError, UnkeyableError
from gradio.caching.hashing import digest
from gradio.caching.hashing.identity import LONGEST, memory_key
from gradio.caching.mentions import may_be_full_path
from gradio.caching.sizing import LEAVES, size_of
from gradio.caching.snapshot import snapshot
from gradio.caching.stores.base import Key
from gradio.caching.types.scalars import IMMUTABLE

Copy = Callable[[dict[str, Any]], dict[str, Any]]

_PLAIN = IMMUTABLE & LEAVES


def entry_of(key: Any, data: dict[str, Any], copy: Copy, limits: Ages | None) -> Entry:
    """Makes an entry of data that is set under a key just now."""
    entry = _plain_entry(key, data)
    if entry is None:
        label, kept = private(key), copy(data)
        size = ENTRY_BYTES + size_of(label) + size_of(kept)
        entry = Entry(kept, size, label, label is key)
    if limits is not None:
        entry.grow_old(limits)
    return entry


def _plain_entry(key: Any, data: dict[str, Any]) -> Entry | None:
    """
    Makes an entry of what is stored most, in one go: a few plain fields under a text,
    which need no copies. None for other data, or if a part is there twice.
    """
    if type(key) is not str:
        return None
    size = ENTRY_BYTES + getsizeof(data) + key.__sizeof__()
    for name, value in data.items():
        if type(value) not in _PLAIN or value is name:
            return None
        size += name.__sizeof__() + value.__sizeof__()
    if len(data) > 1 and len({*map(id, (*data, *data.values()))}) < 2 * len(data):
        return None
    return Entry(data, size, key, True)


def relabel(entry: Entry, key: Any) -> Entry:
    """Notes the key of an entry that was found by its digest alone."""
    entry.label = private(key)
    entry.fixed_label = entry.label is key
    entry.size += size_of(entry.label)
    return entry


def digest_of(key: Any, make: Callable[[Any], bytes] | None = None) -> bytes:
    """Digests a key. Raises UnkeyableError, which says what to use instead."""
    try:
        return (make or digest)(by_content(key))
    except UnkeyableError as error:
        raise UnkeyableError(
            f"A key of gr.Cache can't be or hold {error}. Use what tells the data "
            "apart, for example a text, a number, or a tuple of such."
        ) from error


def memory_key_of(key: Any) -> Key:
    """
    Tells what data is stored under in memory: a short text is its own place, as it
    equals nothing but such a text. Raises UnkeyableError as `digest_of`.
    """
    if type(key) is str and len(key) <= LONGEST and not may_be_full_path(key):
        return key
    return digest_of(key, memory_key)


def label_of(entry: Entry) -> Any:
    """Copies the key of an entry."""
    return entry.label if entry.fixed_label else private(entry.label)


def as_it_is(data: dict[str, Any]) -> dict[str, Any]:
    """Returns the same fields."""
    return data.copy()


def copied(data: dict[str, Any]) -> dict[str, Any]:
    """Copies fields; what can't be copied is left as it is."""
    for value in data.values():
        if type(value) not in IMMUTABLE:
            return _private_fields(data)
    return data.copy()


def _private_fields(data: dict[str, Any]) -> dict[str, Any]:
    """Copies fields in one go, as they may share parts, else each by itself."""
    changeable = [n for n, value in data.items() if type(value) not in IMMUTABLE]
    if len(changeable) > 1:
        with contextlib.suppress(UncopyableError):
            return snapshot(data)
    copies = data.copy()
    for name in changeable:
        copies[name] = private(data[name])
    return copies


def private(value: Any) -> Any:
    """Copies a value; one that can't be copied is returned itself."""
    try:
        return snapshot(value)
    except UncopyableError:
        return value
