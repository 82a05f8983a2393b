"""`python -m bench`: measures, prints the table, and draws how hits grow."""

from __future__ import annotations

import argparse
import json
import os
import platform

from bench import envs, growth, local, rounds, servers
from bench.scenarios import SCENARIOS, Scenario
from bench.table import table


def main() -> None:
    """Reads the command line and does what it says."""
    options = _options()
    over_http = [s for s in SCENARIOS if options.only in s.name]
    inside = [case for case in local.CASES if options.only in case.name]
    draws = options.only in "growth" and not options.quick
    needed = _environments(over_http, inside, draws)
    for name in needed:
        envs.make(name, options.fresh)
    results: rounds.Results = {}
    if over_http:
        results.update(rounds.measure(over_http, options.quick))
    if inside:
        results.update(local.measure(inside, options.quick))
    shown = f"{_circumstances(needed)}\n\n{table(results)}"
    print(f"\n{shown}")
    if not options.only and not options.quick:
        (envs.FOLDER / "table.md").write_text(shown)
        (envs.FOLDER / "results.json").write_text(json.dumps(results))
    if draws:
        growth.draw()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--only", default="", metavar="TEXT", help="cases with this in their name"
    )
    parser.add_argument("--quick", action="store_true", help="a fifth of the rounds")
    parser.add_argument(
        "--fresh", action="store_true", help="make the environments anew"
    )
    return parser.parse_args()


def _environments(
    over_http: list[Scenario], inside: list[local.Case], draws: bool
) -> list[str]:
    """Names the environments that are needed, each of which takes long to make."""
    needed = {servers.environment(kind) for s in over_http for kind in s.kinds}
    needed |= {local.environment(kind) for case in inside for kind in case.kinds}
    if draws:
        needed |= {"plot", *map(local.environment, local.KINDS)}
    return [name for name in envs.INSTALLED if name in needed]


def _circumstances(environments: list[str]) -> str:
    kinds = [name for name in ("fork", "base") if name in environments]
    versions = [f"{kind} {envs.version(kind)}" for kind in kinds]
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores"
    load = f"load {os.getloadavg()[0]:.1f}"
    peer = "" if envs.HAS_CACHE else " The base has no cache."
    return f"Gradio: {', '.join(versions)}.{peer} {machine}, {load}."


if __name__ == "__main__":
    main()
