"""pandas' own arrays and their types, alone and as columns."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from caching.types.contract import MEGABYTE, Copied, Keyed, Measured, Stored

from gradio.caching.hashing import digest
from gradio.caching.sizing import size_of
from gradio.caching.snapshot import snapshot

DAYS = pd.date_range("2024-01-01", periods=2, freq="D")

CATEGORIES = pd.CategoricalDtype(["x", "y"]), pd.CategoricalDtype(["y", "x"])

ORDERED = pd.CategoricalDtype(["x", "y"], ordered=True)


def frame(column: Any) -> pd.DataFrame:
    return pd.DataFrame({"a": column})


def array(values: Any, dtype: str) -> Any:
    return pd.array(values, dtype=dtype)


def categorical(dtype: Any) -> pd.Series:
    return pd.Series(["x", "y"], dtype=dtype)


def sparse(values: Any, **settings: Any) -> Any:
    return pd.arrays.SparseArray(values, **settings)


DIFFERENT = [
    # What they could be taken for.
    *(frame([1, 2]), frame([1.0, 2]), frame([1, None]), frame([True, False])),
    *(frame(["1", "2"]), frame(["1", None]), frame(["x", "y"]), frame([0, 1])),
    *(frame(DAYS), np.array([1]), pd.Series([1]), ["x"]),
    *(frame(categorical(dtype)) for dtype in (*CATEGORIES, ORDERED)),
    *(frame(DAYS.to_period("D")), frame(DAYS.to_period("M"))),
    *(frame(array([1, None], "Int64")), frame(array([1, 2], "Int64"))),
    *(frame(array([1, 2], "Int32")), frame(array([1, 2], "UInt8"))),
    *(frame(array([1, None], "Float64")), frame(array([1, None], "boolean"))),
    frame(array(["1", "2"], "string[python]")),
    frame(array(["1", None], "string[python]")),
    *(frame(sparse([0, 1])), frame(sparse([0.0, 1])), frame(sparse([1, 0]))),
    *(frame(sparse([0, 1], fill_value=1)), frame(pd.interval_range(0, 2))),
    *(frame(pd.interval_range(0, 2, closed="left")), frame(pd.interval_range(0, 4, 2))),
    *(pd.Categorical(["x"]), pd.Categorical(["x"], ["x", "y"]), array([1], "Int64")),
    *(pd.Int64Dtype(), pd.Int32Dtype(), pd.StringDtype("python")),
    *(*CATEGORIES, ORDERED, pd.DatetimeTZDtype("ns", "UTC"), pd.SparseDtype("i8")),
]

MUTABLE = [
    pd.DataFrame({"a": pd.Categorical(["x", "y"], ["y", "x"], ordered=True)}),
    *(pd.Series([1, None], dtype="Int64"), pd.Categorical(["x"])),
    *(array([1, None], "Int64"), pd.interval_range(0, 2)),
]

ONE_MEGABYTE = {
    "categories": lambda: pd.Series(np.zeros(MEGABYTE), dtype="category"),
    "integers": lambda: pd.Series(np.zeros(1 << 19, "i1")).astype("Int8"),
    "zones": lambda: pd.Series(pd.date_range("2024", None, 1 << 17, "min", "UTC")),
}


class TestContract(Keyed, Copied, Measured, Stored):
    DIFFERENT, MUTABLE, ONE_MEGABYTE = DIFFERENT, MUTABLE, ONE_MEGABYTE

    def share_nothing(self, one, other):
        """What pandas itself holds of labels and types may be shared."""


def test_a_changed_copy_of_an_array_leaves_the_original_alone():
    for value in (array([1, None], "Int64"), pd.Categorical(["x", "y"])):
        before = digest(value)
        copy = snapshot(value)
        copy[0] = copy[1]
        assert digest(copy) != before
        assert digest(value) == before


class Label:
    def __init__(self, names: list[str]) -> None:
        self.names = names


LABEL = Label(["a"])

LABELLED = {
    "index": (pd.Index([LABEL], name="i"), lambda v: v[0]),
    "tuples": (pd.Index([(1, LABEL)], tupleize_cols=False), lambda v: v[0][1]),
    "rows": (pd.DataFrame({"a": [1]}, index=[LABEL]), lambda v: v.index[0]),
    "columns": (pd.DataFrame([[1]], columns=[LABEL]), lambda v: v.columns[0]),
    "levels": (pd.MultiIndex.from_arrays([["x"], [LABEL]]), lambda v: v[0][1]),
    "categorical": (pd.Categorical([LABEL], ordered=True), lambda v: v[0]),
    "categories": (pd.Categorical([LABEL]).dtype, lambda v: v.categories[0]),
    "of categories": (pd.CategoricalIndex([LABEL], name="i"), lambda v: v[0]),
    "series": (pd.Series(pd.Categorical([LABEL]), name="s"), lambda v: v[0]),
    "column": (frame(pd.Categorical([LABEL])), lambda v: v["a"][0]),
    "array": (pd.array([LABEL], dtype=object), lambda v: v[0]),
}


@pytest.mark.parametrize("name", LABELLED)
def test_objects_in_labels_and_categories_are_copied(name):
    value, label = LABELLED[name]
    copy = snapshot(value)
    assert type(copy) is type(value)
    assert digest(copy) == digest(value)
    label(copy).names.append("b")
    assert label(value).names == ["a"]


def test_an_index_of_another_library_stays_one():
    class Own(pd.Index):
        pass

    value = pd.Index([LABEL]).view(Own)
    assert type(snapshot(value)) is type(value)


def test_a_deep_copy_is_an_equal_key():
    for value in DIFFERENT:
        copy = getattr(value, "copy", None)
        if copy is not None:
            assert digest(copy()) == digest(value), value


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            lambda: array([1, None, 3], "Int64"),
            lambda: array([1, 2, 3], "Int64").copy() * pd.array([1, None, 1]),
        ),
        (
            lambda: pd.Series([0, 0, 1]).astype(pd.SparseDtype("i8", 0)),
            lambda: pd.Series(sparse([0, 0, 1], kind="block")),
        ),
    ],
)
def test_equal_content_is_an_equal_key(one, other):
    assert digest(one()) == digest(other())


def test_strings_in_arrow_memory():
    pytest.importorskip("pyarrow")
    one = pd.array(["a", None, "long enough"], dtype="string[pyarrow]")
    assert digest(one) == digest(one.copy())
    assert digest(one) == digest(pd.array(["b", *one], dtype="string[pyarrow]")[1:])
    assert digest(one) != digest(one[::-1])
    assert digest(one) != digest(one.astype("string[python]"))
    numbers = pd.Series([1, None], dtype="int64[pyarrow]")
    assert digest(numbers) == digest(numbers.copy())
    assert digest(numbers) != digest(numbers.astype("int32[pyarrow]"))


def test_zeros_of_a_sparse_series_do_not_count():
    series = pd.Series(np.zeros(MEGABYTE)).astype(pd.SparseDtype(float, 0.0))
    assert size_of(series) < 10_000
