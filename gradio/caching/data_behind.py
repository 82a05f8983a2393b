"""What a `gr.Cache` of a name has in a store that outlives the process."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from gradio.caching.behind import opened
from gradio.caching.drivers import runs_event_loop
from gradio.caching.entry import MISS, Entry, Miss
from gradio.caching.forks import new_lock
from gradio.caching.namespace import SHARED
from gradio.caching.settings import Settings
from gradio.caching.shelf_protocol import Shelf
from gradio.caching.stores.base import Key
from gradio.caching.stores.choice import chosen_by_name

Digest = Callable[[], bytes]
"""Makes the digest of a key."""


def data_behind(
    name: Any, store: Any, settings: Settings, forget_here: Callable[..., Any]
) -> DataBehind | None:
    """
    Opens what is behind the memory of a cache, None if nothing is; `forget_here` is
    called when another process clears it, or with a namespace and a key if it deletes
    one. Raises as `chosen_by_name`.
    """
    choice = chosen_by_name(store, name, settings.per_session)
    asked = opened(choice, settings)
    if asked is None or name is None:
        return None
    # Where nothing lasts, it is not loaded.
    from gradio.caching.opening import open_named

    shelf = open_named(name, settings, asked, choice.is_given)
    return None if shelf is None else DataBehind(shelf, forget_here)


class DataBehind:
    """
    The data of a name, by the digests of its keys. What was set last is what is kept,
    however the threads that write come about. Thread-safe.
    """

    def __init__(self, shelf: Shelf, forget_here: Callable[..., Any]) -> None:
        self._shelf = shelf
        self._forget_here = forget_here
        self._unwritten: dict[bytes, object] = {}
        # Of what is in memory: the record that it is a copy of, and where it is.
        self._places: WeakKeyDictionary[Entry, tuple[bytes, Key]] = WeakKeyDictionary()
        self._changes = 0
        self._lock = new_lock()
        shelf.when_cleared(self._cleared)
        shelf.when_deleted(self._deleted)

    def recall(
        self, digest: Digest, place: Key, put: Callable[[Entry], None]
    ) -> Entry | Miss:
        """
        Finds data that is not in memory, and puts it in its place there. An event loop
        is not held up for it: nothing is found there.
        """
        if runs_event_loop():
            return MISS
        _, lasting = self._shelf.key_of(digest)
        if lasting is None:
            return MISS
        before = self._changes
        found = self._shelf.look(lasting.digest)
        with self._lock:
            if isinstance(found, Entry) and before == self._changes:
                put(found)
                self._places[found] = lasting.digest, place
        return found

    def keep(
        self, digest: Digest, place: Key, entry: Entry, put: Callable[[], None]
    ) -> None:
        """Puts data into its place in memory, and has it written soon."""
        _, lasting = self._shelf.key_of(digest)
        key = None if lasting is None else lasting.digest
        turn = object()
        with self._lock:
            self._changes += 1
            if key is not None:
                self._unwritten[key] = turn
                self._places[entry] = key, place
            put()
        if key is not None:
            self._shelf.replace(key, entry, partial(self._takes_turn, key, turn))

    def delete(self, digest: Digest, delete: Callable[[], bool]) -> bool:
        """Forgets data in memory and behind it; tells if there was any."""
        _, lasting = self._shelf.key_of(digest)
        with self._lock:
            self._changes += 1
            found = delete()
            if lasting is not None:
                self._unwritten.pop(lasting.digest, None)
        if lasting is None:
            return found
        found = self._shelf.delete(lasting.digest) or found
        with self._lock:
            # Who looked meanwhile may have found the record still.
            self._changes += 1
            return (lasting.digest not in self._unwritten and delete()) or found

    def clear(self) -> None:
        """Forgets all data."""
        # First: who looks there from now on finds nothing to put into memory.
        self._shelf.clear()
        self._cleared()

    def _cleared(self) -> None:
        with self._lock:
            self._changes += 1
            self._unwritten.clear()
            self._forget_here()

    def _deleted(self, records: Collection[bytes]) -> None:
        with self._lock:
            self._changes += 1
            for record, place in list(self._places.values()):
                # What is yet to be written comes after what others did.
                if record in records and record not in self._unwritten:
                    self._forget_here(SHARED, place)

    def _takes_turn(self, key: bytes, turn: object) -> bool:
        with self._lock:
            is_latest = self._unwritten.get(key) is turn
            if is_latest:
                del self._unwritten[key]
            return is_latest
