"""Lets the servers take turns, so that what else the machine does hits all alike."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping

from bench.scenarios import Scenario
from bench.servers import KINDS, running
from bench.turns import Figures
from bench.visitor import Visitor

Results = dict[str, dict[str, Figures]]
"""By case, by what was measured, by figure."""

_SETTLE_SECONDS = 0.05
QUICK = 5


def measure(scenarios: Iterable[Scenario], quick: bool) -> Results:
    """Returns the figures of each."""
    scenarios = list(scenarios)
    wanted = {kind for scenario in scenarios for kind in scenario.kinds}
    with running(tuple(kind for kind in KINDS if kind in wanted)) as servers:
        visitors = {kind: Visitor(server) for kind, server in servers.items()}
        return asyncio.run(_measure_all(scenarios, visitors, quick))


async def _measure_all(
    scenarios: list[Scenario], visitors: Mapping[str, Visitor], quick: bool
) -> Results:
    results = {}
    for scenario in scenarios:
        print(f"  {scenario.name} …", flush=True)
        results[scenario.name] = await _measure_one(scenario, visitors, quick)
    return results


async def _measure_one(
    scenario: Scenario, visitors: Mapping[str, Visitor], quick: bool
) -> dict[str, Figures]:
    figures: dict[str, Figures] = {k: defaultdict(list) for k in scenario.kinds}
    rounds = max(2, scenario.rounds // QUICK) if quick else scenario.rounds
    # The first round warms up.
    for number in range(rounds + 1):
        for kind in rotated(scenario.kinds, number):
            made = await _take_turn(scenario, visitors[kind])
            for name, values in made.items() if number else ():
                figures[kind][name] += values
    return figures


async def _take_turn(scenario: Scenario, visitor: Visitor) -> Figures:
    with visitor.awake():
        await asyncio.sleep(_SETTLE_SECONDS)
        return await scenario.turn(visitor)


def rotated(kinds: tuple[str, ...], number: int) -> tuple[str, ...]:
    """Returns the same, so that over the rounds each comes first equally often."""
    first = number % len(kinds)
    return kinds[first:] + kinds[:first]
