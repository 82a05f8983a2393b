"""What one function has in a store that outlives the process."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Collection
from functools import partial

from gradio.caching.ages import Ages
from gradio.caching.candidate import Candidate
from gradio.caching.claims import Claims
from gradio.caching.codec.parts import META, VALUE, payload_part
from gradio.caching.entry import MISS, Entry, Miss
from gradio.caching.forks import new_lock
from gradio.caching.keys import LastingKey
from gradio.caching.leases import HELD
from gradio.caching.payloads import MakePayload, Payload
from gradio.caching.shelf_keys import ShelfKeys
from gradio.caching.shelf_reader import ShelfReader
from gradio.caching.shelf_writer import ShelfWriter
from gradio.caching.stores.backing import (
    Backing,
    Claim,
    Deletions,
    Hit,
    Look,
    Place,
)
from gradio.caching.watch import WATCH
from gradio.caching.writes import WRITES

Forget = Callable[[Collection[bytes]], None]


class Shelf:
    """
    The records of a function, by portable keys. All but what submits blocks, and is not
    for event loops. Thread-safe.
    """

    def __init__(self, backing: Backing, keys: ShelfKeys, limits: Ages | None) -> None:
        self.backing = backing
        self._keys = keys
        self._claims = Claims()
        self._is_cleared = False
        self._generation: str | None = None
        self._forget: Callable[[], Callable[[], None] | None] = lambda: None
        self._forget_some: Callable[[], Forget | None] = lambda: None
        self.mark = ""
        """Up to which deletions by others are known here."""
        self._lock = new_lock()
        self._writer = ShelfWriter(backing, keys, partial(WATCH.tell_others, self))
        self._reader = ShelfReader(
            backing, keys.title, limits, self._writer.found, self._begin_anew
        )

    @property
    def name(self) -> str | None:
        """Names it when it is asked for first; None if no other process could."""
        return self._keys.name

    def key_of(self, make: Callable[[], bytes]) -> tuple[bytes, LastingKey | None]:
        """Makes a key, and the portable one if there is one."""
        return self._keys.key_of(make)

    def candidate(self, key: bytes) -> Candidate | None:
        """Makes who asks to compute a result; None if each process does for itself."""
        if self.backing.leases is None:
            return None
        return Candidate(self.backing, self._keys.place(key))

    def adopt(self, key: bytes, candidate: Candidate) -> bool:
        """Has a candidate take part in what this process leads; False if nothing."""
        if candidate.adopt() and candidate.claim is not None:
            self._note(key, candidate.claim)
        return candidate.leads

    def take(self, key: bytes, candidate: Candidate) -> None:
        """Has a candidate ask to compute what may be there, as it is to be replaced."""
        if self._is_cleared:
            self._clear()
        self._note(key, candidate.take())

    def look(self, key: bytes, candidate: Candidate | None = None) -> Entry | Miss:
        """Finds an entry, and notes what a result that is computed now needs."""
        look = self._look(key, VALUE, candidate)
        if not isinstance(look, Hit):
            return MISS
        return self._reader.entry(self._keys.place(key), look, look.parts)

    def look_for_payload(
        self, key: bytes, view: str, candidate: Candidate | None = None
    ) -> tuple[Entry | Miss, Payload | None]:
        """
        Finds what a view shows of a result, and an entry without its value; else an
        entry, as `look`.
        """
        place = self._keys.place(key)
        look = self._look(key, payload_part(view), candidate)
        if not isinstance(look, Hit):
            return MISS, None
        if (shown := self._reader.shown(place, view, look)) is not None:
            return shown
        # Once more with what is known of it: it may have been replaced meanwhile.
        parts = self.backing.parts(place, (META, VALUE))
        found = META in parts
        return self._reader.entry(place, look, parts) if found else MISS, None

    def _look(self, key: bytes, part: str, candidate: Candidate | None) -> Look:
        if self._is_cleared:
            self._clear()
        self._begin_to_watch()
        token = b"" if candidate is None else candidate.token()
        look = self.backing.look(self._keys.place(key), (META, part), token)
        claim = look.claim
        if candidate is not None:
            candidate.note(look)
            claim = candidate.claim or claim
        WATCH.add(self)
        self._note(key, claim)
        return look

    def _note(self, key: bytes, claim: Claim) -> None:
        with self._lock:
            self._generation = self._generation or claim.generation
        self._claims.note(key, claim)

    def begin(self, key: bytes) -> Claim | None:
        """Gives a run that begins what was found when it was looked for its result."""
        return self._claims.take(key)

    def catch_up(self) -> None:
        """Learns now what others have forgotten until now."""
        self._begin_to_watch()
        WATCH.catch_up(self)

    def _begin_to_watch(self) -> None:
        """Before anything is read or written: what is deleted later is noticed."""
        if not self.mark and (name := self.name) is not None:
            told = self.backing.generations.deleted({name: ""}).get(name)
            self.mark = self.mark or (told.mark if told is not None else "")

    def when_deleted(self, forget: Forget) -> None:
        """Has a method called, as long as its object lives, when others delete some."""
        self._forget_some = weakref.WeakMethod(forget)

    def note_deleted(self, told: Deletions) -> None:
        """Is told which records other processes have deleted or replaced."""
        self.mark = told.mark
        if told.keys is None:
            self._forget_all()
        elif told.keys:
            self.forget_copies(told.keys)

    def forget_copies(self, records: Collection[bytes]) -> None:
        """Has forgotten what is in memory of some records, or is computed of them."""
        for record in records:
            HELD.forget(self.backing, self.name or "", record)
        if (forget := self._forget_some()) is not None:
            forget(frozenset(records))

    def _forget_all(self) -> None:
        if (forget := self._forget()) is not None:
            forget()

    def when_cleared(self, forget: Callable[[], None]) -> None:
        """Has a method called, as long as its object lives, when others clear it."""
        self._forget = weakref.WeakMethod(forget)

    def note(self, generation: str) -> None:
        """Is told of the generation of now, which another process may have begun."""
        with self._lock:
            earlier, self._generation = self._generation, generation or self._generation
        # Nothing is known of a store that was away from the beginning.
        if earlier and generation not in ("", earlier):
            # What is computed for others now is of the generation before.
            HELD.forget(self.backing, self.name or "")
            self._forget_all()

    def keep(
        self,
        key: bytes,
        entry: Entry,
        claim: Claim,
        is_wanted: Callable[[], bool],
        replaces: bool = False,
    ) -> None:
        """
        Has an entry written soon, if it is still wanted then; all processes are told of
        one that replaces what they may have.
        """
        self._writer.submit(key, entry, claim, is_wanted, replaces)

    def keep_payload(
        self,
        key: bytes,
        entry: Entry,
        size: int,
        make: MakePayload,
        is_wanted: Callable[[], bool],
    ) -> None:
        """Has what a view shows of an entry written soon, if it is still wanted."""
        self._writer.submit_payload(key, entry, size, make, is_wanted)

    def replace(self, key: bytes, entry: Entry, is_latest: Callable[[], bool]) -> None:
        """Has an entry written instead of what is there, if it is the latest then."""

        def is_wanted() -> bool:
            self._begin_to_watch()
            return is_latest()

        WATCH.add(self)
        self._writer.submit(key, entry, None, is_wanted, replaces=True)

    def delete(self, key: bytes) -> bool:
        """Forgets a record; tells if there was one."""
        place = self._keys.place(key)
        with self._writer.turn:
            found = isinstance(self.backing.look(place, ()), Hit)
            self.backing.delete(place)
        HELD.forget(self.backing, *place)
        WATCH.tell_others(self, key)
        return found

    def clear(self) -> None:
        """Forgets all records: from now on here, and soon for all processes."""
        self._is_cleared = True
        if self.backing.leases is not None:
            HELD.forget(self.backing, self.name or "")
        WRITES.submit(0, self._clear)

    def _clear(self) -> None:
        with self._writer.turn:
            if self._is_cleared and self.name is not None:
                self.backing.clear(self.name)
                (now,) = self.backing.generations.current([self.name])
                self._claims.clear()
                with self._lock:
                    self._generation = now
            self._is_cleared = False

    def _begin_anew(self, place: Place) -> None:
        """Notes a claim after a record was removed: what is computed comes later."""
        self._note(place.key, self.backing.look(place, ()).claim)
