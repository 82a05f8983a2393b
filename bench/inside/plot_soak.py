"""Draws what a server told of itself, a panel each. Runs where matplotlib is."""

from __future__ import annotations

import json
import sys

import matplotlib as mpl
import matplotlib.pyplot as plt

_PANEL_INCHES = (2.6, 2.4)


def draw(samples: list[dict[str, float]], path: str, seconds: float) -> None:
    """Writes the picture of samples that were taken at equal distances."""
    mpl.rcParams["svg.hashsalt"] = "soak"
    width, height = _PANEL_INCHES
    figure, axes = plt.subplots(
        1, len(samples[0]), figsize=(width * len(samples[0]), height), layout="tight"
    )
    minutes = [seconds / 60 * (i + 1) / len(samples) for i in range(len(samples))]
    for axis, name in zip(axes, samples[0], strict=True):
        axis.plot(minutes, [sample[name] for sample in samples], color="#ea580c")
        axis.set(title=name, xlabel="minutes")
        axis.set_ylim(bottom=0)
        axis.grid(visible=True, color="#e2e8f0")
        axis.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, metadata={"Date": None} if path.endswith("svg") else None)


if __name__ == "__main__":
    draw(json.load(sys.stdin), sys.argv[1], float(sys.argv[2]))
