"""Draws panels of curves on logarithmic axes. Runs where matplotlib is."""

from __future__ import annotations

import json
import sys
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt

_LOOKS = {
    "fork": {"label": "this fork", "color": "#ea580c", "marker": "o"},
    "cached": {"label": "Gradio's own cache", "color": "#64748b", "marker": "s"},
}
# Curves that differ by less are drawn on a linear axis.
_SAME_SCALE = 10
_IN_A_ROW = 3
_PANEL_INCHES = (3.6, 3.0)


def draw(panels: list[dict[str, Any]], path: str) -> None:
    """Draws the measured series, one line each."""
    mpl.rcParams["svg.hashsalt"] = "growth"
    rows, (width, height) = -(-len(panels) // _IN_A_ROW), _PANEL_INCHES
    size = width * _IN_A_ROW, height * rows
    figure, axes = plt.subplots(rows, _IN_A_ROW, figsize=size, layout="constrained")
    for axis, panel in zip(axes.flat, panels, strict=True):
        _draw_panel(axis, panel)
    axes.flat[0].legend(frameon=False)
    figure.savefig(path, metadata={"Date": None} if path.endswith("svg") else None)


def _draw_panel(axis: Any, panel: dict[str, Any]) -> None:
    for kind, values in panel["series"].items():
        axis.plot(panel["sizes"], values, **_LOOKS[kind])
    axis.set(xscale="log", xlabel=panel["x"], ylabel=panel["y"])
    sizes, values = panel["sizes"], sum(panel["series"].values(), [])
    axis.set_xticks(sizes, [f"{size:g}" for size in sizes], fontsize="small")
    axis.minorticks_off()
    if max(values) < _SAME_SCALE * min(values):
        axis.set_ylim(bottom=0)
    else:
        axis.set_yscale("log")
    axis.grid(visible=True, which="major", color="#e2e8f0")
    axis.spines[["top", "right"]].set_visible(False)


if __name__ == "__main__":
    draw(json.load(sys.stdin), sys.argv[1])
