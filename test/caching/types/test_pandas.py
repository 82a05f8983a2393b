"""pandas' frames, series, indexes and scalars."""

from __future__ import annotations

import datetime
import io
import zoneinfo
from typing import Any

import numpy as np
import pandas as pd
import pytest
from caching.types.contract import MEGABYTE, Copied, Keyed, Stored, Unchanging
from caching.types.contract import Measured as Sized

from gradio.caching.hashing import digest
from gradio.caching.sizing import size_of
from gradio.caching.snapshot import snapshot


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


DAYS = pd.date_range("2024-01-01", periods=2, freq="D")

PAIRS = pd.MultiIndex.from_tuples([(1, "x"), (2, "y")])

AB = ["a", "b"]

NAMED = pd.Index(AB, name="c")

DIFFERENT = [
    *(frame([1, 2]), frame([1, 3]), frame([1.0, 2]), frame([True, False])),
    *(frame(np.array([1, 2], "i4")), frame([1, 2]).astype(object), frame(["1", "2"])),
    *(frame([1, "2"]), frame([1, 2.0], dtype=object), frame([True, 2], dtype=object)),
    *(frame([1, None]), frame(["1", None]), frame([None, None]), frame([[1], [2]])),
    *(frame([[1], {2: 3}]), frame([[1], {2: 4}]), pd.DataFrame({"b": [1, 2]})),
    *(frame([1, 2], index=[1, 0]), frame([1, 2], index=["x", "y"])),
    *(frame([1, 2], index=[0.0, 1.0]), frame([1, 2], index=pd.Index([0, 1], name="i"))),
    *(frame([1, 2], index=pd.Index([0, 1])), frame([1, 2], index=PAIRS)),
    *(frame([1, 2], index=PAIRS.set_names(["p", None])), frame([1, 2], index=DAYS)),
    *(frame([1, 2], index=pd.DatetimeIndex(list(DAYS))), pd.DataFrame({"a": []})),
    *(frame([1, 2], index=DAYS.tz_localize("UTC")), pd.DataFrame(), pd.DataFrame([{}])),
    *(pd.DataFrame([[1, 2]]), pd.DataFrame([[1], [2]])),
    *(pd.DataFrame([[1, 2]], columns=[0, 0]), pd.DataFrame([[1, 2]], columns=AB)),
    *(pd.DataFrame([[2, 1]], columns=AB[::-1]), pd.DataFrame([[1, 2]], columns=NAMED)),
    *(pd.DataFrame({"a": [1], "b": [1.0]}), pd.DataFrame({"a": [1.0], "b": [1]})),
    *(with_attrs(a=1), with_attrs(a=2), measured("m"), measured("km")),
    *(frame(DAYS), frame(DAYS.tz_localize("UTC")), frame(DAYS - DAYS[0])),
    *(frame(DAYS.tz_localize(zone)) for zone in ("Europe/Berlin", "Europe/Paris")),
    *(pd.Series([1, 2]), pd.Series([1, 2], name="a"), pd.Series([1.0, 2])),
    *(pd.Series([2, 1]), pd.Series([1, 2], index=[1, 0])),
    *(pd.Index([1, 2]), pd.Index([1.0, 2.0]), pd.Index([1, 2], name="a")),
    *(pd.Index(["1", "2"]), pd.RangeIndex(2), pd.RangeIndex(3)),
    *(pd.RangeIndex(2, name="a"), PAIRS, PAIRS[::-1], DAYS, DAYS[:1]),
    DAYS.tz_localize("UTC"),
    *(pd.Timestamp("2024"), pd.Timestamp("2024", tz="UTC"), pd.Timestamp("2025")),
    *(pd.Timestamp("2024", tz="Europe/Berlin"), datetime.datetime(2024, 1, 1)),
    *(np.datetime64("2024-01-01"), pd.Timedelta(1, "s"), pd.Timedelta(2, "s")),
    *(pd.Timestamp(1), pd.Timestamp(0), pd.Period("2024"), pd.Period("2024", "D")),
    *(pd.Interval(0, 1), pd.Interval(0, 1, "left"), pd.NaT, pd.NA, None, float("nan")),
    *(pd.offsets.Day(), pd.offsets.Day(2), pd.offsets.MonthEnd()),
    *(pd.DateOffset(months=1), pd.DateOffset(months=2)),
]

IMMUTABLE = [pd.Timestamp("2024"), pd.Timedelta(1), pd.NaT, pd.NA, pd.Period("2024")]

ZONED = pd.date_range("2024-01-01", periods=2, tz="Europe/Berlin")

MUTABLE = [
    *(pd.DataFrame({"a": [1, 2], "b": ["x", "y"], "c": [0.5, None]}), pd.DataFrame()),
    pd.DataFrame({"a": [[1], {2: 3}]}),
    pd.DataFrame([[1, [2]], [3, [4]]], dtype=object),
    *(pd.DataFrame([[1, 2]], columns=["a", "a"]), frame(ZONED, index=ZONED)),
    *(pd.DataFrame([[[1], [2]]], columns=["a", "a"]), pd.DataFrame({"a": []})),
    *(pd.DataFrame({("a", 1): [1], ("b", 2): [2]}), measured("m")),
    *(pd.Series([1, 2], name="a", index=["x", "y"]), pd.Series([[1], None, {2}])),
    *(pd.Series(["x", None]), pd.Index([1, 2], name="a")),
    *(pd.MultiIndex.from_tuples([(1, "x")], names=["a", None]), ZONED, pd.Index(["x"])),
]

