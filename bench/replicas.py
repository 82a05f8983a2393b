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
    """Measures, simulates, prints a table and draws it."""
    parser = argparse.ArgumentParser(prog="python -m bench.replicas")
    parser.add_argument("--most", type=int, default=_REPLICAS[-1], help="of replicas")
    most = parser.parse_args().most
    envs.make("fork")
    envs.make("simulation")
    times = _server_times()
    for size, measured in zip(_SIZES, times, strict=True):
        shown = ", ".join(f"{name} {1e6 * t:.0f}" for name, t in measured.items())
        print(f"The server works so many µs, for answers of {size}: {shown}")
    counts = [count for count in _REPLICAS if count <= most]
    rows = _simulated(counts, times)
    cells = [_cells(*row) for row in zip(counts, rows, strict=True)]
    for each in [_HEAD, ["--:"] * len(_HEAD), *cells]:
        print(f"| {' | '.join(each)} |")
    if most == _REPLICAS[-1]:
        _draw(counts, rows)


def _server_times() -> list[Figures]:
    """How long the server works for what it is asked, a dict for each size."""
    redis_server.start()
    url = os.environ[redis_server.VARIABLE]
    sizes = map(str, _SIZES.values())
    command = [envs.python("fork"), str(_INSIDE / "serving_times.py"), url, *sizes]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return [json.loads(line) for line in told.stdout.splitlines()]


def _simulated(counts: Sequence[int], times: Sequence[Figures]) -> list[list[Figures]]:
    """Each number of replicas: with memory alone, then with a server for each size."""
    asked = json.dumps({"times": times, "loads": [(count, _RATE) for count in counts]})
    command = [envs.python("simulation"), str(_INSIDE / "simulate.py")]
    told = subprocess.run(
        command, check=True, input=asked, stdout=subprocess.PIPE, text=True
    )
    return [json.loads(line) for line in told.stdout.splitlines()]


def _cells(count: int, figures: Sequence[Figures]) -> list[str]:
    alone, *shared = figures
    cells = [f"{count:,}", f"{alone['saved']:.0%}", f"{shared[0]['saved']:.0%}"]
    for of_size, size in zip(shared, _SIZES.values(), strict=True):
        cells += [f"{of_size['busy']:.2%}", f"{of_size['sent'] * size / 1e6:.3g}"]
    return cells + [f"{of_size['full']:,.0f}" for of_size in shared]


def _draw(counts: Sequence[int], rows: Sequence[Sequence[Figures]]) -> None:
    series = {
        "work saved": {
            "memory alone": [row[0]["saved"] for row in rows],
            "one server": [row[1]["saved"] for row in rows],
        },
        "server busy": {
            f"answers of {size}": [row[i]["busy"] for row in rows]
            for i, size in enumerate(_SIZES, 1)
        },
    }
    command = [envs.python("simulation"), str(_INSIDE / "plot_replicas.py")]
    asked = json.dumps({"replicas": counts, "panels": series})
    subprocess.run([*command, str(PICTURE)], input=asked, text=True, check=True)


if __name__ == "__main__":
    main()
