"""Writes what one function has in a store, with nobody waiting for it."""

from __future__ import annotations

import math
import os
import time
import weakref
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, NamedTuple

from gradio.caching import ages
from gradio.caching.context.event_files import EVENT_FILES
from gradio.caching.entry import Entry
from gradio.caching.errors import BrokenRecordError, UnpackableError, warn_once
from gradio.caching.forks import new_lock
from gradio.caching.leases import HELD, Lease, write_led
from gradio.caching.payloads import MakePayload, payload_parts
from gradio.caching.records import Meta, meta_of, parts_of, without_value
from gradio.caching.shelf_keys import ShelfKeys
from gradio.caching.stores.backing import META, Backing, Buffers, Claim, Hit, Place

_NAME_BYTES = 8
_SHOWN = (
    " What events show of it is kept all the same, unless that differs from session to "
    "session."
)


class _Run(NamedTuple):
    """
    Of which run a result is, so that what is shown of it is not taken for that of
    another; without a claim, it comes instead of whatever is there.
    """

    claim: Claim | None
    born: float
    name: bytes
    is_written: bool = False
    waiting: list[Callable[[], None]] | None = None
    """What is to be written after it; None when it is no longer waited for."""
    replaces: bool = False


class ShelfWriter:
    """Writes the records of one shelf. Thread-safe."""

    def __init__(
        self, backing: Backing, keys: ShelfKeys, tell_others: Callable[[bytes], None]
    ) -> None:
        self._backing = backing
        self._keys = keys
        self._tell_others = tell_others
        self._runs: weakref.WeakKeyDictionary[Entry, _Run] = weakref.WeakKeyDictionary()
        self._lock = new_lock()
        self.turn = new_lock()
        """Held while something is written or removed, so that what is older, or was
        forgotten, does not come after it."""

    def found(self, entry: Entry, claim: Claim, meta: Meta) -> None:
        """Is told of an entry that was read, as more may be shown of it."""
        self._remember(entry, _Run(claim, meta.born, meta.run, is_written=True))

    def submit(
        self,
        key: bytes,
        entry: Entry,
        claim: Claim | None,
        is_wanted: Callable[[], bool],
        replaces: bool = False,
    ) -> None:
        """
        Has a new entry written, if it is still wanted then; all processes are told of
        one that replaces what they may have.
        """
        age = 0.0 if entry.life is None else ages.clock() - entry.life.born
        name = os.urandom(_NAME_BYTES)
        run = _Run(claim, time.time() - age, name, replaces=replaces, waiting=[])
        self._remember(entry, run)
        more = _SHOWN if EVENT_FILES.get() is not None else ""
        write = partial(self._write_all, key, entry, run, is_wanted, more)
        if not write_led(self._lease(key, run), entry.size, write):
            self._payloads_of(entry)

    def submit_payload(
        self,
        key: bytes,
        entry: Entry,
        size: int,
        make: MakePayload,
        is_wanted: Callable[[], bool],
    ) -> None:
        """Has what a view shows of an entry written, if it is still wanted then."""
        write = partial(self._write_payload, key, entry, make, is_wanted)
        with self._lock:
            run = self._runs.get(entry)
            # A record takes the place of all that is there, so it has to come first.
            if run is not None and run.waiting is not None:
                run.waiting.append(write)
                return
        write_led(self._lease(key, self._run_of(entry)), size, write)

    def _lease(self, key: bytes, run: _Run | None) -> Lease | None:
        """Holds the lease that a result is of, so that it lasts until that is put."""
        if run is None or run.claim is None or not run.claim.token:
            return None
        return HELD.hold(self._backing, self._keys.place(key), run.claim)

    def _write_all(self, key: bytes, entry: Entry, *how: Any) -> None:
        """Writes an entry, and then what of it was shown meanwhile."""
        try:
            self._write(key, entry, *how)
        finally:
            for write in self._payloads_of(entry):
                write()

    def _payloads_of(self, entry: Entry) -> list[Callable[[], None]]:
        """What waited for an entry to be written; from now on, nothing does."""
        with self._lock:
            if (run := self._runs.get(entry)) is None:
                return []
            self._runs[entry] = run._replace(waiting=None)
            return run.waiting or []

    def _write(
        self,
        key: bytes,
        entry: Entry,
        run: _Run,
        is_wanted: Callable[[], bool],
        more: str,
    ) -> None:
        place = self._keys.place(key)
        try:
            parts = parts_of(place, entry, run.born, run.name)
        except UnpackableError as error:
            title = self._keys.title
            warn_once((title, "codec"), f"A result of {title}: {error}{more}")
            with self.turn:
                if is_wanted():
                    self._remove_older(place, run)
            return
        with self.turn:
            if is_wanted():
                self._put(place, entry, run, parts)

    def _write_payload(
        self,
        key: bytes,
        entry: Entry,
        make: MakePayload,
        is_wanted: Callable[[], bool],
    ) -> None:
        run, made, place = self._run_of(entry), make(), self._keys.place(key)
        if run is None or made is None:
            return
        with suppress(UnpackableError):
            parts = payload_parts(place, *made, run=run.name)
            with self.turn:
                first = self._front(place, entry)
                if first is not None and is_wanted():
                    self._put(place, entry, run, {**parts, **first})

    def _remove_older(self, place: Place, run: _Run) -> None:
        """Removes what an earlier run made, as this one is to be found instead."""
        there = self._meta(place)
        is_older = there is not None and there.born <= run.born
        is_older = is_older and there.run != run.name
        if run.replaces:
            self._announce(place, is_kept=not is_older)
        elif is_older:
            self._backing.delete(place)

    def _front(self, place: Place, entry: Entry) -> dict[str, Buffers] | None:
        """What has to be written before a payload; None if it comes too late."""
        run, there = self._run_of(entry), self._meta(place)
        if run is None or (there is not None and there.run == run.name):
            return None if run is None else {}
        # A record that is gone was forgotten.
        if run.is_written or (there is not None and there.born > run.born):
            return None
        return without_value(place, entry, run.born, run.name)

    def _meta(self, place: Place) -> Meta | None:
        look = self._backing.look(place, ())
        with suppress(BrokenRecordError):
            return meta_of(place, look.parts) if isinstance(look, Hit) else None
        return None

    def _put(
        self, place: Place, entry: Entry, run: _Run, parts: dict[str, Buffers]
    ) -> None:
        claim = run.claim or self._backing.look(place, ()).claim
        ends = math.inf if entry.life is None else entry.life.ends
        is_kept = self._backing.put(place, parts, claim, ends - ages.clock())
        if is_kept:
            self._remember(entry, run._replace(is_written=True))
            if META in parts:
                HELD.end(self._backing, place, claim)
        if run.replaces and META in parts:
            self._announce(place, is_kept)

    def _announce(self, place: Place, is_kept: bool) -> None:
        """Lets all know of a replacement: what they have is old, kept or not."""
        if is_kept:
            self._backing.generations.note(place)
        else:
            self._backing.delete(place)
        self._tell_others(place.key)

    def _remember(self, entry: Entry, run: _Run) -> None:
        with self._lock:
            self._runs[entry] = run

    def _run_of(self, entry: Entry) -> _Run | None:
        with self._lock:
            return self._runs.get(entry)
