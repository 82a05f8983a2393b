"""Keys of pandas' frames, series, indexes and scalars."""

from __future__ import annotations

import datetime
import io
import zoneinfo
from typing import Any

import numpy as np
import pandas as pd
import pytest

from gradio.caching.hashing import digest


class Measured(pd.DataFrame):
    _metadata = ["unit"]

    @property
    def _constructor(self) -> Any:
        return Measured


def measured(unit: str) -> Measured:
    frame = Measured({"a": [1, 2]})
    frame.unit = unit
    return frame


def frame(column: Any, **options: Any) -> pd.DataFrame:
    return pd.DataFrame({"a": column}, **options)


def with_attrs(**attrs: Any) -> pd.DataFrame:
    value = frame([1, 2])
    value.attrs.update(attrs)
    return value


def array(values: Any, dtype: str) -> Any:
    return pd.array(values, dtype=dtype)


DAYS = pd.date_range("2024-01-01", periods=2, freq="D")
CATEGORIES = pd.CategoricalDtype(["x", "y"]), pd.CategoricalDtype(["y", "x"])
ORDERED = pd.CategoricalDtype(["x", "y"], ordered=True)
PAIRS = pd.MultiIndex.from_tuples([(1, "x"), (2, "y")])

ALL_DIFFERENT = [
    *(frame([1, 2]), frame([1, 3]), frame([1.0, 2]), frame([True, False])),
    *(frame(np.array([1, 2], "i4")), frame([1, 2]).astype(object), frame(["1", "2"])),
    *(frame([1, "2"]), frame([1, 2.0], dtype=object), frame([True, 2], dtype=object)),
    *(frame([1, None]), frame(["1", None]), frame([None, None]), frame([[1], [2]])),
    *(
        frame([[1], {2: 3}]),
        frame([[1], {2: 4}]),
        frame([1, 2]).rename(columns={"a": "b"}),
    ),
    *(frame([1, 2], index=[1, 0]), frame([1, 2], index=["x", "y"])),
    *(frame([1, 2], index=[0.0, 1.0]), frame([1, 2], index=pd.Index([0, 1], name="i"))),
    *(frame([1, 2], index=pd.Index([0, 1])), frame([1, 2], index=PAIRS)),
    *(frame([1, 2], index=PAIRS.set_names(["p", None])), frame([1, 2], index=DAYS)),
    *(frame([1, 2], index=pd.DatetimeIndex(list(DAYS))), pd.DataFrame({"a": []})),
    *(frame([1, 2], index=DAYS.tz_localize("UTC")), pd.DataFrame(), pd.DataFrame([{}])),
    *(
        pd.DataFrame([[1, 2]]),
        pd.DataFrame([[1], [2]]),
        pd.DataFrame([[1, 2]], columns=[0, 0]),
    ),
    *(
        pd.DataFrame([[1, 2]], columns=["a", "b"]),
        pd.DataFrame([[2, 1]], columns=["b", "a"]),
    ),
    *(pd.DataFrame({"a": [1], "b": [1.0]}), pd.DataFrame({"a": [1.0], "b": [1]})),
    *(pd.DataFrame([[1, 2]], columns=pd.Index(["a", "b"], name="c")),),
    *(
        frame(pd.Series(["x", "y"], dtype=CATEGORIES[0])),
        with_attrs(a=1),
        with_attrs(a=2),
    ),
    *(frame(pd.Series(["x", "y"], dtype=CATEGORIES[1])), measured("m"), measured("km")),
    *(
        frame(pd.Series(["x", "y"], dtype=ORDERED)),
        frame(DAYS),
        frame(DAYS.tz_localize("UTC")),
    ),
    *(
        frame(DAYS.tz_localize("Europe/Berlin")),
        frame(DAYS.tz_localize("Europe/Paris")),
    ),
    *(frame(DAYS.to_period("D")), frame(DAYS.to_period("M")), frame(DAYS - DAYS[0])),
    *(frame(array([1, None], "Int64")), frame(array([1, 2], "Int64"))),
    *(frame(array([1, 2], "Int32")), frame(array([1, 2], "UInt8"))),
    *(frame(array([1, None], "Float64")), frame(array([1, None], "boolean"))),
    *(
        frame(array(["1", "2"], "string[python]")),
        frame(array(["1", None], "string[python]")),
    ),
    *(frame(pd.arrays.SparseArray([0, 1])), frame(pd.arrays.SparseArray([0.0, 1]))),
    *(frame(pd.arrays.SparseArray([0, 1], fill_value=1)),),
    *(frame(pd.arrays.SparseArray([1, 0])), frame(pd.interval_range(0, 2))),
    *(frame(pd.interval_range(0, 2, closed="left")), frame(pd.interval_range(0, 4, 2))),
    *(
        pd.Series([1, 2]),
        pd.Series([1, 2], name="a"),
        pd.Series([1.0, 2]),
        pd.Series([2, 1]),
    ),
    *(pd.Series([1, 2], index=[1, 0]), pd.Index([1, 2]), pd.Index([1.0, 2.0])),
    *(
        pd.Index([1, 2], name="a"),
        pd.Index(["1", "2"]),
        pd.RangeIndex(2),
        pd.RangeIndex(3),
    ),
    *(
        pd.RangeIndex(2, name="a"),
        PAIRS,
        PAIRS[::-1],
        DAYS,
        DAYS[:1],
        DAYS.tz_localize("UTC"),
    ),
    *(pd.Categorical(["x"]), pd.Categorical(["x"], ["x", "y"]), array([1], "Int64")),
    *(pd.Timestamp("2024"), pd.Timestamp("2024", tz="UTC"), pd.Timestamp("2025")),
    *(pd.Timestamp("2024", tz="Europe/Berlin"), datetime.datetime(2024, 1, 1)),
    *(np.datetime64("2024-01-01"), pd.Timedelta(1, "s"), pd.Timedelta(2, "s")),
    *(pd.Timestamp(1), pd.Timestamp(0), pd.Period("2024"), pd.Period("2024", "D")),
    *(pd.Interval(0, 1), pd.Interval(0, 1, "left"), pd.NaT, pd.NA, None, float("nan")),
    *(
        pd.offsets.Day(),
        pd.offsets.Day(2),
        pd.offsets.MonthEnd(),
        pd.DateOffset(months=1),
    ),
    *(
        pd.DateOffset(months=2),
        pd.Int64Dtype(),
        pd.Int32Dtype(),
        pd.StringDtype("python"),
    ),
    *(*CATEGORIES, ORDERED, pd.DatetimeTZDtype("ns", "UTC"), pd.SparseDtype("i8")),
]


