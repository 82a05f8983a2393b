"""Sizes of arrays, images and frames."""

from __future__ import annotations

import mmap
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from gradio.caching.sizing import size_of

MEGABYTE = 1 << 20
SLACK = 10_000


def array() -> np.ndarray:
    return np.zeros(MEGABYTE, np.uint8)


class Labelled(np.ndarray):
    pass


def labelled(label: Any) -> Labelled:
    value = np.zeros(3).view(Labelled)
    value.label = label
    return value


def views(base: np.ndarray) -> list[np.ndarray]:
    return [base[:1], base[1:], base]


ONE_MEGABYTE = {
    "plain": array,
    "shape": lambda: array().reshape(1024, -1),
    "view": lambda: array()[:1],
    "view of a view": lambda: array()[10:][::2].reshape(-1, 1),
    "view of bytes": lambda: np.frombuffer(bytes(MEGABYTE), np.uint8)[:5],
    "view of a view of bytes": lambda: np.frombuffer(memoryview(bytearray(MEGABYTE))),
    "view of a map": lambda: np.frombuffer(mmap.mmap(-1, MEGABYTE), np.uint8),
    "broadcast": lambda: np.broadcast_to(array(), (1000, MEGABYTE)),
    "two views": lambda: views(array()),
    "records": lambda: np.zeros(MEGABYTE // 16, [("a", "i8"), ("b", "f8")]),
    "dates": lambda: np.zeros(MEGABYTE // 8, "M8[s]"),
    "subclass": lambda: array().view(Labelled),
    "attribute": lambda: labelled(array()),
    "objects": lambda: np.array([bytes(MEGABYTE), None], object),
    "objects inside": lambda: np.array([[[array()]], None], object),
    "record of objects": lambda: np.array([(array(),)], [("a", object)]),
    "scalar": lambda: np.bytes_(bytes(MEGABYTE - 1) + b"1"),
    "1": lambda: Image.new("1", (1024, 1024)),
    "L": lambda: Image.new("L", (1024, 1024)),
    "P": lambda: Image.new("P", (1024, 1024)),
    "I;16": lambda: Image.new("I;16", (1024, 512)),
    "RGB": lambda: Image.new("RGB", (512, 512)),
    "RGBA": lambda: Image.new("RGBA", (512, 512)),
    "CMYK": lambda: Image.new("CMYK", (512, 512)),
    "LA": lambda: Image.new("LA", (512, 512)),
    "F": lambda: Image.new("F", (512, 512)),
    "I": lambda: Image.new("I", (512, 512)),
    "frame": lambda: pd.DataFrame(np.zeros((1 << 15, 4))),
    "columns": lambda: pd.DataFrame({n: np.zeros(1 << 15) for n in "abcd"}),
    "categories": lambda: pd.Series(np.zeros(MEGABYTE), dtype="category"),
    "integers": lambda: pd.Series(np.zeros(1 << 19, "i1")).astype("Int8"),
    "zones": lambda: pd.Series(pd.date_range("2024", None, 1 << 17, "min", "UTC")),
    "index": lambda: pd.Index(np.arange(1 << 17)),
    "levels": lambda: pd.MultiIndex.from_arrays([np.zeros(1 << 19, "i1")] * 2),
    "frame of objects": lambda: pd.DataFrame({"a": [array(), [1]]}, dtype=object),
}


@pytest.mark.parametrize("make", ONE_MEGABYTE.values(), ids=ONE_MEGABYTE.keys())
def test_a_megabyte_is_a_megabyte(make):
    assert MEGABYTE <= size_of(make()) < MEGABYTE + SLACK


def test_an_array_that_is_held_twice_counts_once():
    value = array()
    assert size_of([value, {"a": value}]) < MEGABYTE + SLACK
    assert size_of([value, value.copy()]) > 2 * MEGABYTE


def test_a_mask_counts():
    masked = np.ma.masked_array(array(), np.zeros(MEGABYTE, bool))
    assert 2 * MEGABYTE <= size_of(masked) < 2 * MEGABYTE + SLACK


def test_information_of_an_image_counts():
    image = Image.new("L", (1, 1))
    image.info["exif"] = bytes(MEGABYTE)
    assert size_of(image) > MEGABYTE


def test_texts_in_a_frame_count():
    frame = pd.DataFrame({"a": ["x" * 1000 + str(n) for n in range(1000)]})
    assert MEGABYTE * 0.9 < size_of(frame) < MEGABYTE * 1.2
    assert size_of(frame.astype(object)) > MEGABYTE * 0.9
    assert size_of(frame.astype("string[python]")) > MEGABYTE * 0.9
    assert size_of(pd.Index(frame["a"])) > MEGABYTE * 0.9


def test_zeros_of_a_sparse_series_do_not_count():
    sparse = pd.Series(np.zeros(MEGABYTE)).astype(pd.SparseDtype(float, 0.0))
    assert size_of(sparse) < SLACK


def test_attributes_and_labels_of_a_frame_count():
    frame = pd.DataFrame({"a": [1]})
    frame.attrs["raw"] = bytes(MEGABYTE)
    assert size_of(frame) > MEGABYTE
    assert size_of(pd.DataFrame([[1]], columns=["x" * MEGABYTE])) > MEGABYTE
