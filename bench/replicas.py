"""
`python -m bench.replicas`: what a server saves that up to 1,000 replicas share, what
it must bear, and where it breaks. How long the server works for each thing that it is
asked is measured; the replicas are simulated. Draws docs/replicas.svg.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from bench import envs, redis_server

PICTURE = envs.ROOT / "docs" / "replicas.svg"
_INSIDE = Path(__file__).parent / "inside"
_REPLICAS = (1, 3, 10, 30, 100, 300, 1000)
_BREAKING = (3000, 6000, 9000, 12_000, 15_000, 18_000)
_RATE = 0.2
_SIZES = {"10 kB": 10_000, "1 MB": 1_000_000}
_HEAD = (
    "replicas",
    "saved, memory alone",
    "saved, shared",
    *(f"{of}, answers of {size}" for size in _SIZES for of in ("server busy", "MB/s")),
    *(f"requests/s at most, {size}" for size in _SIZES),
)

Figures = dict[str, float]


def main() -> None:
    """Measures, simulates, prints tables and draws."""
    argparse.ArgumentParser(prog="python -m bench.replicas").parse_args()
    envs.make("fork")
    envs.make("simulation")
    times = _server_times()
    for size, measured in zip(_SIZES, times, strict=True):
        shown = ", ".join(f"{name} {1e6 * t:.0f}" for name, t in measured.items())
        print(f"The server works so many µs, for answers of {size}: {shown}")
    loads: list[Figures] = [{"replicas": n, "rate": _RATE} for n in _REPLICAS]
    alone = _simulated(loads, None)
    shared = [_simulated(loads, of_size) for of_size in times]
    rows = [_cells(*row) for row in zip(_REPLICAS, alone, *shared, strict=True)]
    _print([_HEAD, ["--:"] * len(_HEAD), *rows])
    many = [{"replicas": n, "rate": _RATE, "seconds": 200.0} for n in _BREAKING]
    breaking = _simulated(many, times[-1])
    _print([("replicas", "saved", "server busy", "looks in time", "requests/s")])
    _print([_breaking(*row) for row in zip(_BREAKING, breaking, strict=True)])
    _draw(alone, shared, breaking)


def _server_times() -> list[Figures]:
    """How long the server works for what it is asked, a dict for each size."""
    redis_server.start()
    url = os.environ[redis_server.VARIABLE]
    sizes = map(str, _SIZES.values())
    command = [envs.python("fork"), str(_INSIDE / "serving_times.py"), url, *sizes]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return [json.loads(line) for line in told.stdout.splitlines()]


def _simulated(loads: Sequence[Figures], times: Figures | None) -> list[Figures]:
    """Simulates each load, with a server that takes such times, or without one."""
    command = [envs.python("simulation"), str(_INSIDE / "simulate.py")]
    asked = json.dumps([(load, times) for load in loads])
    told = subprocess.run(
        command, check=True, input=asked, stdout=subprocess.PIPE, text=True
    )
    return [json.loads(line) for line in told.stdout.splitlines()]


def _cells(count: int, alone: Figures, *shared: Figures) -> list[str]:
    cells = [f"{count:,}", f"{alone['saved']:.0%}", f"{shared[0]['saved']:.0%}"]
    for of_size, size in zip(shared, _SIZES.values(), strict=True):
        cells += [f"{of_size['busy']:.2%}", f"{of_size['sent'] * size / 1e6:.3g}"]
    return cells + [f"{of_size['full']:,.0f}" for of_size in shared]


def _breaking(count: int, figures: Figures) -> list[str]:
    shares = [figures["saved"], figures["busy"], 1 - figures["late"]]
    return [f"{count:,}", *(f"{each:.1%}" for each in shares), f"{count * _RATE:,.0f}"]


def _print(rows: Sequence[Sequence[str]]) -> None:
    for row in rows:
        print(f"| {' | '.join(row)} |", flush=True)


def _draw(
    alone: Sequence[Figures],
    shared: Sequence[Sequence[Figures]],
    breaking: Sequence[Figures],
) -> None:
    few, many = list(_REPLICAS), [*_REPLICAS, *_BREAKING]
    largest = [*shared[-1], *breaking]
    panels = {
        "work saved": {
            "memory alone": (few, [each["saved"] for each in alone]),
            "one server": (many, [each["saved"] for each in largest]),
        },
        f"one server, answers of {list(_SIZES)[-1]}": {
            "busy": (many, [each["busy"] for each in largest]),
            "looks in time": (many, [1 - each["late"] for each in largest]),
        },
    }
    command = [envs.python("simulation"), str(_INSIDE / "plot_replicas.py")]
    asked = json.dumps(panels)
    subprocess.run([*command, str(PICTURE)], input=asked, text=True, check=True)


if __name__ == "__main__":
    main()
