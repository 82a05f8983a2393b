"""Copies of what looks at memory that somebody else may change."""

from __future__ import annotations

import array
import ctypes
import gc
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import gradio as gr
from gradio.caching.hashing import digest
from gradio.caching.sizing import size_of
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
    twin = snapshot([looking])[0]
    again = snapshot(twin)
    assert type(twin) is type(looking)
    memory[:] = 9
    assert digest(looking) != before
    assert digest(twin) == digest(again) == before


@pytest.mark.parametrize("look", [arrow_array, arrow_table, arrow_texts])
def test_memory_of_arrow_is_copied_once(look):
    twin = snapshot(look(np.arange(4.0)))
    assert snapshot(twin) is twin


def test_what_a_lazy_frame_starts_from_is_copied_once():
    pl = pytest.importorskip("polars")
    memory = np.arange(4.0)
    lazy = pl.from_numpy(memory.reshape(4, 1), schema=["a"]).lazy().select("a")
    twin = snapshot(lazy)
    memory[0] = 9
    assert twin.collect()["a"].to_list() == [0, 1, 2, 3]
    assert snapshot(twin) is twin


def test_memory_of_arrow_goes_with_the_copy():
    pytest.importorskip("pyarrow")
    from gradio.caching.types import arrow_memory

    gc.collect()  # what other tests left
    before = len(arrow_memory._own)
    twin = snapshot(arrow_table(np.arange(4.0)))
    assert len(arrow_memory._own) > before
    del twin
    gc.collect()
    assert len(arrow_memory._own) == before


def test_arrow_arrays_of_all_kinds_are_alike():
    pa = pytest.importorskip("pyarrow")
    for made in (
        *(pa.array([1, None, 3], pa.int8()), pa.array([True, None]), pa.nulls(3)),
        *(pa.array(["a", None, "ccc"]), pa.array([[1], None, [2, 3]])),
        *(pa.array([{"a": 1, "b": "x"}, None]), pa.array([], pa.int64())),
        *(pa.array(["a", "b", "a"]).dictionary_encode(), pa.chunked_array([[1], [2]])),
        pa.table({"a": [1, 2], "b": ["x", None]}, metadata={"key": "value"}),
    ):
        for value in (made, made[1:]):
            twin = snapshot(value)
            assert twin.equals(value)
            assert type(twin) is type(value)
    assert snapshot(made).schema.equals(made.schema, check_metadata=True)


def test_polars_frames_of_all_kinds_are_alike():
    pl = pytest.importorskip("polars")
    frame = pl.DataFrame(
        {
            "number": [1, None, 3],
            "text": ["a", None, "c"],
            "category": pl.Series(["p", "q", "p"], dtype=pl.Enum(["p", "q"])),
            "list": [[1], None, [2]],
            "struct": [{"a": 1}] * 3,
            "sorted": pl.Series([1, 2, 3]).sort(),
        }
    )
    twin = snapshot(frame)
    assert twin.equals(frame)
    assert twin.schema == frame.schema
    assert twin["sorted"].flags == frame["sorted"].flags
    again = snapshot(twin)
    again[0, "number"] = 9
    assert twin["number"][0] == 1
    assert snapshot(pl.DataFrame()).shape == (0, 0)
    assert snapshot(pl.Series("name", [1])).name == "name"


def test_who_writes_into_a_copy_changes_no_other():
    twin = snapshot(frame_of_arrow(np.arange(4.0)))
    again = snapshot(twin)
    again.loc[0, "a"] = 9.0
    again.loc[0, "b"] = "changed"
    assert (twin["a"][0], twin["b"][0]) == (0.0, "x")
    column = snapshot(arrow_extension(np.arange(4.0)))
    again = snapshot(column)
    again[0] = 9.0
    assert column[0] == 0.0


def test_what_could_be_written_still_can():
    plain = memoryview(bytearray(b"ab"))
    twin = snapshot(plain)
    twin[0] = 0
    assert bytes(plain) == b"ab"
    assert snapshot(memoryview(b"ab")).readonly
    assert snapshot(array.array("d", [1.0]))[0] == 1.0


def test_memory_behind_ctypes_counts():
    assert size_of((ctypes.c_char * 100_000)()) > 100_000


def test_a_result_is_what_it_was():
    memory = np.zeros(4)

    @gr.cache
    def looked_at(number: float) -> Any:
        memory[:] = number
        return frame_of_arrow(memory)

    assert looked_at(1.0)["a"].tolist() == [1.0] * 4
    assert looked_at(2.0)["a"].tolist() == [2.0] * 4
    assert looked_at(1.0)["a"].tolist() == [1.0] * 4
