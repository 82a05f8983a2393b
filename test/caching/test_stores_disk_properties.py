"""Whatever is done to the store on disk, it says what a dict would say."""

from __future__ import annotations

import math
import shutil
import tempfile
import time

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from gradio.caching.stores.backing import Claim, Hit, Place
from gradio.caching.stores.disk import DiskStore
from gradio.caching.stores.disk_sweeper import DAY, IDLE, sweep

SHELVES = ["app.f-0123", "app.g-4567"]
PLACES = [Place(shelf, digit * 32) for shelf in SHELVES for digit in (b"a", b"b")]
PARTS = ["m", "v", "p:1", "f:abc"]

places = st.sampled_from(PLACES)
contents = st.dictionaries(st.sampled_from(PARTS), st.binary(max_size=50), min_size=1)
lives = st.sampled_from([1.0, 100.0, 40 * DAY, math.inf])


class Disk(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.folder = tempfile.mkdtemp()
        self.now = time.time()
        self.store = self.another()
        self.parts = {place: {} for place in PLACES}
        self.first = {place: set() for place in PLACES}
        self.made, self.used = dict.fromkeys(PLACES, 0.0), dict.fromkeys(PLACES, 0.0)
        self.life = dict(self.made)
        self.claims: dict[Place, tuple[Claim, int, int]] = {}
        self.deleted: list[tuple[Place, DiskStore]] = []
        self.cleared = dict.fromkeys(SHELVES, 0)

    def another(self):
        store = DiskStore(self.folder, clock=lambda: self.now)
        store._look_at = math.inf  # is swept by the rule alone
        return store

    def teardown(self):
        shutil.rmtree(self.folder)

    def is_alive(self, place):
        age, life = self.now - self.made[place], self.life[place]
        is_idle = life == math.inf and self.now - self.used[place] > IDLE
        return "m" in self.parts[place] and age < life and not is_idle

    def forget(self, place):
        self.parts[place] = {}

    @rule(place=places, names=st.sets(st.sampled_from(PARTS)))
    def look(self, place, names):
        look = self.store.look(place, sorted(names))
        assert (type(look) is Hit) == self.is_alive(place)
        counts = self.cleared[place.shelf], len(self.deleted)
        self.claims[place] = look.claim, *counts
        if type(look) is not Hit:
            self.forget(place)  # of a record that is over, nothing is left
            return
        expected = {n: c for n, c in self.parts[place].items() if n in names | {"m"}}
        assert {n: bytes(c) for n, c in look.parts.items()} == expected
        assert 0 <= look.life <= self.life[place]
        self.used[place] = self.now

    @rule(place=places, names=st.sets(st.sampled_from(PARTS)))
    def fetch(self, place, names):
        found = {n: bytes(c) for n, c in self.store.parts(place, list(names)).items()}
        is_over = self.now - self.made[place] >= self.life[place]
        there = {} if is_over else self.parts[place]
        assert found == {n: c for n, c in there.items() if n in names}

    @rule(place=places, parts=contents, life=lives)
    def put(self, place, parts, life):
        if place not in self.claims:
            self.look(place, set())
        claim, cleared, deleted = self.claims[place]
        kept = self.store.put(place, {n: [c] for n, c in parts.items()}, claim, life)
        is_late = cleared != self.cleared[place.shelf]
        if claim.mark and "m" in parts:
            later = self.deleted[deleted:]
            is_late |= any(p == place and by is not self.store for p, by in later)
        has_record = "m" in parts or "m" in self.parts[place]
        assert kept == (has_record and not is_late)
        if kept and "m" in parts:
            self.parts[place] = dict(parts)
            self.first[place] = set(parts)
            self.made[place] = self.used[place] = self.now
            self.life[place] = life
        elif kept:
            stays = self.first[place]
            more = {n: c for n, c in parts.items() if n not in stays}
            self.parts[place].update(more)

    @rule(place=places)
    def delete(self, place):
        self.store.delete(place)
        self.deleted.append((place, self.store))
        self.forget(place)

    @rule(shelf=st.sampled_from(SHELVES))
    def clear(self, shelf):
        self.store.clear(shelf)
        self.cleared[shelf] += 1
        for place in PLACES:
            if place.shelf == shelf:
                self.forget(place)

    # No sum of them comes close to an hour or to what counts as idle.
    @rule(seconds=st.sampled_from([1.0, 60.0, 0.9 * DAY, 19.4 * DAY]))
    def wait(self, seconds):
        self.now += seconds

    @rule()
    def restart(self):
        self.store = self.another()

    @rule()
    def sweep(self):
        self.claims.clear()  # no run takes as long as a shelf is remembered
        sweep(self.store._root, 2**60, self.now)
        for place in PLACES:
            if not self.is_alive(place):
                self.forget(place)


TestDisk = Disk.TestCase
TestDisk.settings = settings(deadline=None)
