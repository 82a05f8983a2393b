"""
`python -m bench.soak`: minutes of everything at once, and whether anything grows.

    make soak                                  ten minutes, docs/soak.svg
    python -m bench.soak --seconds 60          one, and no picture
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import statistics
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import httpx

from bench import envs
from bench.client import API, Connection
from bench.servers import running
from bench.visitor import Visitor, new_session

PICTURE = envs.ROOT / "docs" / "soak.svg"
_PLOT = Path(__file__).parent / "inside" / "plot_soak.py"
SECONDS = 600
_CLIENTS = 8
_SAMPLES = 60
# Of the first two fifths, nothing is judged: caches and pools are being filled.
_WARM_UP = 0.4
_MOST_GROWTH = 1.05
# Misses run, and of each run Gradio 6.11 keeps a record for ever: so few are made.
_PAUSE_AFTER_MISS = 0.2
# What is known of so many requests is kept: they come before all others.
_KNOWN = 16_384

Vitals = dict[str, float]


class Soak:
    """Clients of one server that do all that clients do, until the time is over."""

    def __init__(self, visitor: Visitor, seconds: float) -> None:
        self._visitor = visitor
        self._seconds = seconds
        self._until = 0.0
        self._chance = random.Random(visitor.kind)
        self.done: Counter[str] = Counter()

    async def run(self) -> list[Vitals]:
        """Runs all clients, and returns what the server told of itself meanwhile."""
        await asyncio.gather(*(self._fill() for _ in range(_CLIENTS)))
        self._until = time.monotonic() + self._seconds
        clients = [asyncio.ensure_future(self._client()) for _ in range(_CLIENTS)]
        samples = await self._watch()
        await asyncio.gather(*clients)
        return samples

    async def _fill(self) -> None:
        for _ in range(_KNOWN // _CLIENTS):
            async with self._visitor.connect() as connection:
                await self._ask(connection, "mine", new_session())

    async def _watch(self) -> list[Vitals]:
        samples = []
        while time.monotonic() < self._until:
            await asyncio.sleep(self._seconds / _SAMPLES)
            samples.append(await self._vitals())
        return samples

    async def _client(self) -> None:
        while time.monotonic() < self._until:
            name = self._chance.choice(_ACTS)
            async with self._visitor.connect() as connection:
                await getattr(self, name)(connection)
            self.done[name] += 1

    async def _vitals(self) -> Vitals:
        url = f"{self._visitor.url}/gradio_api/run/vitals"
        async with httpx.AsyncClient(timeout=60) as http:
            answer = await http.post(url, json={"data": []})
        return answer.raise_for_status().json()["data"][0]

    async def _ask(self, connection: Connection, fn: str, words: str) -> None:
        data = json.dumps([words])
        with contextlib.suppress(RuntimeError):  # the event failed, as some shall
            await self._visitor.ask(connection, fn, data)

    async def hit(self, connection: Connection) -> None:
        fn = self._chance.choice(_FUNCTIONS)
        for _ in range(8):
            await self._ask(connection, fn, f"known {self._chance.randrange(8)}")

    async def miss(self, connection: Connection) -> None:
        await self._ask(connection, self._chance.choice(_FUNCTIONS), new_session())
        await asyncio.sleep(_PAUSE_AFTER_MISS)

    async def error(self, connection: Connection) -> None:
        await self._ask(connection, "fails", "no")
        await asyncio.sleep(_PAUSE_AFTER_MISS)

    async def leave(self, connection: Connection) -> None:
        """Joins and goes away without having read the answer."""
        await self._join(connection, "slow", f"left {self._chance.randrange(8)}")
        await asyncio.sleep(_PAUSE_AFTER_MISS)

    async def hang_up(self, connection: Connection) -> None:
        """Begins to read an answer and closes the connection."""
        session, _ = await self._join(connection, "stream", new_session())
        async for _ in connection.events(f"{API}/data?session_hash={session}"):
            break
        await asyncio.sleep(_PAUSE_AFTER_MISS)

    async def cancel(self, connection: Connection) -> None:
        words = f"cancelled {self._chance.randrange(8)}"
        session, joined = await self._join(connection, "slow", words)
        body = {"session_hash": session, "fn_index": joined["fn"], **joined["answer"]}
        await connection.post("/gradio_api/cancel", json.dumps(body).encode())
        await asyncio.sleep(_PAUSE_AFTER_MISS)

    async def _join(
        self, connection: Connection, fn: str, words: str
    ) -> tuple[str, dict[str, Any]]:
        session, number = new_session(), await self._visitor.listener(fn)
        body = {"data": [words], "fn_index": number, "session_hash": session}
        answer = await connection.post(f"{API}/join", json.dumps(body).encode())
        return session, {"fn": number, "answer": json.loads(answer)}


_FUNCTIONS = (
    "text", "mine", "slow", "later", "stream", "stream_later", "batch", "array",
    "remembered",
)  # fmt: skip
_ACTS = (*["hit"] * 6, "miss", "error", "leave", "hang_up", "cancel")


def growth(samples: list[Vitals]) -> dict[str, float]:
    """
    Compares what was usual in the last third after the warm-up with the most that there
    was in the first: pools grow and shrink by a thread.
    """
    warm = samples[int(len(samples) * _WARM_UP) :]
    third = max(1, len(warm) // 3)
    usual = {n: statistics.median(s[n] for s in warm[-third:]) for n in samples[0]}
    most = {n: max(s[n] for s in warm[:third]) for n in samples[0]}
    return {name: usual[name] / max(1.0, most[name]) for name in usual}


async def _soak(visitor: Visitor, seconds: float) -> list[Vitals]:
    soak = Soak(visitor, seconds)
    with visitor.awake():
        samples = await soak.run()
    print(", ".join(f"{count} × {act}" for act, count in soak.done.items()))
    return samples


def main() -> None:
    """Soaks the fork, prints what grew, draws it, and fails if anything did."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    seconds = parser.parse_args().seconds
    envs.make("fork")
    with running(("soak",)) as servers:
        samples = asyncio.run(_soak(Visitor(servers["soak"]), seconds))
    grown = growth(samples)
    for name, ratio in grown.items():
        first, last = samples[0][name], samples[-1][name]
        print(f"{name}: {first:.1f} … {last:.1f}, after warm-up × {ratio:.3f}")
    if seconds >= SECONDS:
        envs.make("plot")
        command = [envs.python("plot"), str(_PLOT), str(PICTURE), str(seconds)]
        subprocess.run(command, input=json.dumps(samples), text=True, check=True)
    sys.exit(any(ratio > _MOST_GROWTH for ratio in grown.values()))


if __name__ == "__main__":
    main()
