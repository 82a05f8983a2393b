"""Copies of what looks at memory that somebody else may change."""

from __future__ import annotations

import ctypes
import datetime
import gc
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import gradio as gr
from gradio.caching.hashing import digest
from gradio.caching.snapshot import snapshot

Looking = Callable[[np.ndarray], Any]


def polars_frame(memory: np.ndarray) -> Any:
    return pytest.importorskip("polars").DataFrame({"a": memory})


def polars_of_arrow(memory: np.ndarray) -> Any:
    return pytest.importorskip("polars").from_arrow(arrow_table(memory))


def polars_series(memory: np.ndarray) -> Any:
    return pytest.importorskip("polars").Series("a", memory)


def arrow_array(memory: np.ndarray) -> Any:
    return pytest.importorskip("pyarrow").array(memory)


def arrow_slice(memory: np.ndarray) -> Any:
    return arrow_array(memory)[1:]


def arrow_table(memory: np.ndarray) -> Any:
    pa = pytest.importorskip("pyarrow")
    column = arrow_array(memory)
    nested = pa.ListArray.from_arrays([0, 1, 1, 3, 4], column)
    return pa.table({"a": column, "b": nested})


def arrow_batch(memory: np.ndarray) -> Any:
    return pytest.importorskip("pyarrow").record_batch({"a": arrow_array(memory)})


def arrow_texts(memory: np.ndarray) -> Any:
    pa = pytest.importorskip("pyarrow")
    places = pa.py_buffer(np.array([0, 8, 32], np.int32))
    return pa.Array.from_buffers(
        pa.binary(), 2, [None, places, pa.py_buffer(memory.data)]
    )


def arrow_buffer(memory: np.ndarray) -> Any:
    return pytest.importorskip("pyarrow").py_buffer(memory.data)


def arrow_extension(memory: np.ndarray) -> Any:
    pa = pytest.importorskip("pyarrow")
    column = arrow_array(memory)
    return pd.array(column, dtype=pd.ArrowDtype(pa.float64()))


def frame_of_arrow(memory: np.ndarray) -> Any:
    return pd.DataFrame({"a": arrow_extension(memory), "b": ["x", "y", None, "z"]})


LOOKING: list[Looking] = [
    *(polars_frame, polars_of_arrow, polars_series, arrow_array, arrow_slice),
    *(arrow_table, arrow_batch, arrow_texts, arrow_buffer),
    *(arrow_extension, frame_of_arrow),
    lambda memory: frame_of_arrow(memory)["a"],
    lambda memory: pd.Index(arrow_extension(memory), name="i"),
    lambda memory: pd.DataFrame(memory, copy=False),
    lambda memory: pd.Series(memory, copy=False),
    lambda memory: memory.data,
    lambda memory: memoryview(memory).cast("B"),
    lambda memory: np.frombuffer(memory.data, np.uint8),
    lambda memory: np.broadcast_to(memory, (2, 4)),
    lambda memory: memory.view([("x", "f8")]),
    lambda memory: memory.view([("x", "f8")])[0],
    lambda memory: (ctypes.c_double * 4).from_buffer(memory.data),
    lambda memory: __import__("torch").from_numpy(memory),
]


@pytest.mark.parametrize("look", LOOKING)
def test_a_copy_has_memory_of_its_own(look):
    memory = np.arange(1.0, 5.0)
    looking = look(memory)
    before = digest(looking)
    copy = snapshot([looking])[0]
    again = snapshot(copy)
    assert type(copy) is type(looking)
    memory[:] = 9
    assert digest(looking) != before
    assert digest(copy) == digest(again) == before


@pytest.mark.parametrize("look", [arrow_array, arrow_table, arrow_texts])
def test_memory_of_arrow_is_copied_once(look):
    copy = snapshot(look(np.arange(4.0)))
    assert snapshot(copy) is copy


def test_memory_of_arrow_goes_with_the_copy():
    pytest.importorskip("pyarrow")
    from gradio.caching.types import arrow_memory

    gc.collect()  # what other tests left
    before = len(arrow_memory._own)
    copy = snapshot(arrow_table(np.arange(4.0)))
    assert len(arrow_memory._own) > before
    del copy
    gc.collect()
    assert len(arrow_memory._own) == before


def test_who_writes_into_a_copy_changes_no_other():
    copy = snapshot(frame_of_arrow(np.arange(4.0)))
    again = snapshot(copy)
    again.loc[0, "a"] = 9.0
    again.loc[0, "b"] = "changed"
    assert (copy["a"][0], copy["b"][0]) == (0.0, "x")
    column = snapshot(arrow_extension(np.arange(4.0)))
    again = snapshot(column)
    again[0] = 9.0
    assert column[0] == 0.0


def test_a_result_is_what_it_was():
    memory = np.zeros(4)

    @gr.cache
    def looked_at(number: float) -> Any:
        memory[:] = number
        return frame_of_arrow(memory)

    assert looked_at(1.0)["a"].tolist() == [1.0] * 4
    assert looked_at(2.0)["a"].tolist() == [2.0] * 4
    assert looked_at(1.0)["a"].tolist() == [1.0] * 4


@pytest.mark.parametrize(
    "values",
    [
        *([1, None, 3], [1.5, None, 3.5], ["x", None, "y"], [b"x", None, b"y"]),
        *([True, None, False], [datetime.date(2024, 1, 1), None, datetime.date.min]),
        *([datetime.datetime(2024, 1, 1), None, datetime.datetime.min],),
        *([datetime.time(1), None, datetime.time(2)], [1, 2, 3], [True, False, True]),
    ],
    ids=lambda values: type(values[0]).__name__ + str(values[1]),
)
def test_what_lies_beside_a_slice_does_not_count(values):
    pa = pytest.importorskip("pyarrow")
    pl = pytest.importorskip("polars")
    for make in (pa.array, lambda values: pl.Series("x", values)):
        slices = [make([*values, *values])[:3], make([*values, *values])[3:]]
        assert {digest(part) for part in slices} == {digest(make(values))}
        hole = [item if item is not None else values[0] for item in values]
        if hole != values:
            assert digest(make(hole)) != digest(make(values))
