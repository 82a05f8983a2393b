"""numpy's arrays, scalars and data types."""

from __future__ import annotations

import mmap
from typing import Any

import numpy as np
import pytest
from caching.types.contract import (
    MEGABYTE,
    Copied,
    Keyed,
    Measured,
    Stored,
    Unchanging,
)

from gradio.caching.codec import unpack_value
from gradio.caching.hashing import digest
from gradio.caching.sizing import size_of
from gradio.caching.snapshot import snapshot
from support.packed import packed


class Labelled(np.ndarray):
    def __array_finalize__(self, source):
        self.label = getattr(source, "label", None)


def labelled(label: Any) -> Labelled:
    array = np.arange(3).view(Labelled)
    array.label = label
    return array


ONES = np.ones((2, 2))

RECORDS = [("a", "i4"), ("b", "f8")]

DIFFERENT = [
    *(1, True, 1.0, "1", b"1", np.int8(1), np.int64(1), np.uint64(1), np.True_),
    *(np.float32(1), np.float64(1), np.complex128(1), np.str_("1"), np.bytes_(b"1")),
    *(np.float64("nan"), np.float64(-0.0), np.float64(0.0), np.array(1), np.array(1.0)),
    *(np.datetime64("2024-01-01"), np.datetime64("2024-01-01T00", "h")),
    *(np.datetime64("NaT"), np.timedelta64(1, "s"), np.timedelta64(1, "ms")),
    *(np.array([1]), np.array([[1]]), np.array([1.0]), np.array([1], "i4"), [1]),
    *(np.array([1], ">i4"), np.array([1], "u4"), np.array([True]), np.array(["1"])),
    *(np.array(["1"], "U2"), np.array([b"1"]), np.array([b"1"], "S2")),
    *(np.array([]), np.array([], "i4"), np.zeros((0, 3)), np.zeros((3, 0))),
    *(np.zeros(3), np.zeros((3, 1)), np.zeros((1, 3)), np.array([0.0, 0.0, -0.0])),
    *(np.arange(6).reshape(2, 3), np.arange(6).reshape(3, 2), np.arange(6)),
    *(ONES, ONES.view(Labelled), np.asmatrix(ONES)),
    *(labelled("a"), labelled("b")),
    *(np.array([None]), np.array([1], object), np.array([1.0], object)),
    *(np.array([[1], [2, 3]], object), np.array([[1], [2, 4]], object)),
    *(np.zeros(1, RECORDS), np.zeros(1, RECORDS[::-1]), np.zeros(1, RECORDS)[0]),
    *(
        np.zeros(1, [("c", "i4"), ("b", "f8")]),
        np.zeros(1, np.dtype(RECORDS, align=True)),
    ),
    *(np.zeros(1, RECORDS).view(np.recarray), np.zeros(1, [("a", "O")])),
    *(np.array([([1],)], [("a", "O")]), np.array([([2],)], [("a", "O")])),
    *(np.zeros(2, "M8[s]"), np.zeros(2, "M8[ns]"), np.zeros(2, "m8[s]")),
    *(np.zeros(1, [("a", "f4", (2,))]), np.zeros(1, [("a", "f4", (1, 2))])),
    *(np.zeros(1, "S0"), np.zeros(2, "S0"), np.zeros(1, "V3"), np.longdouble(1)),
    *(np.ones(2, np.longdouble), np.ones(2, np.clongdouble), np.ones(2, "f2")),
    *(np.dtype("i4"), np.dtype("i8"), np.dtype(">i4"), np.dtype(RECORDS), np.int32),
    *(np.dtype(("f4", (2,))), np.add, np.multiply),
]

CUBE = np.arange(24).reshape(2, 3, 4)

BIG = np.arange(1_500_000).reshape(1000, 1500)

IMMUTABLE = [
    *(np.float64(1), np.int8(1), np.dtype("i4"), np.dtype([("a", "i4")])),
    *(np.datetime64("2024"), np.add, np.str_("a")),
]

