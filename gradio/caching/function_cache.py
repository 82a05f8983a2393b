"""The entries of a function and what is under way for it, for all its wrappers."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from gradio.caching.context import sessions
from gradio.caching.copies import Copies
from gradio.caching.counts import Counts, FunctionCacheInfo, MeanTime, MeanTimes
from gradio.caching.entry import MISS, Entry, Miss, entries_in_words, is_younger
from gradio.caching.errors import fail_open
from gradio.caching.forks import new_lock
from gradio.caching.generations import Generations
from gradio.caching.inflight.flights import Flights
from gradio.caching.inflight.stream_table import StreamTable
from gradio.caching.keys import CacheKey
from gradio.caching.life import Life
from gradio.caching.namespace import Namespace
from gradio.caching.settings import Settings
from gradio.caching.shelf_protocol import Shelf
from gradio.caching.stores.base import Store
from gradio.caching.workers import Workers

if TYPE_CHECKING:
    from gradio.caching.candidate import Candidate
    from gradio.caching.payloads import MakePayload, Payload
    from gradio.caching.stores.backing import Claim


@dataclass(eq=False, repr=False)
class FunctionCache:
    """
    The entries of a function made by `gr.cache`, and all that is under way for it,
    which its wrappers share. Thread-safe. Inside an event of an app, a per-session
    cache shows the calling session's entries alone.
    """

    settings: Settings
    store: Store
    flights: Flights[Entry] = field(default_factory=Flights)
    streams: StreamTable[Any] = field(default_factory=StreamTable)
    uncached: MeanTime = field(default_factory=MeanTime)
    waits: MeanTimes = field(default_factory=MeanTimes)
    counts: Counts = field(default_factory=Counts)
    renewals: Workers = field(default_factory=Workers)
    shelf: Shelf | None = None
    _copies: Copies = field(default_factory=Copies)
    _generations: Generations = field(default_factory=Generations)
    _forgetting: Any = field(default_factory=new_lock)

    def __post_init__(self) -> None:
        if self.settings.per_session:
            sessions.SESSIONS.watch(self.store)
        if self.shelf is not None:
            self.shelf.when_cleared(self.forget_here)
            self.shelf.when_deleted(self.forget_copies)

    def forget_here(self) -> None:
        """Forgets what is in memory, as another process has cleared what is behind."""
        with self._forgetting:
            self._generations.forget(None)
            self.store.clear()

    def forget_copies(self, records: Collection[bytes]) -> None:
        """
        Forgets what is in memory of some records, and what is under way for them, as
        another process has deleted or replaced them.
        """
        with self._forgetting:
            under_way = [*self.flights.keys(), *self.streams.keys()]
            for key in self._copies.of(records, under_way):
                self._forget_call(key)

    @property
    def generation(self) -> int:
        """Which clearing of all the entries of now have come after."""
        return self._generations.of_all

    def clear(self) -> None:
        """Forgets the entries, and does not store results that are under way."""
        namespace = self._visible()
        # First: who looks there from now on finds nothing to put into memory.
        if self.shelf is not None:
            self.shelf.clear()
        with self._forgetting:
            self._generations.forget(namespace)
            self.store.clear(namespace)

    def delete(self, key: CacheKey) -> bool:
        """Forgets one entry, also one that is being computed; tells if it was there."""
        found = self._forget_call(key)
        if self.shelf is None or key.lasting is None:
            return found
        found = self.shelf.delete(key.lasting.digest) or found
        # Who looked meanwhile may have found the record still.
        return self._forget_call(key) or found

    def _forget_call(self, key: CacheKey) -> bool:
        with self._forgetting:
            self._generations.forget_call(key.namespace, key.digest)
            return bool(self.store.clear(key.namespace, key.digest))

    def anew(self, key: CacheKey) -> CacheKey:
        """
        Makes a key for a result that is to be computed from now on: what is under way
        for the same call is not stored, the entry stays.
        """
        with self._forgetting:
            generation = self._generations.forget_call(key.namespace, key.digest)
        return key._replace(generation=generation).for_a_new_run()

    def __len__(self) -> int:
        return self.store.count(self._visible())

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f"<the cache of a function with {entries_in_words(len(self))}>"

    def info(self) -> FunctionCacheInfo:
        """Says how much use the cache is of."""
        counts, store, namespace = self.counts, self.store, self._visible()
        # What is too old has left once it was counted.
        entries, size = store.count(namespace), store.contents.size(namespace)
        return FunctionCacheInfo(
            counts.hits,
            counts.misses,
            counts.stale_hits,
            counts.store_hits,
            store.evictions,
            entries,
            size,
            counts.seconds_saved,
            self.uncached.seconds,
        )

    def generation_of(self, namespace: Namespace, digest: bytes) -> int:
        """Returns what rises when a call, or all around it, is forgotten."""
        return self._generations.of(namespace, digest)

    def put(self, key: CacheKey, entry: Entry) -> None:
        """Stores an entry, unless it was forgotten since its key was made."""
        # In one step: a clearing in between would leave what it was to forget.
        with self._forgetting:
            if not self._is_current(key):
                return
            if entry.life is not None and self._has_younger(key, entry.life):
                return
            self.store.put(key.namespace, key.digest, entry)
            self._copies.add(key, entry)

    def recall(self, key: CacheKey, candidate: Candidate | None = None) -> None:
        """Puts into memory what is behind it, and is not what it has. Blocks."""
        if self.shelf is None or key.lasting is None:
            return
        with self._copies.reading(key):
            self._recalled(key, self.shelf.look(key.lasting.digest, candidate))

    def _recalled(self, key: CacheKey, found: Entry | Miss) -> None:
        is_wanted = key.lasting is not None and key.lasting.may_be_given
        if not (isinstance(found, Entry) and is_wanted):
            return
        # In one step: what is put in between comes from a later run.
        with self._forgetting:
            mine = self.store.get(key.namespace, key.digest)
            if mine is not MISS and not is_younger(found, mine):
                return
            self.counts.store_hits += 1
            self.put(key, found)

    def begin(self, keys: Iterable[CacheKey]) -> dict[CacheKey, Claim]:
        """Finds out what results of runs that begin now are to be kept by."""
        if (shelf := self.shelf) is None:
            return {}
        lasting = {key: key.lasting for key in keys if key.lasting is not None}
        found = {key: shelf.begin(known.digest) for key, known in lasting.items()}
        return {key: claim for key, claim in found.items() if claim is not None}

    @fail_open(None, owner="FunctionCache")
    def catch_up(self) -> None:
        """Learns now what other processes have forgotten until now. Blocks."""
        if self.shelf is not None:
            self.shelf.catch_up()

    def keep(self, key: CacheKey, entry: Entry, claim: Claim | None) -> None:
        """Has an entry kept behind the memory too, unless it is forgotten before."""
        if self.shelf is None or key.lasting is None or claim is None:
            return
        self._copies.add(key, entry)
        record, is_wanted = key.lasting.digest, partial(self._is_current, key)
        replaces = not key.lasting.may_be_given
        self.shelf.keep(record, entry, claim, is_wanted, replaces)

    def keep_payload(
        self, key: CacheKey, entry: Entry, size: int, make: MakePayload
    ) -> None:
        """Has what an event shows of an entry kept behind the memory."""
        if self.shelf is not None and key.lasting is not None:
            is_wanted = partial(self._is_current, key)
            self.shelf.keep_payload(key.lasting.digest, entry, size, make, is_wanted)

    def recall_payload(
        self, key: CacheKey, view: str, candidate: Candidate | None = None
    ) -> tuple[Entry, Payload] | None:
        """
        Finds what a view shows, and an entry without its value; else puts into memory
        what is behind it, as `recall`. Blocks.
        """
        if self.shelf is None or key.lasting is None or not key.lasting.may_be_given:
            return None
        look = self.shelf.look_for_payload
        with self._copies.reading(key):
            found, payload = look(key.lasting.digest, view, candidate)
            if payload is None or not isinstance(found, Entry):
                self._recalled(key, found)
                return None
            if not self._is_current(key):
                return None
            self._copies.add(key, found)
        self.counts.store_hits += 1
        return found, payload

    def _is_current(self, key: CacheKey) -> bool:
        """Whether nothing was forgotten since a key was made."""
        return key.generation == self.generation_of(key.namespace, key.digest)

    def put_again(self, key: CacheKey, entry: Entry) -> None:
        """Stores an entry whose size has changed, if it is still there."""
        with self._forgetting:
            if self.store.get(key.namespace, key.digest) is entry:
                self.store.put(key.namespace, key.digest, entry)

    def _has_younger(self, key: CacheKey, life: Life) -> bool:
        found = self.store.get(key.namespace, key.digest)
        if found is MISS or found.life is None:
            return False
        return found.life.fresh_until > life.fresh_until

    def _visible(self) -> Namespace | None:
        return sessions.visible(self.settings.per_session)
