"""Simulates replicas of an app that share one server. Runs where simpy is."""

from __future__ import annotations

import json
import sys
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import simpy

Steps = Generator[simpy.Event, Any, Any]

# As the cache has them; a look that takes longer than the timeout is given up.
FIRST_PAUSE, LONGEST_PAUSE = 0.02, 0.25
RENEWED_EVERY, WATCHED_EVERY = 5.0, 1.0
TIMEOUT = 0.5


@dataclass(frozen=True)
class Times:
    """Seconds that the one thread of the server takes for each thing it is asked."""

    look: float
    hit: float
    put: float
    renew: float
    watch: float


@dataclass(frozen=True)
class Load:
    """What all replicas together are asked: requests of one function."""

    replicas: int
    rate: float
    """Requests per second, at each replica."""
    keys: int = 5_000
    skew: float = 1.1
    """Of Zipf's law: how much more often the most popular inputs come."""
    run: float = 2.0
    """Seconds of a run; a replica has one place for them."""
    life: float = 600.0
    seconds: float = 1200.0


@dataclass
class Tally:
    """What is counted after the warm-up."""

    begins: float
    requests: int = 0
    runs: int = 0
    asks: int = 0
    late: int = 0
    sent: int = 0
    """Answers that went to the server, or came from it."""
    busy: float = 0.0
    delays: list[float] = field(default_factory=list)

    def counts(self, now: float) -> bool:
        """Whether this is after the warm-up."""
        return now >= self.begins


class Server:
    """One thread that answers in turn; what it keeps, and who computes what."""

    def __init__(self, env: simpy.Environment, times: Times, tally: Tally) -> None:
        self.times = times
        self.entries: dict[int, float] = {}
        self.leases: set[int] = set()
        self._env = env
        self._tally = tally
        self._thread = simpy.Resource(env)

    def holds(self, key: int) -> bool:
        """Whether there is an entry that has not come to its end."""
        return self.entries.get(key, 0.0) > self._env.now

    def ask(self, seconds: float) -> Steps:
        """Waits for the server, and lets it work."""
        asked = self._env.now
        with self._thread.request() as turn:
            yield turn
            yield self._env.timeout(seconds)
        if self._tally.counts(asked):
            self._tally.asks += 1
            self._tally.busy += seconds
            self._tally.late += self._env.now - asked > TIMEOUT


class Replica:
    """One process: its memory, what is under way in it, and its place for runs."""

    def __init__(
        self,
        env: simpy.Environment,
        load: Load,
        server: Server | None,
        tally: Tally,
        first_watch: float = 0.0,
    ) -> None:
        self._env = env
        self._load = load
        self._server = server
        self._tally = tally
        self._ends: dict[int, float] = {}
        self._flights: dict[int, simpy.Event] = {}
        self._place = simpy.Resource(env)
        if server is not None:
            env.process(self._watch(server, first_watch))

    def serve(self, keys: Iterator[int], pauses: Iterator[float]) -> Steps:
        """Lets requests come, one after another."""
        for key, pause in zip(keys, pauses, strict=False):
            yield self._env.timeout(pause)
            self._env.process(self._answer(key))

    def _answer(self, key: int) -> Steps:
        came = self._env.now
        self._tally.requests += self._tally.counts(came)
        if self._ends.get(key, 0.0) <= came:
            if key in self._flights:
                yield self._flights[key]
            else:
                yield from self._lead(key)
        if self._tally.counts(came):
            self._tally.delays.append(self._env.now - came)

    def _lead(self, key: int) -> Steps:
        flight = self._flights[key] = self._env.event()
        if self._server is None:
            self._ends[key] = (yield from self._run()) + self._load.life
        else:
            self._ends[key] = yield from self._shared(self._server, key)
        del self._flights[key]
        flight.succeed()

    def _shared(self, server: Server, key: int) -> Steps:
        """Finds an entry in the server, waits for who computes it, or computes it."""
        pause = FIRST_PAUSE
        while True:
            is_there, asked = server.holds(key), self._env.now
            yield from server.ask(server.times.hit if is_there else server.times.look)
            if self._env.now - asked > TIMEOUT:
                return (yield from self._run()) + self._load.life
            if is_there:
                self._count_sent()
                return server.entries[key]
            if key not in server.leases:
                return (yield from self._computed(server, key))
            yield self._env.timeout(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _computed(self, server: Server, key: int) -> Steps:
        server.leases.add(key)
        renewing = self._env.process(self._renew(server))
        began = yield from self._run()
        renewing.interrupt()
        yield from server.ask(server.times.put)
        self._count_sent()
        server.leases.discard(key)
        server.entries[key] = began + self._load.life
        return server.entries[key]

    def _count_sent(self) -> None:
        self._tally.sent += self._tally.counts(self._env.now)

    def _run(self) -> Steps:
        with self._place.request() as turn:
            yield turn
            began = self._env.now
            self._tally.runs += self._tally.counts(began)
            yield self._env.timeout(self._load.run)
        return began

    def _renew(self, server: Server) -> Steps:
        try:
            while True:
                yield self._env.timeout(RENEWED_EVERY)
                yield from server.ask(server.times.renew)
        except simpy.Interrupt:
            return

    def _watch(self, server: Server, first: float) -> Steps:
        yield self._env.timeout(first)
        while True:
            yield from server.ask(server.times.watch)
            yield self._env.timeout(WATCHED_EVERY)


def simulate(load: Load, times: Times | None, seed: int = 1) -> dict[str, float]:
    """Lets replicas serve for a while, with a server or with their memory alone."""
    chance, env = np.random.default_rng(seed), simpy.Environment()
    tally = Tally(begins=load.seconds / 2)
    server = None if times is None else Server(env, times, tally)
    popularity = 1.0 / np.arange(1, load.keys + 1) ** load.skew
    popularity /= popularity.sum()
    most = int(load.rate * load.seconds * 1.5) + 20
    for _ in range(load.replicas):
        keys = chance.choice(load.keys, size=most, p=popularity)
        pauses = chance.exponential(1 / load.rate, size=most)
        first_watch = chance.uniform(0, WATCHED_EVERY)
        replica = Replica(env, load, server, tally, first_watch)
        env.process(replica.serve(iter(keys.tolist()), iter(pauses.tolist())))
    env.run(until=load.seconds)
    return _figures(load, tally)


def _figures(load: Load, tally: Tally) -> dict[str, float]:
    seconds = load.seconds - tally.begins
    delays = sorted(tally.delays) or [0.0]
    return {
        "saved": 1 - tally.runs / tally.requests,
        "asks": tally.asks / seconds,
        "sent": tally.sent / seconds,
        "busy": tally.busy / seconds,
        "late": tally.late / max(1, tally.asks),
        "p95": delays[int(0.95 * (len(delays) - 1))],
        "full": tally.requests / tally.busy if tally.busy else 0.0,
    }


def main() -> None:
    """Simulates what each line asks: a load, and the server's times or none."""
    for load, times in json.load(sys.stdin):
        of_server = None if times is None else Times(**times)
        print(json.dumps(simulate(Load(**load), of_server)), flush=True)


if __name__ == "__main__":
    main()