MUTABLE = [
    *(CUBE, np.asfortranarray(CUBE), CUBE.transpose(1, 0, 2)),
    *(CUBE[::2, ::-1], CUBE[:0]),
    *(np.array(1.5), np.array("text"), np.zeros(3, "M8[s]"), np.zeros((0, 3))),
    *(np.zeros(2, [("a", "i4"), ("b", "f8")]), np.asmatrix([[1, 2]]), labelled("a")),
    *(np.array([1, [2], {3: 4}], object), np.array([[1], [2]], object), labelled([1])),
    *(np.array([([1],)], [("a", object)]), np.zeros(1, [("a", "i4")])[0]),
    np.broadcast_to(CUBE[0], (5, 3, 4)),
]


def array() -> np.ndarray:
    return np.zeros(MEGABYTE, np.uint8)


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
}


class TestContract(Keyed, Copied, Unchanging, Measured, Stored):
    DIFFERENT, MUTABLE, IMMUTABLE = DIFFERENT, MUTABLE, IMMUTABLE
    UNSTORED = (Labelled,)
    ONE_MEGABYTE = ONE_MEGABYTE

    def share_nothing(self, one, other):
        super().share_nothing(one, other)
        assert not np.shares_memory(np.asarray(one), np.asarray(other))


@pytest.mark.parametrize(
    "array",
    [
        np.asfortranarray(CUBE),
        CUBE.transpose(2, 0, 1),
        CUBE[::-1, :, ::2],
        np.broadcast_to(np.arange(3), (4, 3)),
        np.asfortranarray(BIG),
        BIG[::-1],
        BIG[:, ::7],
        np.zeros((0, 3))[:, ::2],
        np.asfortranarray(CUBE.astype("M8[s]")),
        np.zeros((4, 4), RECORDS)[::2, ::2],
        np.asfortranarray(CUBE.astype(object)),
        np.asfortranarray(np.arange(4, dtype=np.longdouble).reshape(2, 2)),
    ],
    ids=lambda array: f"{array.dtype.char}{array.shape}",
)
def test_the_layout_in_memory_does_not_count(array):
    plain = np.array(array, order="C")
    assert plain.flags.c_contiguous
    assert digest(array) == digest(plain)


def test_padding_does_not_count():
    def extended(padding: int) -> np.ndarray:
        memory = np.full((2, np.dtype(np.longdouble).itemsize), padding, np.uint8)
        array = memory.reshape(-1).view(np.longdouble)
        array[:] = [1.5, -2]
        return array

    assert digest(extended(0)) == digest(extended(255))
    assert digest(extended(0) * 1j) == digest(extended(255) * 1j)

    aligned = np.dtype([("a", "i1"), ("b", "f8")], align=True)
    memory = np.full((2, aligned.itemsize), 255, np.uint8)
    dirty = memory.reshape(-1).view(aligned)
    dirty["a"], dirty["b"] = 1, 2
    clean = np.zeros(2, aligned)
    clean["a"], clean["b"] = 1, 2
    assert digest(dirty) == digest(clean)


def test_every_extended_digit_counts():
    one = np.ones(2, np.longdouble)
    other = one.copy()
    other[1] += np.finfo(np.longdouble).eps
    assert digest(one) != digest(other)


def test_a_mapped_file_is_an_array(tmp_path):
    mapped = np.memmap(tmp_path / "array", dtype="i4", mode="w+", shape=(10, 10))
    mapped[:] = 7
    assert digest(mapped) == digest(
        np.memmap(tmp_path / "array", "i4", "r", 0, (10, 10))
    )
    assert digest(mapped) == digest(np.array(mapped).view(np.memmap))
    before = digest(mapped)
    mapped[3, 3] = 8
    assert digest(mapped) != before


def test_one_changed_item_is_another_key():
    array = np.zeros(100_000)
    before = digest(array)
    array[99_999] = 1e-300
    assert digest(array) != before


