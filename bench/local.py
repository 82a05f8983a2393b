"""What is measured without a server: cached calls in a process of each environment."""

from __future__ import annotations

import contextlib
import json
import subprocess
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.envs import python
from bench.rounds import QUICK, Results, rotated

_WORKER = Path(__file__).parent / "inside" / "worker.py"
KINDS = ("newest", "fork")
_ROUNDS = 7


@dataclass(frozen=True, slots=True)
class Case:
    """One case."""

    name: str
    asked: tuple[Any, ...]
    samples: int = 3


CASES = (
    Case("in-process: int", ("int",)),
    Case("in-process: text 10 kB", ("text", 10_000)),
    Case("in-process: array 1 MB", ("array", 1_000_000)),
    Case("in-process: array 100 MB", ("array", 100_000_000), 2),
    Case("in-process: picture 4096²", ("picture", 4096), 2),
    Case("in-process: frame 1e6 × 5", ("frame", 1_000_000)),
    Case("in-process: 1e5 strings", ("strings", 100_000)),
    Case("gr.Cache, 1 thread", ("get and set", 1)),
    Case("gr.Cache, 8 threads", ("get and set", 8)),
    Case("clear a session", ("clear",), 5),
    Case("store a list", ("store",)),
)


class Worker:
    """A process in one environment."""

    def __init__(self, kind: str) -> None:
        self._process = subprocess.Popen(
            [python(kind), str(_WORKER)],
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
        """Ends the process."""
        self._process.kill()
        self._process.wait()


@contextlib.contextmanager
def _workers() -> Generator[dict[str, Worker]]:
    workers = {kind: Worker(kind) for kind in KINDS}
    try:
        yield workers
    finally:
        for worker in workers.values():
            worker.end()


def measure(cases: Iterable[Case], quick: bool) -> Results:
    """Returns the figure `seconds` of each."""
    rounds = max(2, _ROUNDS // QUICK) if quick else _ROUNDS
    with _workers() as workers:
        return {case.name: _measure_one(case, workers, rounds) for case in cases}


def _measure_one(
    case: Case, workers: dict[str, Worker], rounds: int
) -> dict[str, dict[str, list[float]]]:
    print(f"  {case.name} …", flush=True)
    seconds: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for number in range(rounds):
        for kind in rotated(KINDS, number):
            seconds[kind] += workers[kind].take(case)
    return {kind: {"seconds": values} for kind, values in seconds.items()}
