"""What a `gr.Cache` keeps, under which digests, and how it is given out."""

from __future__ import annotations

from typing import Any

from gradio.caching.ages import Ages
from gradio.caching.context.uploads import by_content
from gradio.caching.entry import ENTRY_BYTES, Entry
from gradio.caching.errors import UncopyableError, UnkeyableError
from gradio.caching.hashing import digest
from gradio.caching.sizing import size_of
from gradio.caching.snapshot import snapshot


class AmongData:
    """Stands for a key that is given by name, as data of any name may be."""

    def __repr__(self) -> str:
        return "<by name>"


AMONG_DATA: Any = AmongData()


def entry_of(key: Any, kept: dict[str, Any], limits: Ages | None) -> Entry:
    """Makes an entry of data that was set under a key just now."""
    label = private(key)
    size = ENTRY_BYTES + size_of(label) + size_of(kept)
    entry = Entry(kept, size, label=label, fixed_label=label is key)
    entry.grow_old(limits)
    return entry


def relabel(entry: Entry, key: Any) -> Entry:
    """Notes the key of an entry that was found by its digest alone."""
    entry.label = private(key)
    entry.fixed_label = entry.label is key
    entry.size += size_of(entry.label)
    return entry


def digest_of(key: Any) -> bytes:
    """Digests a key. Raises UnkeyableError, which says what to use instead."""
    try:
        return digest(by_content(key))
    except UnkeyableError as error:
        raise UnkeyableError(
            f"A key of gr.Cache can't be or hold {error}. Use what tells the data "
            "apart, for example a text, a number, or a tuple of such."
        ) from error


def label_of(entry: Entry) -> Any:
    """Copies the key of an entry."""
    return entry.label if entry.fixed_label else private(entry.label)


def as_it_is(value: Any) -> Any:
    """Returns a value itself."""
    return value


def private(value: Any) -> Any:
    """Copies a value; one that can't be copied is returned itself."""
    try:
        return snapshot(value)
    except UncopyableError:
        return value
