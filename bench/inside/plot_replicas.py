"""Draws what replicas save and ask, a panel each. Runs where matplotlib is."""

from __future__ import annotations

import json
import sys
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
from matplotlib.ticker import PercentFormatter

_PANEL_INCHES = (4.2, 3.0)
_COLOURS = ("#94a3b8", "#ea580c")


def draw(panels: dict[str, Any], path: str) -> None:
    """Writes the picture."""
    mpl.rcParams["svg.hashsalt"] = "replicas"
    width, height = _PANEL_INCHES
    figure, axes = plt.subplots(
        1, len(panels), figsize=(width * len(panels), height), layout="tight"
    )
    for axis, (title, series) in zip(axes, panels.items(), strict=True):
        for colour, (name, line) in zip(_COLOURS, series.items(), strict=True):
            axis.plot(*line, color=colour, label=name, marker="o", clip_on=False)
        axis.set(title=title, xlabel="replicas", xscale="log", ylim=(0, 1))
        axis.yaxis.set_major_formatter(PercentFormatter(1.0))
        axis.grid(visible=True, color="#e2e8f0")
        axis.spines[["top", "right"]].set_visible(False)
        axis.legend(frameon=False)
    figure.savefig(path, metadata={"Date": None} if path.endswith("svg") else None)


if __name__ == "__main__":
    draw(json.load(sys.stdin), sys.argv[1])
