"""How the cost of a hit grows with the number of entries and the payload's size."""

from __future__ import annotations

import json
import statistics
import subprocess
from pathlib import Path
from typing import Any

from bench import local, rounds
from bench.envs import FOLDER, IS_DEFAULT, ROOT, python
from bench.rounds import Results
from bench.scenarios import Scenario
from bench.turns import hits, picture

PICTURE = (ROOT / "docs" if IS_DEFAULT else FOLDER) / "growth.svg"
_PLOT = Path(__file__).parent / "inside" / "plot.py"

_ENTRIES = (100, 1000, 10_000, 100_000, 1_000_000)
_SESSIONS = (100, 1000, 10_000)
_BYTES = (1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000)
_SIDES = (256, 512, 1024, 2048, 4096)


def draw() -> None:
    """Measures, and writes the picture, that of the default base into docs/."""
    panels = [*_scale(), _payload(), _pixels()]
    PICTURE.parent.mkdir(exist_ok=True)
    command = [python("plot"), str(_PLOT), str(PICTURE)]
    subprocess.run(command, input=json.dumps(panels), text=True, check=True)


def _scale() -> list[dict[str, Any]]:
    entries = [
        ("one look-up, µs", 1e6, "look up"),
        ("one more in a full cache, µs", 1e6, "evict"),
        ("longest pause in evicting, ms", 1e3, "pause", "evict"),
    ]
    panels = [
        _panel(
            "entries", y, factor, _ENTRIES, _in_process(_ENTRIES, "scale.py", *asked)
        )
        for y, factor, *asked in entries
    ]
    results = _in_process(_SESSIONS, "scale.py", "sessions")
    return [*panels, _panel("sessions", "set and get, µs", 1e6, _SESSIONS, results)]


def _payload() -> dict[str, Any]:
    results = _in_process(_BYTES, "worker.py", "array")
    return _panel("bytes in the argument", "one call, ms", 1e3, _BYTES, results)


def _pixels() -> dict[str, Any]:
    scenarios = [
        Scenario(str(side), local.KINDS, hits("image", picture(side), 2), 5)
        for side in _SIDES
    ]
    results = rounds.measure(scenarios, quick=False)
    return _panel("pixels a side", "one event, ms", 1e3, _SIDES, results)


def _in_process(sizes: tuple[int, ...], script: str, *asked: str) -> Results:
    """Each size in processes of its own, as what is in their caches counts."""
    results: Results = {}
    for size in sizes:
        case = local.Case(str(size), (*asked, size), 1, script=script)
        results |= local.measure([case], quick=False)
    return results


def _panel(
    x: str, y: str, factor: float, sizes: tuple[int, ...], results: Results
) -> dict[str, Any]:
    series = {
        kind: [factor * _median(results[str(size)][kind]) for size in sizes]
        for kind in local.KINDS
    }
    return {"x": x, "y": y, "sizes": sizes, "series": series}


def _median(figures: dict[str, list[float]]) -> float:
    return statistics.median(figures.get("seconds") or figures["completed"])
