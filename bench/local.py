"""What is measured without a server: cached calls in a process of each environment."""

from __future__ import annotations

import contextlib
import itertools
import json
import subprocess
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import redis_server
from bench.envs import FOLDER, HAS_CACHE, python
from bench.rounds import QUICK, Results, rotated

_INSIDE = Path(__file__).parent / "inside"
KINDS = ("cached", "fork") if HAS_CACHE else ("fork",)
STORES = ("diskcache", "joblib", "fork")
"""In one environment, as the values are to be made by the same NumPy and pandas."""
_WITH_LIMIT = (*KINDS, "limit")
MILLION = 1_000_000
_ROUNDS = 7


@dataclass(frozen=True, slots=True)
class Case:
    """One case."""

    name: str
    asked: tuple[Any, ...]
    samples: int = 3
    kinds: tuple[str, ...] = KINDS
    script: str = "worker.py"


def _scale(name: str, *asked: str | int) -> Case:
    return Case(f"1e6 small entries: {name}", asked, 1, script="scale.py")


def _in_redis(name: str, asked: str) -> Case:
    return Case(f"redis: {name}", (asked,), kinds=("redis",), script="stored.py")


def _stored(name: str, asked: str, kinds: tuple[str, ...] = STORES) -> Case:
    return Case(f"disk: {name}", (asked,), kinds=kinds, script="stored.py")


CASES = (
    Case("in-process: int", ("int",)),
    Case("in-process: a session's text", ("session",)),
    Case("in-process: text 10 kB", ("text", 10_000), kinds=_WITH_LIMIT),
    Case("in-process: array 1 MB", ("array", 1_000_000), kinds=_WITH_LIMIT),
    Case("in-process: array 100 MB", ("array", 100_000_000), 2, _WITH_LIMIT),
    Case("in-process: picture 4096²", ("picture", 4096), 2, _WITH_LIMIT),
    Case("in-process: frame 1e6 × 5", ("frame", 1_000_000), kinds=_WITH_LIMIT),
    Case("in-process: 1e5 strings", ("strings", 100_000)),
    Case("gr.Cache, 1 thread", ("get and set", 1)),
    Case("gr.Cache, 8 threads", ("get and set", 8)),
    Case("clear a session", ("clear",), 5),
    Case("store a list", ("store",)),
    Case("import gradio", ("import",), kinds=("plain", "fork")),
    # Before its process has held a million of anything.
    Case("gr.Cache, 10,000 sessions", ("sessions", 10_000), script="scale.py"),
    _scale("bytes each", "bytes", MILLION),
    _scale("longest pause in filling", "pause", "fill", MILLION),
    _scale("longest pause in evicting", "pause", "evict", MILLION),
    _scale("longest pause in clearing", "pause", "clear", MILLION),
    _stored("array 2048² × 3", "array"),
    _stored("frame 1e6 × 5", "frame"),
    _stored("small text", "text"),
    _stored("miss", "miss"),
    _stored("what it adds to a miss", "added", ("fork",)),
    _in_redis("array 2048² × 3", "array"),
    _in_redis("small text", "text"),
    _in_redis("what it adds to a miss", "added"),
)


class Worker:
    """A process in one environment."""

    def __init__(self, kind: str, script: str) -> None:
        # A limit is measured by another script.
        path = _INSIDE / ("limit.py" if kind == "limit" else script)
        self._process = subprocess.Popen(
            [python(environment(kind)), str(path), kind, str(FOLDER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def take(self, case: Case) -> list[float]:
        """
        Returns the seconds of each sample. Raises RuntimeError if the process has
        failed.
        """
        assert self._process.stdin
        assert self._process.stdout
        name, *arguments = case.asked
        self._process.stdin.write(json.dumps([name, arguments, case.samples]) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"The worker failed at {case.name}.")
        return json.loads(answer)

    def end(self) -> None:
        """Lets the process end, which removes what it wrote."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()


def environment(kind: str) -> str:
    """Names the environment in which a kind of cache is measured."""
    return "fork" if kind in (*STORES, "redis", "limit") else "base"


@contextlib.contextmanager
def _workers(kinds: tuple[str, ...], script: str) -> Generator[dict[str, Worker]]:
    if "redis" in kinds:
        redis_server.start()
    workers = {kind: Worker(kind, script) for kind in kinds}
    try:
        yield workers
    finally:
        for worker in workers.values():
            worker.end()


def measure(cases: Iterable[Case], quick: bool) -> Results:
    """Returns the figure `seconds` of each."""
    rounds = max(2, _ROUNDS // QUICK) if quick else _ROUNDS
    results: Results = {}
    for where, alike in itertools.groupby(cases, lambda c: (c.kinds, c.script)):
        with _workers(*where) as workers:
            for case in alike:
                results[case.name] = _measure_one(case, workers, rounds)
    return results


def _measure_one(
    case: Case, workers: dict[str, Worker], rounds: int
) -> dict[str, dict[str, list[float]]]:
    print(f"  {case.name} …", flush=True)
    seconds: dict[str, list[float]] = {kind: [] for kind in case.kinds}
    for number in range(rounds):
        for kind in rotated(case.kinds, number):
            seconds[kind] += workers[kind].take(case)
    return {kind: {"seconds": values} for kind, values in seconds.items()}
