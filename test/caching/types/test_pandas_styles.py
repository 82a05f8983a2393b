"""Frames that are styled for a page."""

import pandas as pd
import pytest

from gradio.caching.snapshot import snapshot


def test_styled_frames():
    pytest.importorskip("jinja2")
    frame = pd.DataFrame({"a": [1.0, 2.5]})
    style = frame.style.highlight_max().format(precision=1)
    before = style.to_html(uuid="x")
    copy = snapshot(style)
    assert copy.to_html(uuid="x") == before
    copy.data.loc[0, "a"] = 7
    assert frame["a"].tolist() == [1.0, 2.5]
    assert style.to_html(uuid="x") == before
