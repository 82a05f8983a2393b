"""pyarrow's tables, arrays, buffers and scalars. Needs pyarrow."""

from __future__ import annotations

import contextlib
from typing import Any

import numpy as np
import pytest
from caching.types.contract import Copied, Keyed, Stored

from gradio.caching.codec import unpack_value
from gradio.caching.errors import BrokenRecordError
from gradio.caching.hashing import digest
from gradio.caching.sizing import size_of
from gradio.caching.snapshot import snapshot
from support.packed import packed, repacked

pa = pytest.importorskip("pyarrow")

ROWS: dict[str, list[Any]] = {"a": [1, None, 3], "b": ["x", "yy", None]}
TABLE = pa.table(ROWS)

DIFFERENT = [
    *(TABLE, TABLE.slice(1), TABLE.select(["a"]), TABLE.select(["b", "a"])),
    *(TABLE.replace_schema_metadata({"k": "v"}), TABLE.to_batches()[0]),
    *(pa.array([1]), pa.array([1], "int32"), pa.array([1.0]), pa.array([None])),
    *(pa.array(["1"]), pa.array(["1"]).dictionary_encode(), pa.array([[1]])),
    *(pa.chunked_array([[1]]), pa.scalar(1), pa.scalar(2), pa.scalar(1.0)),
    *(TABLE.schema, pa.py_buffer(b"1"), pa.int64(), pa.int32(), [1]),
]
NESTED = [
    *(pa.array([[1], [2]]), pa.array([[1, 2]]), pa.array([[1], None])),
    *(
        pa.array([{"a": 1}]),
        pa.array([{"b": 1}]),
        pa.array([{"a": None}, None]),
    ),
    pa.array(["x", None]).dictionary_encode(),
]


MUTABLE = [
    *(pa.table(ROWS), pa.table(ROWS).to_batches()[0], pa.table(ROWS)["b"]),
    *(pa.array([1, None, 3]), pa.array(["x", "yy"]).dictionary_encode()),
]
"""Their memory may be somebody else's."""


def addresses(value: Any) -> set[int]:
    columns = getattr(value, "columns", [value])
    arrays = [a for c in columns for a in getattr(c, "chunks", [c])]
    buffers = [b for a in arrays for b in a.buffers()]
    return {buffer.address for buffer in buffers if buffer is not None}


class TestContract(Keyed, Copied, Stored):
    DIFFERENT, MUTABLE = DIFFERENT, MUTABLE

    def share_nothing(self, one, other):
        assert not addresses(one) & addresses(other)


class TestNested(Keyed):
    DIFFERENT = NESTED


def test_how_an_arrow_table_is_cut_does_not_count():
    table = pa.table(ROWS)
    pieces = pa.concat_tables([table.slice(0, 1), table.slice(1)])
    assert pieces["a"].num_chunks == 2
    assert digest(pieces) == digest(table)
    longer = pa.array(["skipped", *ROWS["b"]])
    assert digest(longer.slice(1)) == digest(pa.array(ROWS["b"]))


def test_copies_of_arrow_tables_are_shared():
    for value in (pa.table({"a": [1]}), pa.array([1]), pa.scalar(1), pa.schema([])):
        copy = snapshot(value)
        assert copy.equals(value)
        assert snapshot(copy) is copy


def test_arrow_arrays_of_all_kinds_are_alike():
    for made in (
        *(pa.array([1, None, 3], pa.int8()), pa.array([True, None]), pa.nulls(3)),
        *(pa.array(["a", None, "ccc"]), pa.array([[1], None, [2, 3]])),
        *(pa.array([{"a": 1, "b": "x"}, None]), pa.array([], pa.int64())),
        *(pa.array(["a", "b", "a"]).dictionary_encode(), pa.chunked_array([[1], [2]])),
        pa.table({"a": [1, 2], "b": ["x", None]}, metadata={"key": "value"}),
    ):
        for value in (made, made[1:]):
            copy = snapshot(value)
            assert copy.equals(value)
            assert type(copy) is type(value)
    assert snapshot(made).schema.equals(made.schema, check_metadata=True)


def test_a_table_counts_with_each_of_its_buffers_once():
    numbers = pa.array(np.arange((1 << 20) // 8))
    table = pa.table({"a": numbers, "b": numbers})
    assert (1 << 20) <= size_of(table) < (1 << 20) + 4000
    assert size_of(table.slice(0, 1)) > (1 << 20)


def test_pieces_and_metadata_come_from_a_store():
    table = pa.concat_tables([TABLE, TABLE]).replace_schema_metadata({"k": "v"})
    made = repacked(table)
    assert made.equals(table, check_metadata=True)
    assert [c.num_chunks for c in made.columns] == [2, 2]


def test_a_slice_takes_no_more_than_it_shows():
    assert len(packed(pa.array(range(100_000)).slice(5, 2))) < 2000
    assert len(packed(pa.table({"a": range(100_000)}).slice(5, 2))) < 2000


def test_what_is_no_stream_is_a_miss():
    content = packed(TABLE)
    for place in range(0, len(content), 7):
        changed = bytearray(content)
        changed[place] ^= 0xFF
        with contextlib.suppress(BrokenRecordError):
            unpack_value(changed)
