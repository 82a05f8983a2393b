"""Whatever is done to the store on a server, it says what a simple model would say."""

from __future__ import annotations

import itertools
import math
import os

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from gradio.caching.stores import redis_leases
from gradio.caching.stores.backing import Absent, Busy, Hit, Lead, Place
from gradio.caching.stores.choice import chosen
from support.redis_servers import shared

SHELVES = ["app.f-0123", "app.g-4567"]
PLACES = [Place(shelf, digit * 32) for shelf in SHELVES for digit in (b"a", b"b")]
TOKENS = [b"one", b"two"]
_numbers = itertools.count()

places = st.sampled_from(PLACES)
tokens = st.sampled_from(TOKENS)
sizes = st.sampled_from([0, 1, 300_000])
parts = st.dictionaries(st.sampled_from(["v", "p:1", "f:abc"]), sizes.map(bytes))


class Shared(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        # However slow the machine is, no second passes.
        self.patch.setattr(redis_leases, "FAILED_MS", 60_000)
        self.server = shared("redis")
        prefix = f"p{os.getpid()}-{next(_numbers)}"
        address = f"{self.server.url}?prefix={prefix}&timeout=5"
        self.stores = [chosen(f"{address}&client_name={n}").backing() for n in "ab"]
        self.generation = dict.fromkeys(SHELVES, 0)
        self.clock = dict.fromkeys(SHELVES, 0)
        self.records = dict.fromkeys(PLACES)
        self.leases = dict.fromkeys(PLACES)
        self.failed = set()
        self.deleted = dict.fromkeys(PLACES, 0)
        self.claims = []

    def teardown(self):
        self.patch.undo()

    def store(self, token):
        return self.stores[TOKENS.index(token)] if token in TOKENS else self.stores[0]

    def found(self, place, look, leads):
        """Compares a look with the model, and remembers its claim."""
        shelf, fence = place.shelf, look.claim.fence
        if leads:
            assert type(look) is Lead
            assert fence > self.clock[shelf]
            self.leases[place] = look.claim.token
            self.failed.discard(place)
        elif type(look) is Hit:
            assert fence == self.records[place][1]
        else:
            assert self.clock[shelf] in (0, fence)
        self.clock[shelf] = max(self.clock[shelf], fence)
        self.claims.append((place, look.claim, self.generation[shelf]))

    @rule(place=places, token=st.sampled_from([b"", *TOKENS]))
    def look(self, place, token):
        look = self.store(token).look(place, ["v", "p:1", "f:abc"], token)
        held, record = self.leases[place], self.records[place]
        is_free = held in (None, token) and place not in self.failed
        leads = record is None and token != b"" and is_free
        if record is not None:
            assert type(look) is Hit
            assert dict(look.parts) == {"m": b"", **record[0]}
        elif not leads:
            is_busy = token != b"" and held not in (None, token)
            assert type(look) is (Busy if is_busy else Absent)
        self.found(place, look, leads)

    @rule(place=places, token=tokens)
    def take(self, place, token):
        look = self.store(token).leases.take(place, token)
        leads = self.leases[place] in (None, token)
        if leads:
            self.found(place, look, leads)
        else:
            assert type(look) is Busy

    @rule(data=st.data(), parts=parts)
    def put(self, data, parts):
        if not self.claims:
            return
        place, claim, generation = data.draw(st.sampled_from(self.claims[-5:]))
        contents = {name: [content] for name, content in {"m": b"", **parts}.items()}
        kept = self.store(claim.token).put(place, contents, claim, math.inf)
        record, held = self.records[place], self.leases[place]
        is_current = generation == self.generation[place.shelf]
        least = self.deleted[place] if record is None else record[1]
        may = is_current and held in (None, claim.token) and least <= claim.fence
        assert kept == may
        if may:
            self.records[place] = (parts, claim.fence)
        if held == claim.token and is_current:
            self.leases[place] = None

    @rule(data=st.data(), parts=parts)
    def add(self, data, parts):
        if not self.claims:
            return
        place, claim, generation = data.draw(st.sampled_from(self.claims[-5:]))
        contents = {name: [content] for name, content in parts.items()}
        kept = self.store(claim.token).put(place, contents, claim, math.inf)
        record = self.records[place]
        is_current = generation == self.generation[place.shelf]
        assert kept == bool(record and is_current and record[1] == claim.fence)
        if kept:
            self.records[place] = ({**record[0], **parts}, record[1])

    @rule(place=places, token=tokens, failed=st.booleans())
    def free(self, place, token, failed):
        self.store(token).leases.free(place, token, failed)
        if self.leases[place] == token:
            self.leases[place] = None
            if failed:
                self.failed.add(place)

    @rule(place=places, token=tokens)
    def renew(self, place, token):
        is_own = self.leases[place] == token
        assert self.store(token).leases.renew(place, token) == is_own

    @rule(place=places)
    def expire(self, place):
        self.server.say("DEL", self.stores[0]._keys.lease(place))
        self.leases[place] = None
        self.failed.discard(place)

    @rule(place=places)
    def delete(self, place):
        self.stores[1].delete(place)
        number = self.stores[0].look(place, []).claim.fence
        assert number > self.clock[place.shelf]
        self.clock[place.shelf] = self.deleted[place] = number
        self.records[place] = self.leases[place] = None
        self.failed.discard(place)

    @rule(shelf=st.sampled_from(SHELVES))
    def clear(self, shelf):
        self.stores[1].clear(shelf)
        self.generation[shelf] += 1
        for place in PLACES:
            if place.shelf == shelf:
                self.records[place] = self.leases[place] = None
                self.failed.discard(place)


TestShared = Shared.TestCase
TestShared.settings = settings(deadline=None, max_examples=20, stateful_step_count=30)
