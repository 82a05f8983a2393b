"""pandas' frames on their way to a store and back."""

from __future__ import annotations

import datetime
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from caching.types import test_pandas, test_pandas_arrays
from PIL import Image

from gradio.caching.codec import unpack_value
from gradio.caching.errors import BrokenRecordError, UnpackableError
from gradio.caching.hashing import digest
from support.packed import packed, repacked

SAMPLES = [
    *(*test_pandas.DIFFERENT, *test_pandas.MUTABLE),
    *(*test_pandas_arrays.DIFFERENT, *test_pandas_arrays.MUTABLE),
]
PAIRS = pd.MultiIndex.from_tuples([(1, "x"), (2, "y")])


def test_frames_from_a_store_are_equal_in_all_that_pandas_compares():
    for value in SAMPLES:
        if type(value) is pd.DataFrame:
            pd.testing.assert_frame_equal(repacked(value), value)
        elif type(value) is pd.Series:
            pd.testing.assert_series_equal(repacked(value), value)
        elif isinstance(value, pd.Index):
            pd.testing.assert_index_equal(repacked(value), value, exact=True)


def test_objects_stay_objects():
    for content in (["a", "b"], [1, 2], [1.5, None], [datetime.date(2024, 1, 1)] * 2):
        labels = pd.Index(["x", "y"], dtype=object)
        value = pd.DataFrame({"a": pd.Series(content, labels, dtype=object)})
        value.columns = pd.Index(["a"], dtype=object)
        made = repacked(value.assign(b=1))
        for kind in (made.dtypes["a"], made.index.dtype, made.columns.dtype):
            assert kind == np.dtype("O")
        assert [*made["a"]] == content
        assert repacked(value)["a"].dtype == np.dtype("O")


def test_labels_may_come_twice():
    value = pd.DataFrame([[1, "a"], [2, "b"]], columns=["x", "x"], index=[0, 0])
    pd.testing.assert_frame_equal(repacked(value), value)
    once = pd.DataFrame({"a": [1, 2]}).set_flags(allows_duplicate_labels=False)
    assert not repacked(once).flags.allows_duplicate_labels


def test_times_keep_their_units():
    for unit in ("s", "ms", "us", "ns"):
        day = pd.Timestamp("2024-03-31 02:30").as_unit(unit)
        for value in (day, day.tz_localize("UTC").tz_convert("Asia/Tokyo")):
            made = repacked(value)
            assert made == value
            assert (made.unit, str(made.tz)) == (unit, str(value.tz))
        assert repacked(pd.Timedelta(3, "s").as_unit(unit)).unit == unit
    nanosecond = pd.Timestamp(1_700_000_000_000_000_001)
    assert repacked(nanosecond).nanosecond == 1


def test_what_is_read_from_a_store_can_be_changed():
    value = pd.DataFrame({"a": [1, 2], "b": ["x", "y"], "c": [0.5, 1.5]})
    made = repacked(value)
    made.loc[0, "a"] = 9
    made.loc[1, "c"] = 7.5
    made["d"] = 1
    assert [*made["a"]] == [9, 2]


def test_codes_of_no_category_are_a_miss():
    for value in (pd.Categorical(["x", "y"]), PAIRS):
        content = bytearray(packed(value))
        codes = content.rindex(b"\x00\x01")
        content[codes + 1] = 9
        with pytest.raises(BrokenRecordError):
            unpack_value(content)


def test_a_circle_without_a_part_to_begin_with_is_refused():
    frame = pd.DataFrame({"a": [1]})
    frame.attrs["me"] = {"inner": frame}
    with pytest.raises(UnpackableError, match="which contains itself"):
        packed([frame])


def test_another_process_reads_what_is_of_libraries():
    """Which it has not imported: the names of the forms say what it needs."""
    frame = pd.DataFrame({"a": [1, 2], "b": pd.Categorical(["x", "y"])})
    value = [frame, Image.new("P", (2, 3)), np.arange(6).reshape(2, 3), 2**70]
    program = (
        "import sys\n"
        "from gradio.caching.codec import unpack_value\n"
        "from gradio.caching.hashing import digest\n"
        "made = unpack_value(bytes.fromhex(sys.stdin.read()))\n"
        "print(digest(made).hex())"
    )
    told = subprocess.run(
        [sys.executable, "-c", program],
        input=packed(value).hex(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == digest(value).hex()
