"""A store with leases that several processes share, all of them in this one."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

import gradio as gr
from gradio.caching import ages, backoff, wrapping
from gradio.caching.code import shelf_name
from gradio.caching.stores.backing import (
    LEASE,
    META,
    Absent,
    Buffer,
    Buffers,
    Busy,
    Claim,
    Deletions,
    Hit,
    Lead,
    Look,
    Place,
)
from support.clocks import Clock
from support.gates import DEADLINE

FAILED = 1.0
"""Seconds in which all who ask run, as a leader has failed."""


@dataclass
class _Record:
    parts: dict[str, bytes]
    generation: str
    fence: int
    ends: float


@dataclass
class _Lease:
    token: bytes
    ends: float


@dataclass
class Server:
    """What is shared: records and leases, by a clock that the test moves."""

    clock: Clock = field(default_factory=Clock)
    records: dict[Place, _Record] = field(default_factory=dict)
    leases: dict[Place, _Lease] = field(default_factory=dict)
    failed: dict[Place, float] = field(default_factory=dict)
    is_away: bool = False
    calls: list[tuple[str, Any]] = field(default_factory=list)
    cleared: dict[str, int] = field(default_factory=dict)
    deleted: dict[Place, int] = field(default_factory=dict)
    fence: int = 0
    lock: threading.Condition = field(default_factory=threading.Condition)

    def claim(self, place: Place) -> Claim:
        return Claim(str(self.cleared.get(place.shelf, 0)), self.fence)

    def leader(self, place: Place) -> bytes | None:
        lease = self.leases.get(place)
        is_held = lease is not None and self.clock() < lease.ends
        return lease.token if is_held and lease is not None else None

    @property
    def state(self) -> tuple[Any, ...]:
        """What is other once something has become of leases, records or time."""
        done = [name for name, _ in self.calls if name in ("put", "free", "delete")]
        return len(done), self.clock(), self.is_away

    def move(self, seconds: float) -> None:
        """Lets time go by."""
        with self.lock:
            self.clock.move(seconds)
            self.lock.notify_all()

    def count(self, name: str) -> int:
        """Counts the calls of a method."""
        with self.lock:
            return sum(called == name for called, _ in self.calls)

    def until(self, holds: Callable[[], bool]) -> None:
        """Waits until something holds of what is here."""
        with self.lock:
            assert self.lock.wait_for(holds, DEADLINE)


class Pauses:
    """
    Lets those who pause look again whenever something has become of the server since
    they last did.
    """

    def __init__(self, server: Server, patch: pytest.MonkeyPatch) -> None:
        self.seconds: list[float] = []
        self._server = server
        self._seen: dict[Any, Any] = {}
        patch.setattr(backoff, "sleep", self._pause)
        patch.setattr(backoff, "sleep_async", self._pause_async)

    def until(self, number: int) -> None:
        """Waits until there have been so many pauses."""
        self._server.until(lambda: len(self.seconds) >= number)

    def _pause(self, seconds: float) -> None:
        who = threading.get_ident()
        with self._server.lock:
            self._begin(seconds)
            self._server.until(lambda: self._has_news(who))

    async def _pause_async(self, seconds: float) -> None:
        who = asyncio.current_task()
        with self._server.lock:
            self._begin(seconds)
        while not self._has_news(who):
            await asyncio.sleep(0.001)

    def _begin(self, seconds: float) -> None:
        self.seconds.append(seconds)
        self._server.lock.notify_all()

    def _has_news(self, who: Any) -> bool:
        with self._server.lock:
            now = self._server.state
            seen, self._seen[who] = self._seen.get(who), now
            return seen != now


class Replica:
    """What one process sees of a server: a backing of its own."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.generations: Any = self
        self.leases: Any = self

    def _called(self, name: str, subject: Any) -> bool:
        self.server.calls.append((name, subject))
        self.server.lock.notify_all()
        return not self.server.is_away

    def look(self, place: Place, parts: Sequence[str], token: bytes = b"") -> Look:
        with self.server.lock:
            claim = self.server.claim(place)
            if not self._called("ask" if token else "look", place):
                return Absent(Claim("away"))
            found = self._record(place)
            if found is not None:
                names = {META, *parts} & found.parts.keys()
                life = found.ends - self.server.clock()
                claim = claim._replace(fence=found.fence)
                return Hit(claim, {name: found.parts[name] for name in names}, life)
            return self._lead(place, token, claim) if token else Absent(claim)

    def take(self, place: Place, token: bytes) -> Lead | Busy | Absent:
        with self.server.lock:
            if not self._called("take", place):
                return Absent(Claim("away"))
            return self._lead(place, token, self.server.claim(place))

    def _lead(self, place: Place, token: bytes, claim: Claim) -> Lead | Busy | Absent:
        server = self.server
        if server.clock() < server.failed.get(place, 0.0):
            return Absent(claim)
        if server.leader(place) is not None:
            return Busy(claim, server.leases[place].ends - server.clock())
        server.leases[place] = _Lease(token, server.clock() + LEASE)
        server.fence += 1
        return Lead(Claim(claim.generation, server.fence, token))

    def renew(self, place: Place, token: bytes) -> bool:
        with self.server.lock:
            is_own = self._called("renew", place) and self._is_own(place, token)
            if is_own:
                self.server.leases[place].ends = self.server.clock() + LEASE
            return is_own

    def free(self, place: Place, token: bytes, failed: bool = False) -> None:
        with self.server.lock:
            if self._called("free", place) and self._is_own(place, token):
                del self.server.leases[place]
                if failed:
                    self.server.failed[place] = self.server.clock() + FAILED

    def _is_own(self, place: Place, token: bytes) -> bool:
        return self.server.leader(place) == token

    def parts(self, place: Place, names: Sequence[str]) -> dict[str, Buffer]:
        with self.server.lock:
            found = self._record(place) if self._called("parts", place) else None
            kept = {} if found is None else found.parts
            return {name: kept[name] for name in names if name in kept}

    def put(
        self, place: Place, parts: Mapping[str, Buffers], claim: Claim, life: float
    ) -> bool:
        with self.server.lock:
            if not self._called("put", place) or not life > 0:
                return False
            leader, found = self.server.leader(place), self._record(place)
            if leader not in (None, claim.token):
                return False
            self.server.leases.pop(place, None)
            if claim.generation != self.server.claim(place).generation:
                return False
            is_late = found is not None and found.fence > claim.fence
            if is_late or claim.fence < self.server.deleted.get(place, 0):
                return False
            new = {name: b"".join(map(bytes, made)) for name, made in parts.items()}
            kept = {} if found is None or META in parts else found.parts
            ends = self.server.clock() + life
            self.server.records[place] = _Record(
                {**kept, **new}, claim.generation, claim.fence, ends
            )
            return True

    def _record(self, place: Place) -> _Record | None:
        found = self.server.records.get(place)
        now = self.server.claim(place).generation
        if found is None or found.generation != now:
            return None
        return found if self.server.clock() < found.ends else None

    def delete(self, place: Place) -> None:
        with self.server.lock:
            if self._called("delete", place):
                self.server.records.pop(place, None)
                self.server.fence += 1
                self.server.deleted[place] = self.server.fence

    def clear(self, shelf: str) -> None:
        with self.server.lock:
            if self._called("clear", shelf):
                cleared = self.server.cleared
                cleared[shelf] = cleared.get(shelf, 0) + 1

    def current(self, shelves: Sequence[str]) -> list[str]:
        with self.server.lock:
            return [str(self.server.cleared.get(shelf, 0)) for shelf in shelves]

    # What the watch asks for is not of these tests.
    def deleted(self, since: Mapping[str, str]) -> dict[str, Deletions]:
        return {}

    def note(self, place: Place) -> None:
        pass


class _Apart(dict):
    """Lets functions have one name, as they are of different processes."""

    def setdefault(self, name: Any, mine: Any) -> Any:
        return mine


class Processes:
    """Functions as several processes have them, over one server."""

    def __init__(self, patch: pytest.MonkeyPatch, server: Server | None = None) -> None:
        self.server = server or Server()
        self._patch = patch
        patch.setattr(shelf_name, "_holders", _Apart())
        patch.setattr(ages, "clock", self.server.clock)
        patch.setattr(time, "time", lambda: 1e9 + self.server.clock())
        self.pauses = Pauses(self.server, patch)

    def backing(self) -> Replica:
        """Begins a process: what is cached from now on is its."""
        self._patch.setattr(wrapping, "_CACHES", wrapping.FunctionRegistry())
        return Replica(self.server)

    def cached(self, fn: Callable[..., Any], **settings: Any) -> Any:
        """A function as one more process has it."""
        settings = {"version": "1", "store": self.backing(), **settings}
        return gr.cache(fn, **settings)
