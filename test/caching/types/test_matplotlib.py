"""Figures and charts. Needs their libraries."""

from __future__ import annotations

import io
from typing import Any

import pandas as pd
import pytest

import gradio as gr
from gradio.caching.errors import UncopyableError
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
        copy = snapshot({"figure": figure})["figure"]
        assert pyplot.get_fignums() == managed
        assert drawn(copy) == before
        copy.axes[0].clear()
        assert drawn(copy) != before
        assert drawn(figure) == before
    finally:
        pyplot.close(figure)


def categories(axes: Any) -> None:
    axes.bar(["cat", "dog"], [1, 2], label="a")
    axes.bar(["dog", "fox"], [3, 4], label="b")
    axes.legend()


DRAWN = {
    "categories": categories,
    "horizontal": lambda axes: axes.barh(["cat", "dog"], [1, 2]),
    "line over categories": lambda axes: axes.plot(["cat", "dog"], [1, 2]),
    "labels": lambda axes: axes.bar_label(axes.bar(["cat"], [2])),
    "histogram": lambda axes: axes.hist([1, 2, 2]),
    "pie": lambda axes: axes.pie([1, 2], labels=["a", "b"], autopct="%d"),
    "boxes": lambda axes: axes.boxplot([[1, 2], [3, 4]]),
    "image": lambda axes: axes.figure.colorbar(axes.imshow([[1, 2], [3, 4]])),
    "error bars": lambda axes: axes.errorbar([1, 2], [3, 4], yerr=[1, 1]),
    "dates": lambda axes: axes.plot(pd.date_range("2024", periods=2), [1, 2]),
    "formatter": lambda axes: axes.yaxis.set_major_formatter(lambda v, _: f"{v}!"),
}


@pytest.mark.parametrize("draw", DRAWN.values(), ids=DRAWN)
def test_figures_of_all_kinds_look_the_same(draw):
    figures = pytest.importorskip("matplotlib.figure")
    figure = figures.Figure(figsize=(2, 2))
    draw(figure.subplots())
    copy = snapshot(figure)
    assert drawn(snapshot(copy)) == drawn(copy) == drawn(figure)


def test_pyplot_means_its_current_figure():
    """As `return plt` does for `gr.Plot`."""
    pytest.importorskip("matplotlib").use("agg")
    from matplotlib import pyplot

    @gr.cache
    def plot(name: str) -> Any:
        pyplot.figure()
        pyplot.bar([name, "all"], [1, 2])
        return pyplot, name

    try:
        shown = gr.Plot()
        expected = [shown.postprocess(plot(name)[0]) for name in "ab"]
        assert [shown.postprocess(plot(name)[0]) for name in "ab"] == expected
        assert expected[0] != expected[1]
        assert len(plot.cache) == 2
    finally:
        pyplot.close("all")
    with pytest.raises(UncopyableError, match="pyplot without a figure"):
        snapshot(pyplot)


def test_figures_of_bokeh():
    plotting = pytest.importorskip("bokeh.plotting")
    from bokeh.embed import json_item

    figure = plotting.figure()
    figure.vbar(x=[1, 2], top=[3, 4], width=0.5)
    figure.line([1, 2], [3, 4])
    copy = snapshot(snapshot(figure))
    before = models_of(json_item(figure))
    assert models_of(json_item(copy)) == before
    copy.renderers[0].glyph.line_color = "red"
    copy.renderers.pop()
    assert models_of(json_item(figure)) == before
    assert gr.Plot().postprocess(copy).type == "bokeh"


def models_of(item: Any) -> Any:
    """Without the ids, which are new each time."""
    return item["doc"]["roots"]


def test_charts_of_plotly():
    graph_objects = pytest.importorskip("plotly.graph_objects")
    figure = graph_objects.Figure(graph_objects.Scatter(x=[1, 2], y=[3, 4]))
    before = figure.to_dict()
    copy = snapshot(figure)
    assert copy.to_dict() == before
    copy.data[0].x = [7, 8]
    assert figure.to_dict() == before


def test_charts_of_altair():
    altair = pytest.importorskip("altair")
    chart = altair.Chart(pd.DataFrame({"a": [1]})).mark_point().encode(x="a")
    before = chart.to_dict()
    copy = snapshot(chart)
    assert copy.to_dict() == before
    copy.data.loc[0, "a"] = 7
    assert chart.to_dict() == before
