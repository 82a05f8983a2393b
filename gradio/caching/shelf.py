"""What one function has in a store that outlives the process."""

from __future__ import annotations

import math
import time
import weakref
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from typing import Any

from gradio.caching import ages
from gradio.caching.ages import Ages
from gradio.caching.code.portable_keys import with_portable
from gradio.caching.code.shelf_name import ShelfName, shelf_name, shelf_of_name
from gradio.caching.codec.parts import META, VALUE, file_part
from gradio.caching.context.parameters import depends_on_caller
from gradio.caching.context.served import restored_folder
from gradio.caching.entry import MISS, Entry, Miss
from gradio.caching.errors import (
    BrokenRecordError,
    UnpackableError,
    log_failure_once,
    log_once,
    warn_once,
)
from gradio.caching.forks import new_lock
from gradio.caching.keys import LastingKey
from gradio.caching.records import entry_of, grow_old, meta_of, parts_of
from gradio.caching.settings import Settings
from gradio.caching.stores.backing import Backing, Claim, Hit, Place
from gradio.caching.stores.choice import Choice
from gradio.caching.watch import WATCH
from gradio.caching.writes import WRITES

_MOST_CLAIMS = 1024


class Shelf:
    """
    The records of a function, by portable keys. All but `keep` blocks, and is not for
    event loops. Thread-safe.
    """

    def __init__(
        self,
        backing: Backing,
        naming: Callable[[], ShelfName],
        limits: Ages | None,
        title: str,
        is_given: bool = True,
    ) -> None:
        self.backing = backing
        self._naming = naming
        self._limits = limits
        self._title = title
        self._is_given = is_given
        self._known: ShelfName | None = None
        self._claims: OrderedDict[bytes, Claim] = OrderedDict()
        self._is_cleared = False
        self._generation: str | None = None
        self._forget: Callable[[], Callable[[], None] | None] = lambda: None
        self._lock = new_lock()
        # Held while something is written or removed, so that what is older, or was
        # forgotten, does not come after it.
        self._writing = new_lock()

    @property
    def name(self) -> str | None:
        """Names it when it is asked for first; None if no other process could."""
        with self._lock:
            if self._known is None:
                self._known = self._named()
            return self._known.name

    def key_of(self, make: Callable[[], bytes]) -> tuple[bytes, LastingKey | None]:
        """Makes a key, and the portable one if there is one."""
        if self.name is None:
            return make(), None
        key, portable = with_portable(make)
        if portable.digest is not None:
            return key, LastingKey(portable.digest)
        if self._is_given:
            warn_once(
                (self._title, portable.obstacle),
                f"A call of {self._title} is kept in memory alone, as its key holds "
                f"{portable.obstacle}. Pass key= to gr.cache, a function that takes "
                "the dict of arguments and returns what the result depends on.",
            )
        return key, None

    def look(self, key: bytes) -> Entry | Miss:
        """Finds an entry, and notes what a result that is computed now needs."""
        if self._is_cleared:
            self._clear()
        place = self._place(key)
        look = self.backing.look(place, (META, VALUE))
        WATCH.add(self)
        with self._lock:
            self._generation = self._generation or look.claim.generation
            self._claims[key] = look.claim
            self._claims.move_to_end(key)
            if len(self._claims) > _MOST_CLAIMS:
                self._claims.popitem(last=False)
        return self._entry(place, look) if isinstance(look, Hit) else MISS

    def when_cleared(self, forget: Callable[[], None]) -> None:
        """Has a method called, as long as its object lives, when others clear it."""
        self._forget = weakref.WeakMethod(forget)

    def note(self, generation: str) -> None:
        """Is told of the generation of now, which another process may have begun."""
        with self._lock:
            earlier, self._generation = self._generation, generation
        forget = self._forget()
        if earlier not in (None, generation) and forget is not None:
            forget()

    def keep(self, key: bytes, entry: Entry, is_wanted: Callable[[], bool]) -> None:
        """Has an entry written soon, if it is still wanted then."""
        claim = self._claims.pop(key, None)
        if claim is not None:
            age = 0.0 if entry.life is None else ages.clock() - entry.life.born
            write = partial(
                self._write, key, entry, claim, time.time() - age, is_wanted
            )
            WRITES.submit(entry.size, write)

    def replace(self, key: bytes, entry: Entry, is_latest: Callable[[], bool]) -> None:
        """Has an entry written instead of what is there, if it is the latest then."""
        write = partial(self._write, key, entry, None, time.time(), is_latest)
        WRITES.submit(entry.size, write)

    def delete(self, key: bytes) -> bool:
        """Forgets a record; tells if there was one."""
        place = self._place(key)
        with self._writing:
            found = isinstance(self.backing.look(place, ()), Hit)
            self.backing.delete(place)
        return found

    def clear(self) -> None:
        """Forgets all records: from now on here, and soon for all processes."""
        self._is_cleared = True
        WRITES.submit(0, self._clear)

    def _clear(self) -> None:
        with self._writing:
            if self._is_cleared and self.name is not None:
                self.backing.clear(self.name)
                (now,) = self.backing.generations.current([self.name])
                with self._lock:
                    self._claims.clear()
                    self._generation = now
            self._is_cleared = False

    def _named(self) -> ShelfName:
        try:
            named = self._naming()
        except Exception as error:
            log_failure_once("naming a function", error)
            return ShelfName(None)
        if named.obstacle is not None and self._is_given:
            warn_once(
                (self._title, "shelf"),
                f"The results of {self._title} are kept in memory alone, as no other "
                f"process could tell {named.obstacle}. Pass version= to gr.cache, and "
                "another one whenever that changes.",
            )
        return named

    def _place(self, key: bytes) -> Place:
        return Place(self.name or "", key)

    def _entry(self, place: Place, look: Hit) -> Entry | Miss:
        try:
            meta = meta_of(place, look.parts)
            names = [file_part(digest) for _, digest in meta.files]
            files = self.backing.parts(place, names) if names else {}
            folder = restored_folder() if names else ""
            entry = entry_of(place, meta, {**look.parts, **files}, folder)
        except BrokenRecordError as error:
            log_once(
                (self._title, "broken"),
                f"A record of {self._title} can't be used, and is removed: {error}.",
            )
            self.backing.delete(place)
            return MISS
        age = time.time() - meta.born
        grow_old(entry, self._limits, age, look.life)
        # By another clock than the store's; one that was turned back tells no age.
        is_over = entry.life is not None and (age < 0 or entry.life.is_over)
        return MISS if is_over else entry

    def _write(
        self,
        key: bytes,
        entry: Entry,
        claim: Claim | None,
        born: float,
        is_wanted: Callable[[], bool],
    ) -> None:
        """Writes an entry if it is still wanted; without a claim, whatever is there."""
        place = self._place(key)
        try:
            parts = parts_of(place, entry, born)
        except UnpackableError as error:
            warn_once((self._title, "codec"), f"A result of {self._title}: {error}")
            return
        with self._writing:
            if not is_wanted():
                return
            if claim is None:
                claim = self.backing.look(place, ()).claim
            ends = math.inf if entry.life is None else entry.life.ends
            self.backing.put(place, parts, claim, ends - ages.clock())


def open_shelf(
    fn: Callable[..., Any],
    key: Callable[..., Any] | None,
    settings: Settings,
    choice: Choice,
    is_given: bool,
) -> Shelf | None:
    """Opens the shelf of a function in the store that was chosen."""

    def name() -> ShelfName:
        if key is None and depends_on_caller(fn):
            return ShelfName(None, "who calls it")
        return shelf_name(fn, key, settings.version)

    backing = choice.backing()
    if backing is None:
        return None
    title = f"{getattr(fn, '__qualname__', type(fn).__qualname__)}()"
    return Shelf(backing, name, settings.ages, title, is_given)


def open_named(
    name: str, settings: Settings, choice: Choice, is_given: bool
) -> Shelf | None:
    """Opens the shelf of a name that its user gave."""
    backing = choice.backing()
    if backing is None:
        return None
    named, title = ShelfName(shelf_of_name(name)), f"the gr.Cache {name!r}"
    return Shelf(backing, lambda: named, settings.ages, title, is_given)