def test_different_values_have_different_keys():
    seen: dict[bytes, Any] = {}
    for value in ALL_DIFFERENT:
        key = digest(value)
        assert key not in seen, (value, seen.get(key))
        seen[key] = value


def test_a_deep_copy_is_an_equal_key():
    for value in ALL_DIFFERENT:
        copy = getattr(value, "copy", None)
        if copy is not None:
            assert digest(copy()) == digest(value), value


def read() -> pd.DataFrame:
    text = "a,b,c\n1,x,0.5\n2,,1.5\n"
    return pd.read_csv(io.StringIO(text))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (read, read),
        (
            lambda: pd.DataFrame({"a": [1.0, 2], "b": [3.0, 4]}),
            lambda: pd.DataFrame(np.array([[1.0, 3], [2, 4]]), columns=["a", "b"]),
        ),
        (
            lambda: pd.DataFrame({"a": [1], "b": [2]}),
            lambda: pd.DataFrame({"a": [1]}).assign(b=2),
        ),
        (
            lambda: pd.array([1, None, 3], dtype="Int64"),
            lambda: pd.array([1, 2, 3], dtype="Int64").copy() * pd.array([1, None, 1]),
        ),
        (
            lambda: frame([1, 2], index=DAYS.tz_localize(zoneinfo.ZoneInfo("UTC"))),
            lambda: frame([1, 2], index=DAYS.tz_localize(zoneinfo.ZoneInfo("UTC"))),
        ),
        (
            lambda: frame(range(6))[::2],
            lambda: frame([0, 2, 4], index=pd.RangeIndex(0, 6, 2)),
        ),
        (
            lambda: pd.Series([0, 0, 1]).astype(pd.SparseDtype("i8", 0)),
            lambda: pd.Series(pd.arrays.SparseArray([0, 0, 1], kind="block")),
        ),
    ],
)
def test_equal_content_is_an_equal_key(one, other):
    assert digest(one()) == digest(other())


def test_using_a_frame_does_not_change_its_key():
    value = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}, index=pd.Index([1, 2]))
    before = digest(value)
    (
        value["a"],
        value.loc[1],
        value.index.is_unique,
        value.groupby("b").sum(),
        str(value),
    )  # noqa: B018
    assert digest(value) == before


def test_one_changed_cell_is_another_key():
    value = pd.DataFrame(np.zeros((1000, 3)))
    before = digest(value)
    value.iloc[999, 2] = 1e-300
    assert digest(value) != before


def test_a_changed_object_in_a_cell_is_another_key():
    cell = [1]
    value = pd.DataFrame({"a": [cell, 2]})
    before = digest(value)
    cell.append(2)
    assert digest(value) != before


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
