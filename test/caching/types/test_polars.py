"""polars' frames and series. Needs polars."""

from __future__ import annotations

import contextlib
import datetime
from typing import Any

import numpy as np
import pytest
from caching.types.contract import Copied, Keyed, Stored

from gradio.caching.codec import unpack_value
from gradio.caching.errors import BrokenRecordError, UnkeyableError
from gradio.caching.hashing import digest
from gradio.caching.sizing import size_of
from gradio.caching.snapshot import snapshot
from support.packed import packed, repacked

pl = pytest.importorskip("polars")

ROWS: dict[str, list[Any]] = {"a": [1, None, 3], "b": ["x", "yy", None]}

FRAME = pl.DataFrame(ROWS)
TODAY = datetime.date(2024, 1, 1)

DIFFERENT = [
    *(FRAME, FRAME.head(2), FRAME.select("a"), FRAME.select("b", "a")),
    *(FRAME.rename({"a": "c"}), FRAME.cast({"a": pl.Int32}), pl.DataFrame()),
    *(FRAME["a"], FRAME["b"], FRAME["a"].cast(pl.Int32), pl.Series([1, 2])),
    *(
        pl.Series("x", [1, 2]),
        pl.Series("x", [1.0, 2.0]),
        pl.Series("x", [[1]]),
    ),
    *(pl.Series("x", [TODAY]), pl.Series("x", ["1"], pl.Categorical)),
    *(pl.Series("x", ["1"], pl.Enum(["1"])), pl.Series("x", ["1"])),
    *(pl.Series("x", ["1"], pl.Enum(["1", "2"])), pl.Series("x", [{"f": 1}])),
    *(pl.Series("x", [{1}], pl.Object), pl.Series("x", [{2}], pl.Object)),
    *(
        pl.DataFrame(schema={"a": pl.Int8}),
        pl.DataFrame(schema={"a": pl.Int16}),
    ),
    *(pl.Int64, pl.Int32, pl.Datetime("us"), pl.Datetime("ms")),
]


class TestContract(Keyed, Copied, Stored):
    DIFFERENT = DIFFERENT
    MUTABLE = [FRAME, FRAME["a"], FRAME.head(2), pl.Series("x", [[1], None])]
    UNSTORED = type(pl.Int64), pl.Datetime

    def is_stored(self, value):
        is_of_objects = isinstance(value, pl.Series) and value.dtype == pl.Object
        return super().is_stored(value) and not is_of_objects


def test_how_a_polars_frame_is_cut_does_not_count():
    frame = pl.DataFrame(ROWS)
    pieces = pl.concat([frame.head(1), frame.tail(2)], rechunk=False)
    assert digest(pieces) == digest(frame) == digest(frame.clone())
    assert digest(frame[1:]) == digest(
        pl.DataFrame({k: v[1:] for k, v in ROWS.items()})
    )


def test_a_polars_plan_is_refused():
    with pytest.raises(UnkeyableError, match="collect"):
        digest(pl.DataFrame(ROWS).lazy())


def test_a_changed_copy_leaves_the_original_alone():
    value = pl.DataFrame({"a": [1, 2], "b": ["x", None]})
    copy = snapshot(value)
    copy[0, "a"] = 9
    copy.insert_column(0, pl.Series("c", [1, 2]))
    assert value.to_dict(as_series=False) == {"a": [1, 2], "b": ["x", None]}


def test_what_a_lazy_frame_starts_from_is_copied_once():
    memory = np.arange(4.0)
    lazy = pl.from_numpy(memory.reshape(4, 1), schema=["a"]).lazy().select("a")
    copy = snapshot(lazy)
    memory[0] = 9
    assert copy.collect()["a"].to_list() == [0, 1, 2, 3]
    assert snapshot(copy) is copy


def test_polars_frames_of_all_kinds_are_alike():
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
    copy = snapshot(frame)
    assert copy.equals(frame)
    assert copy.schema == frame.schema
    assert copy["sorted"].flags == frame["sorted"].flags
    again = snapshot(copy)
    again[0, "number"] = 9
    assert copy["number"][0] == 1
    assert snapshot(pl.DataFrame()).shape == (0, 0)
    assert snapshot(pl.Series("name", [1])).name == "name"


def test_a_frame_counts_with_its_columns():
    frame = pl.DataFrame({"a": range((1 << 20) // 8)})
    assert (1 << 20) <= size_of(frame) < (1 << 20) + 4000
    assert (1 << 20) <= size_of(frame["a"]) < (1 << 20) + 4000


def test_what_is_known_of_the_order_comes_from_a_store():
    up, down = pl.Series("u", [1, 2]).sort(), pl.Series("d", [1, 2]).sort()[::-1]
    frame = pl.DataFrame([up, down.set_sorted(descending=True), pl.Series("n", [1, 1])])
    made = repacked(frame)
    assert made.equals(frame)
    assert [c.flags for c in made] == [c.flags for c in frame]


def test_what_is_no_stream_is_a_miss():
    content = packed(FRAME)
    for place in range(0, len(content), 7):
        changed = bytearray(content)
        changed[place] ^= 0xFF
        with contextlib.suppress(BrokenRecordError):
            unpack_value(changed)