ONE_MEGABYTE = {
    "frame": lambda: pd.DataFrame(np.zeros((1 << 15, 4))),
    "columns": lambda: pd.DataFrame({n: np.zeros(1 << 15) for n in "abcd"}),
    "index": lambda: pd.Index(np.arange(1 << 17)),
    "levels": lambda: pd.MultiIndex.from_arrays([np.zeros(1 << 19, "i1")] * 2),
    "frame of objects": lambda: pd.DataFrame(
        {"a": [np.zeros(MEGABYTE, np.uint8), [1]]}, dtype=object
    ),
}


def memory_of(value: Any) -> list[np.ndarray]:
    columns = [value]
    if isinstance(value, pd.DataFrame):
        columns = [value.iloc[:, place] for place in range(value.shape[1])]
    found = [c for c in columns if isinstance(c, pd.Series)]
    return [c.to_numpy() for c in found if isinstance(c.dtype, np.dtype)]


class TestContract(Keyed, Copied, Unchanging, Sized, Stored):
    DIFFERENT, MUTABLE, IMMUTABLE = DIFFERENT, MUTABLE, IMMUTABLE
    UNSTORED = (Measured,)
    ONE_MEGABYTE = ONE_MEGABYTE

    def share_nothing(self, one, other):
        """What pandas itself holds of labels and types may be shared."""
        for mine, theirs in zip(memory_of(one), memory_of(other), strict=True):
            assert not np.shares_memory(mine, theirs)


def test_a_deep_copy_is_an_equal_key():
    for value in DIFFERENT:
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
            lambda: frame([1, 2], index=DAYS.tz_localize(zoneinfo.ZoneInfo("UTC"))),
            lambda: frame([1, 2], index=DAYS.tz_localize(zoneinfo.ZoneInfo("UTC"))),
        ),
        (
            lambda: frame(range(6))[::2],
            lambda: frame([0, 2, 4], index=pd.RangeIndex(0, 6, 2)),
        ),
    ],
)
def test_equal_content_is_an_equal_key(one, other):
    assert digest(one()) == digest(other())


def test_using_a_frame_does_not_change_its_key():
    value = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}, index=pd.Index([1, 2]))
    before = digest(value)
    value["a"], value.loc[1], value.index.is_unique  # noqa: B018
    value.groupby("b").sum()
    str(value)
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


def test_a_changed_copy_of_a_frame_leaves_the_original_alone():
    value = pd.DataFrame({"a": [1, 2], "b": [[1], [2]], "c": ["x", "y"]})
    value.attrs["tags"] = ["x"]
    before = digest(value)
    copy = snapshot(value)
    copy.loc[0, "a"] = 9
    copy["b"][0].append(9)
    copy.attrs["tags"].append("y")
    copy.index.name = "changed"
    copy.columns = ["d", "e", "f"]
    assert digest(value) == before


def test_a_changed_frame_leaves_its_copy_alone():
    memory = np.zeros((3, 2))
    value = pd.DataFrame(memory)
    copy = snapshot(value)
    memory[:] = 7
    assert copy.to_numpy().tolist() == [[0, 0]] * 3


def test_labels_are_not_shared():
    value = pd.DataFrame({"a": [1.0, 2.0]}, index=pd.Index([0.5, 1.5]))
    copy = snapshot(value)
    assert not np.shares_memory(copy.index.to_numpy(), value.index.to_numpy())


def test_objects_shared_by_cells_stay_shared():
    cell = [1]
    copy = snapshot(pd.DataFrame({"a": [cell, cell], "b": [cell, 1]}))
    assert copy["a"][0] is copy["a"][1] is copy["b"][0] is not cell


def test_attributes_of_a_subclass_of_a_frame():
    assert snapshot(measured("km")).unit == "km"


def test_texts_in_a_frame_count():
    frame = pd.DataFrame({"a": ["x" * 1000 + str(n) for n in range(1000)]})
    assert MEGABYTE * 0.9 < size_of(frame) < MEGABYTE * 1.2
    assert size_of(frame.astype(object)) > MEGABYTE * 0.9
    assert size_of(frame.astype("string[python]")) > MEGABYTE * 0.9
    assert size_of(pd.Index(frame["a"])) > MEGABYTE * 0.9


def test_attributes_and_labels_of_a_frame_count():
    frame = pd.DataFrame({"a": [1]})
    frame.attrs["raw"] = bytes(MEGABYTE)
    assert size_of(frame) > MEGABYTE
    assert size_of(pd.DataFrame([[1]], columns=["x" * MEGABYTE])) > MEGABYTE


@pytest.mark.parametrize("cell", [1, "a"])
def test_small_frames_count_with_what_pandas_holds(cell):
    assert size_of(pd.DataFrame({"a": [cell]})) > 2500