def test_read_only_memory_can_be_keyed():
    array = np.arange(10)
    array.flags.writeable = False
    assert digest(array) == digest(np.arange(10))


def test_strings_of_variable_width():
    if not hasattr(np.dtypes, "StringDType"):
        pytest.skip("numpy 2 has them")
    one = np.array(["a", "a much longer string than fits in place"], "T")
    assert digest(one) == digest(one.copy())
    assert digest(one) != digest(one[::-1])


def recursive() -> np.ndarray:
    value = np.empty(2, object)
    value[0] = value
    return value


def test_the_order_in_memory_is_kept():
    fortran = snapshot(np.asfortranarray(CUBE))
    assert fortran.flags.f_contiguous
    assert snapshot(CUBE.transpose(1, 0, 2)).strides == CUBE.transpose(1, 0, 2).strides


def test_a_read_only_array_can_be_copied():
    value = np.arange(3)
    value.flags.writeable = False
    assert snapshot(value) is not value


def test_objects_in_arrays_are_copied():
    cell = [1]
    value = np.array([cell, cell, None], object)
    copy = snapshot(value)
    assert copy[0] is copy[1] is not cell
    record = np.array([(cell,)], [("a", object)])
    assert snapshot(record)[0]["a"] is not cell
    assert snapshot(labelled(cell)).label is not cell


def test_an_array_that_contains_itself():
    copy = snapshot(recursive())
    assert copy[0] is copy


def test_a_mapped_file_is_left(tmp_path):
    mapped = np.memmap(tmp_path / "array", "i4", "w+", shape=(3,))
    copy = snapshot(mapped)
    copy[:] = 7
    assert mapped.tolist() == [0, 0, 0]


def test_an_array_that_is_held_twice_counts_once():
    value = array()
    assert size_of([value, {"a": value}]) < MEGABYTE + 10_000
    assert size_of([value, value.copy()]) > 2 * MEGABYTE


def memory_holding(value):
    """Its packed form, in memory of its own as a file is read into."""
    body = packed(value)
    memory = np.empty(len(body), np.uint8)
    memory[:] = np.frombuffer(body, np.uint8)
    return memory


def test_memory_that_was_read_for_it_alone_is_taken_over():
    array = np.arange(100_000, dtype="f8").reshape(100, 1000)
    memory = memory_holding({"a": array, "b": [array.T.copy(), array[:2].copy()]})
    made = unpack_value(memory.data)
    arrays = [made["a"], *made["b"]]
    assert [np.shares_memory(memory, a) for a in arrays] == [True, True, False]
    assert not np.shares_memory(arrays[0], arrays[1])
    assert all(a.flags.writeable and a.flags.aligned for a in arrays)
    assert np.array_equal(arrays[0], array)
    assert np.array_equal(arrays[1], array.T)
    assert array.nbytes * 2 < size_of(made) < array.nbytes * 2.2


@pytest.mark.parametrize("place", [1, 4])
def test_memory_is_copied_where_no_array_should_begin(place):
    array = np.arange(100_000, dtype="f8")
    body = packed(array)
    memory = np.empty(place + len(body), np.uint8)
    memory[place:] = np.frombuffer(body, np.uint8)
    made = unpack_value(memory[place:].data)
    assert made.flags.aligned
    assert np.array_equal(made, array)


def test_memory_that_can_t_be_changed_is_copied():
    made = unpack_value(packed(np.zeros(100_000)))
    made += 1
    assert made.flags.owndata


@pytest.mark.parametrize("count", [5, 10_000, 700_000])
@pytest.mark.parametrize(
    "view",
    [np.transpose, np.asfortranarray, lambda a: a[:, ::2], lambda a: a[::-1, 1:]],
)
def test_content_is_the_same_however_it_is_in_memory(count, view):
    items = view(np.arange(2 * count, dtype="f4").reshape(2, count))
    assert digest(items) == digest(np.ascontiguousarray(items))
