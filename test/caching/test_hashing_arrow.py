"""Keys of pyarrow's and polars' tables. Needs them."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from gradio.caching.errors import UnkeyableError
from gradio.caching.hashing import digest

ROWS: dict[str, list[Any]] = {"a": [1, None, 3], "b": ["x", "yy", None]}


def distinct(values: list[Any]) -> None:
    seen: dict[bytes, Any] = {}
    for value in values:
        key = digest(value)
        assert key not in seen, (value, seen.get(key))
        seen[key] = value


def test_arrow_tables_and_arrays():
    pa = pytest.importorskip("pyarrow")
    table = pa.table(ROWS)
    distinct(
        [
            *(table, table.slice(1), table.select(["a"]), table.select(["b", "a"])),
            *(table.replace_schema_metadata({"k": "v"}), table.to_batches()[0]),
            *(pa.array([1]), pa.array([1], "int32"), pa.array([1.0]), pa.array([None])),
            *(pa.array(["1"]), pa.array(["1"]).dictionary_encode(), pa.array([[1]])),
            *(pa.chunked_array([[1]]), pa.scalar(1), pa.scalar(2), pa.scalar(1.0)),
            *(table.schema, pa.py_buffer(b"1"), pa.int64(), pa.int32(), [1]),
        ]
    )


def test_how_an_arrow_table_is_cut_does_not_count():
    pa = pytest.importorskip("pyarrow")
    table = pa.table(ROWS)
    pieces = pa.concat_tables([table.slice(0, 1), table.slice(1)])
    assert pieces["a"].num_chunks == 2
    assert digest(pieces) == digest(table)
    longer = pa.array(["skipped", *ROWS["b"]])
    assert digest(longer.slice(1)) == digest(pa.array(ROWS["b"]))


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


def test_nested_arrow_arrays():
    pa = pytest.importorskip("pyarrow")
    distinct(
        [
            *(pa.array([[1], [2]]), pa.array([[1, 2]]), pa.array([[1], None])),
            *(
                pa.array([{"a": 1}]),
                pa.array([{"b": 1}]),
                pa.array([{"a": None}, None]),
            ),
            pa.array(["x", None]).dictionary_encode(),
        ]
    )


def test_polars_frames_and_series():
    pl = pytest.importorskip("polars")
    frame = pl.DataFrame(ROWS)
    today = datetime.date(2024, 1, 1)
    distinct(
        [
            *(frame, frame.head(2), frame.select("a"), frame.select("b", "a")),
            *(frame.rename({"a": "c"}), frame.cast({"a": pl.Int32}), pl.DataFrame()),
            *(frame["a"], frame["b"], frame["a"].cast(pl.Int32), pl.Series([1, 2])),
            *(
                pl.Series("x", [1, 2]),
                pl.Series("x", [1.0, 2.0]),
                pl.Series("x", [[1]]),
            ),
            *(pl.Series("x", [today]), pl.Series("x", ["1"], pl.Categorical)),
            *(pl.Series("x", ["1"], pl.Enum(["1"])), pl.Series("x", ["1"])),
            *(pl.Series("x", ["1"], pl.Enum(["1", "2"])), pl.Series("x", [{"f": 1}])),
            *(pl.Series("x", [{1}], pl.Object), pl.Series("x", [{2}], pl.Object)),
            *(
                pl.DataFrame(schema={"a": pl.Int8}),
                pl.DataFrame(schema={"a": pl.Int16}),
            ),
            *(pl.Int64, pl.Int32, pl.Datetime("us"), pl.Datetime("ms")),
        ]
    )


def test_how_a_polars_frame_is_cut_does_not_count():
    pl = pytest.importorskip("polars")
    frame = pl.DataFrame(ROWS)
    pieces = pl.concat([frame.head(1), frame.tail(2)], rechunk=False)
    assert digest(pieces) == digest(frame) == digest(frame.clone())
    assert digest(frame[1:]) == digest(
        pl.DataFrame({k: v[1:] for k, v in ROWS.items()})
    )


def test_a_polars_plan_is_refused():
    pl = pytest.importorskip("polars")
    with pytest.raises(UnkeyableError, match="collect"):
        digest(pl.DataFrame(ROWS).lazy())
