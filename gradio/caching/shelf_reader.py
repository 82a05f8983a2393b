"""Reads what one function has in a store: entries, and what is shown of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from functools import partial

from gradio.caching.ages import Ages
from gradio.caching.codec.parts import file_part, payload_part
from gradio.caching.context.served import restored_folder
from gradio.caching.entry import MISS, Entry, Miss
from gradio.caching.errors import BrokenRecordError, log_once
from gradio.caching.life import Lives
from gradio.caching.payloads import Payload, payload_of
from gradio.caching.records import Meta, entry_of, grow_old, meta_of, shown_entry
from gradio.caching.stores.backing import Backing, Buffer, Claim, Hit, Place


class ShelfReader:
    """
    Makes entries of the records of one shelf: `found` is told of each, and `removed` of
    the place of each that was broken. Thread-safe.
    """

    def __init__(
        self,
        backing: Backing,
        title: str,
        limits: Ages | None,
        found: Callable[[Entry, Claim, Meta], None],
        removed: Callable[[Place], None],
    ) -> None:
        self._backing = backing
        self._title = title
        self._limits = limits
        self._found = found
        self._removed = removed
        self._lives = Lives()

    def entry(
        self, place: Place, look: Hit, parts: Mapping[str, Buffer]
    ) -> Entry | Miss:
        """Makes an entry again of what a look has found; MISS if it has no value."""
        with self._broken_is_none(place):
            meta = meta_of(place, parts)
            if meta.has_value:
                names = [file_part(digest) for _, digest in meta.files]
                files = self._backing.parts(place, names) if names else {}
                if not files.keys() >= set(names):
                    return MISS  # another process has just replaced it
                folder = restored_folder() if names else ""
                entry = entry_of(place, meta, {**parts, **files}, folder)
                return self._aged(entry, meta, look)
        return MISS

    def shown(self, place: Place, view: str, look: Hit) -> tuple[Entry, Payload] | None:
        """Makes what a view shows, and an entry without its value; None if it can't."""
        part = payload_part(view)
        if part not in look.parts:
            return None
        fetch = partial(self._backing.parts, place)
        with self._broken_is_none(place):
            meta, content = meta_of(place, look.parts), look.parts[part]
            entry = self._aged(shown_entry(meta), meta, look)
            if entry is MISS:
                return None
            if entry.life is not None:
                entry.life = self._lives.of(place.key, meta.run, entry.life)
                if not entry.life.may_be_given:
                    return None
            folder = restored_folder()
            found = payload_of(place, view, meta.run, content, fetch, folder)
            return None if found is None else (entry, found)
        return None

    @contextmanager
    def _broken_is_none(self, place: Place) -> Generator[None, None, None]:
        try:
            yield
        except BrokenRecordError as error:
            title = self._title
            log_once(
                (title, "broken"),
                f"A record of {title} can't be used, and is removed: {error}.",
            )
            self._backing.delete(place)
            self._removed(place)

    def _aged(self, entry: Entry, meta: Meta, look: Hit) -> Entry | Miss:
        age = time.time() - meta.born
        grow_old(entry, self._limits, age, look.life)
        self._found(entry, look.claim, meta)
        # By another clock than the store's; one that was turned back tells no age.
        is_over = entry.life is not None and (age < 0 or entry.life.is_over)
        return MISS if is_over else entry
