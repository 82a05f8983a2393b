"""Sizes of torch's tensors and of arrow's and polars' tables. Needs them."""

from __future__ import annotations

import numpy as np
import pytest

from gradio.caching.sizing import size_of

MEGABYTE = 1 << 20
SLACK = 4000


def test_tensors():
    torch = pytest.importorskip("torch")
    tensor = torch.zeros(MEGABYTE // 4)
    for value in (tensor, tensor[:1], tensor.reshape(512, -1).T, [tensor, tensor[1:]]):
        assert MEGABYTE <= size_of(value) < MEGABYTE + SLACK
    assert size_of([tensor, tensor.clone()]) > 2 * MEGABYTE
    assert size_of(torch.zeros(MEGABYTE // 2, dtype=torch.bfloat16)) < MEGABYTE + SLACK
    assert size_of(torch.zeros(1000, 1000).to_sparse()) < 10_000


def test_gradients_and_modules_count():
    torch = pytest.importorskip("torch")
    linear = torch.nn.Linear(512, 512, bias=False)
    assert MEGABYTE <= size_of(linear) < MEGABYTE + 3 * SLACK
    linear(torch.ones(512)).sum().backward()
    assert size_of(linear) > 2 * MEGABYTE


def test_arrow_tables():
    pa = pytest.importorskip("pyarrow")
    numbers = pa.array(np.arange(MEGABYTE // 8))
    table = pa.table({"a": numbers, "b": numbers})
    assert MEGABYTE <= size_of(table) < MEGABYTE + SLACK
    assert size_of(table.slice(0, 1)) > MEGABYTE


def test_polars_frames():
    pl = pytest.importorskip("polars")
    frame = pl.DataFrame({"a": range(MEGABYTE // 8)})
    assert MEGABYTE <= size_of(frame) < MEGABYTE + SLACK
    assert MEGABYTE <= size_of(frame["a"]) < MEGABYTE + SLACK
