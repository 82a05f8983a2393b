"""The results as a table in Markdown."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence

from bench.rounds import Results
from bench.targets import TARGETS, Target, Unit
from bench.turns import Figures

_HEAD = ("case", "floor, limit", "other", "p95", "fork", "p95", "ratio", "target", "")
_FACTORS: dict[Unit, float] = {
    "ms": 1e3,
    "µs": 1e6,
    "s": 1,
    "per s": 1,
    "runs": 1,
    "bytes": 1,
    "MB": 2**-20,
}


def table(results: Results) -> str:
    """Returns a row for each target of these."""
    rows = [_row(t, results) for t in TARGETS if t.case in results]
    rule = ["---", *["--:"] * (len(_HEAD) - 2), "---"]
    return "\n".join(map(_line, [_HEAD, rule, *rows])) + "\n"


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _row(target: Target, results: Results) -> list[str]:
    figures = results[target.case]
    ours = figures[target.ours][target.figure]
    other = _other(target, figures)
    others = figures.get(other or "", {}).get(target.figure, [])
    least = figures.get("floor") or figures.get("limit") or {}
    floor = least.get(target.figure, [])
    value = statistics.median(ours)
    ratio = value / statistics.median(others) if others else None
    is_instead = other != target.other
    return [
        f"{target.row}, against no cache" if is_instead and others else target.row,
        _median(floor, target),
        _median(others, target),
        _tail(others, target),
        _median(ours, target),
        _tail(ours, target),
        "" if ratio is None else f"{ratio:.3g}",
        *(("", "") if is_instead else _judged(target, value, ratio)),
    ]


def _other(target: Target, figures: Mapping[str, Figures]) -> str | None:
    """Names what is compared; there is no target where the base has no cache."""
    if target.other is None or target.other in figures:
        return target.other
    return "plain"


def _judged(target: Target, value: float, ratio: float | None) -> tuple[str, str]:
    judged = value * _FACTORS[target.unit] if ratio is None else ratio
    met = judged >= target.limit if target.more_is_better else judged <= target.limit
    return _limit(target), "met" if met else "**missed**"


def _limit(target: Target) -> str:
    sign = "≥" if target.more_is_better else "≤"
    unit = "" if target.other else f" {target.unit}"
    return f"{sign} {target.limit:.3g}{unit}"


def _median(values: Sequence[float], target: Target) -> str:
    return _shown(statistics.median(values), target.unit) if values else ""


def _tail(values: Sequence[float], target: Target) -> str:
    """The 95th percentile, of rates the fifth."""
    if len(values) < 2:
        return ""
    cuts = statistics.quantiles(values, n=20, method="inclusive")
    return _shown(cuts[0 if target.more_is_better else -1], target.unit)


def _shown(value: float, unit: Unit) -> str:
    return f"{_rounded(value * _FACTORS[unit])} {unit}"


def _rounded(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
