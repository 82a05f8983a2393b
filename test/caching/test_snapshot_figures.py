"""Copies of figures, charts and styled frames. Needs their libraries."""

from __future__ import annotations

import io
from typing import Any

import pandas as pd
import pytest

from gradio.caching.snapshot import snapshot


def drawn(figure: Any) -> bytes:
    file = io.BytesIO()
    figure.savefig(file, format="png")
    return file.getvalue()


def test_figures_look_the_same_and_are_not_given_to_pyplot():
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots()
    try:
        axes.plot([1, 3, 2], label="a")
        axes.legend()
        before = drawn(figure)
        managed = pyplot.get_fignums()
        twin = snapshot({"figure": figure})["figure"]
        assert pyplot.get_fignums() == managed
        assert drawn(twin) == before
        twin.axes[0].clear()
        assert drawn(twin) != before
        assert drawn(figure) == before
    finally:
        pyplot.close(figure)


def test_charts_of_plotly():
    graph_objects = pytest.importorskip("plotly.graph_objects")
    figure = graph_objects.Figure(graph_objects.Scatter(x=[1, 2], y=[3, 4]))
    before = figure.to_dict()
    twin = snapshot(figure)
    assert twin.to_dict() == before
    twin.data[0].x = [7, 8]
    assert figure.to_dict() == before


def test_charts_of_altair():
    altair = pytest.importorskip("altair")
    chart = altair.Chart(pd.DataFrame({"a": [1]})).mark_point().encode(x="a")
    before = chart.to_dict()
    twin = snapshot(chart)
    assert twin.to_dict() == before
    twin.data.loc[0, "a"] = 7
    assert chart.to_dict() == before


def test_styled_frames():
    pytest.importorskip("jinja2")
    frame = pd.DataFrame({"a": [1.0, 2.5]})
    style = frame.style.highlight_max().format(precision=1)
    before = style.to_html(uuid="x")
    twin = snapshot(style)
    assert twin.to_html(uuid="x") == before
    twin.data.loc[0, "a"] = 7
    assert frame["a"].tolist() == [1.0, 2.5]
    assert style.to_html(uuid="x") == before
