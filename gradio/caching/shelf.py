"""What one function has in a store that outlives the process."""

from __future__ import annotations

import time
import weakref
from collections import OrderedDict
from collections.abc import Callable, Collection, Generator
from contextlib import contextmanager
from functools import partial

from gradio.caching.ages import Ages
from gradio.caching.codec.parts import META, VALUE, file_part, payload_part
from gradio.caching.context.served import restored_folder
from gradio.caching.entry import MISS, Entry, Miss
from gradio.caching.errors import BrokenRecordError, log_once
from gradio.caching.forks import new_lock
from gradio.caching.keys import LastingKey
from gradio.caching.life import Lives
from gradio.caching.payloads import MakePayload, Payload, payload_of
from gradio.caching.records import Meta, entry_of, grow_old, meta_of, shown_entry
from gradio.caching.shelf_keys import ShelfKeys
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

_MOST_CLAIMS = 1024
Forget = Callable[[Collection[bytes]], None]


class Shelf:
    """
    The records of a function, by portable keys. All but what submits blocks, and is not
    for event loops. Thread-safe.
    """

    def __init__(self, backing: Backing, keys: ShelfKeys, limits: Ages | None) -> None:
        self.backing = backing
        self._keys = keys
        self._limits = limits
        self._claims: OrderedDict[bytes, Claim] = OrderedDict()
        self._lives = Lives()
        self._is_cleared = False
        self._generation: str | None = None
        self._forget: Callable[[], Callable[[], None] | None] = lambda: None
        self._forget_some: Callable[[], Forget | None] = lambda: None
        self.mark = ""
        """Up to which deletions by others are known here."""
        self._lock = new_lock()
        self._writer = ShelfWriter(backing, keys, partial(WATCH.tell_others, self))

    @property
    def name(self) -> str | None:
        """Names it when it is asked for first; None if no other process could."""
        return self._keys.name

    def key_of(self, make: Callable[[], bytes]) -> tuple[bytes, LastingKey | None]:
        """Makes a key, and the portable one if there is one."""
        return self._keys.key_of(make)

    def look(self, key: bytes) -> Entry | Miss:
        """Finds an entry, and notes what a result that is computed now needs."""
        look = self._look(key, VALUE)
        if not isinstance(look, Hit):
            return MISS
        place = self._keys.place(key)
        with self._broken_is_none(place):
            meta = meta_of(place, look.parts)
            if meta.has_value:
                names = [file_part(digest) for _, digest in meta.files]
                files = self.backing.parts(place, names) if names else {}
                if not files.keys() >= set(names):
                    return MISS  # another process has just replaced it
                folder = restored_folder() if names else ""
                entry = entry_of(place, meta, {**look.parts, **files}, folder)
                return self._aged(entry, meta, look)
        return MISS

    def look_for_payload(self, key: bytes, view: str) -> tuple[Entry, Payload] | None:
        """Finds what a view shows of a result, and an entry without its value."""
        part = payload_part(view)
        look = self._look(key, part)
        if not isinstance(look, Hit) or part not in look.parts:
            return None
        place = self._keys.place(key)
        fetch = partial(self.backing.parts, place)
        with self._broken_is_none(place):
            meta, content = meta_of(place, look.parts), look.parts[part]
            entry = self._aged(shown_entry(meta), meta, look)
            if entry is MISS:
                return None
            if entry.life is not None:
                entry.life = self._lives.of(key, meta.run, entry.life)
                if not entry.life.may_be_given:
                    return None
            folder = restored_folder()
            found = payload_of(place, view, meta.run, content, fetch, folder)
            return None if found is None else (entry, found)
        return None

    def _look(self, key: bytes, part: str) -> Look:
        if self._is_cleared:
            self._clear()
        self._begin_to_watch()
        look = self.backing.look(self._keys.place(key), (META, part))
        WATCH.add(self)
        with self._lock:
            self._generation = self._generation or look.claim.generation
            self._claims[key] = look.claim
            self._claims.move_to_end(key)
            if len(self._claims) > _MOST_CLAIMS:
                self._claims.popitem(last=False)
        return look

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
        """Has forgotten what is in memory of some records."""
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
            self._forget_all()

    def keep(
        self,
        key: bytes,
        entry: Entry,
        is_wanted: Callable[[], bool],
        replaces: bool = False,
    ) -> None:
        """
        Has an entry written soon, if it is still wanted then; all processes are told of
        one that replaces what they may have.
        """
        claim = self._claims.pop(key, None)
        if claim is not None:
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
        WATCH.tell_others(self, key)
        return found

    def clear(self) -> None:
        """Forgets all records: from now on here, and soon for all processes."""
        self._is_cleared = True
        WRITES.submit(0, self._clear)

    def _clear(self) -> None:
        with self._writer.turn:
            if self._is_cleared and self.name is not None:
                self.backing.clear(self.name)
                (now,) = self.backing.generations.current([self.name])
                with self._lock:
                    self._claims.clear()
                    self._generation = now
            self._is_cleared = False

    @contextmanager
    def _broken_is_none(self, place: Place) -> Generator[None, None, None]:
        try:
            yield
        except BrokenRecordError as error:
            title = self._keys.title
            log_once(
                (title, "broken"),
                f"A record of {title} can't be used, and is removed: {error}.",
            )
            self.backing.delete(place)

    def _aged(self, entry: Entry, meta: Meta, look: Hit) -> Entry | Miss:
        age = time.time() - meta.born
        grow_old(entry, self._limits, age, look.life)
        self._writer.found(entry, look.claim, meta)
        # By another clock than the store's; one that was turned back tells no age.
        is_over = entry.life is not None and (age < 0 or entry.life.is_over)
        return MISS if is_over else entry
