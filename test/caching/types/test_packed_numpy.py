"""numpy's arrays on their way to a store and back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradio.caching.codec import pack_value, unpack_value
from gradio.caching.errors import BrokenRecordError, UnpackableError
from gradio.caching.hashing import digest
from gradio.caching.snapshot import snapshot
from support.packed import made_up, node, packed, repacked

CUBE = np.arange(24).reshape(2, 3, 4)


@pytest.mark.parametrize("value", [CUBE, CUBE.T, CUBE.transpose(1, 0, 2), CUBE[0, ::2]])
def test_what_is_read_from_a_store_has_the_order_of_a_copy(value):
    made = repacked(value)
    assert made.strides == snapshot(value).strides
    assert made.flags.writeable
    assert np.array_equal(made, value)


def test_arrays_of_objects_in_themselves():
    value = np.empty(2, object)
    value[:] = [[value], None]
    made = repacked(value)
    assert made[0][0] is made


def test_numbers_that_are_none_keep_their_bits_in_arrays():
    value = np.array([0x7FF8000000000001, 0xFFF0000000000001], "u8").view("f8")
    assert repacked(value).tobytes() == value.tobytes()


def test_arrays_of_texts_of_any_length():
    dtypes = getattr(np, "dtypes", None)
    if not hasattr(dtypes, "StringDType"):
        pytest.skip("numpy 2 has them")
    for dtype in (np.dtypes.StringDType(), np.dtypes.StringDType(na_object=None)):
        value = np.array(["a", "ä" * 50], dtype)
        made = repacked(value)
        assert made.dtype == dtype
        assert list(made) == list(value)


def noted(note: Any, *kind: Any) -> np.dtype:
    return np.dtype(*kind, metadata={"note": note})


KINDS = [
    *("i4", "f8", "U3", "M8[s]", [("a", "i4")], (np.record, [("a", "i4")])),
    [("a", noted([3], "i4"))],
]


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_notes_on_a_data_type_count_and_are_kept(kind):
    dtypes = [np.dtype(kind), noted([1], kind), noted([2], kind)]
    for values in (dtypes, [np.zeros(2, dtype) for dtype in dtypes]):
        assert len({digest(value) for value in values}) == 3
        for value in values:
            assert digest(repacked(value)) == digest(value) == digest(snapshot(value))
    made = repacked(np.zeros(2, dtypes[1]))
    assert (made.dtype, made.dtype.type) == (dtypes[1], dtypes[1].type)
    assert made.dtype.metadata == {"note": [1]}


def test_arrays_of_objects_with_notes_are_refused():
    with pytest.raises(UnpackableError, match="metadata"):
        packed(np.zeros(1, noted(1, object)))


def test_fields_with_titles_are_refused():
    with pytest.raises(UnpackableError, match="titles"):
        packed(np.zeros(1, [(("title", "a"), "i4")]))


ARRAY, DTYPE = "numpy.ndarray", "numpy.dtype"


@pytest.mark.parametrize(
    "own",
    [
        *([ARRAY, b"12345678", 0, 2], [ARRAY, b"12345678", 0, -1], [ARRAY, 8, 0, 1]),
        *(
            [ARRAY, b"", 0, 1 << 40],
            [ARRAY, b"", 0, 1, -(1 << 40), 0],
            ["x", b"", 0, 0],
        ),
        *([ARRAY, b"12345678", 0], [ARRAY, "objects", 1 << 40], [ARRAY, "items", 9]),
        *([ARRAY, b"12345678", 7, 1], [ARRAY], []),
    ],
)
def test_memory_of_another_size_is_a_miss(own):
    dtype = node(1, 1, ["plain", "<i8", 0])
    with pytest.raises(BrokenRecordError):
        unpack_value(made_up([0], [ARRAY, DTYPE], node(0, 0, own, [[1]]), dtype))


@pytest.mark.parametrize("own", [["plain", "O", 0], ["plain", "i4,O", 0], ["x"], []])
def test_types_of_what_is_no_memory_are_a_miss(own):
    array = node(0, 0, [ARRAY, b"12345678", 0, 1], [[1]])
    with pytest.raises(BrokenRecordError):
        unpack_value(made_up([0], [ARRAY, DTYPE], array, node(1, 1, own)))


@pytest.mark.parametrize("items", ["items", "objects"])
def test_items_of_a_type_that_takes_more_are_a_miss(items):
    dtype = node(1, 1, ["plain", f"<U{1 << 28}", 0])
    array = node(0, 0, [ARRAY, items, 1], [[1], "x"])
    with pytest.raises(BrokenRecordError):
        unpack_value(made_up([0], [ARRAY, DTYPE], array, dtype))


def test_records_with_large_gaps_are_refused():
    laid = {"names": ["a"], "formats": ["O"], "offsets": [0], "itemsize": 1 << 20}
    with pytest.raises(UnpackableError, match="far from each other"):
        packed(np.zeros(1, laid))
    small = np.zeros(1, {**laid, "itemsize": 64})
    assert repacked(small).dtype == small.dtype


def test_made_up_arrays_are_arrays():
    """So that the ones above fail for what is wrong in them, and for nothing else."""
    array = node(0, 0, [ARRAY, b"12345678", 0, 1], [[1]])
    made = made_up([0], [ARRAY, DTYPE], array, node(1, 1, ["plain", "<i8", 0]))
    assert unpack_value(made).shape == (1,)


@pytest.mark.parametrize("value", [CUBE, CUBE.T, CUBE.transpose(1, 2, 0)])
def test_memory_without_gaps_is_written_where_it_lies(value):
    large = value.astype("c16").copy(order="K")
    *_, piece = pack_value(large)
    assert np.shares_memory(np.frombuffer(piece, "u1"), large)
