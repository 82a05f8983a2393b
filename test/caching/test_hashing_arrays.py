"""Keys of numpy's arrays, scalars and data types."""

from __future__ import annotations

import numpy as np
import pytest

from gradio.caching.hashing import digest


class Labelled(np.ndarray):
    def __array_finalize__(self, source):
        self.label = getattr(source, "label", None)


def labelled(label: str) -> Labelled:
    array = np.arange(3).view(Labelled)
    array.label = label
    return array


ONES = np.ones((2, 2))
RECORDS = [("a", "i4"), ("b", "f8")]

ALL_DIFFERENT = [
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
    *(ONES, ONES.view(Labelled), np.asmatrix(ONES), np.ma.masked_array(ONES)),
    *(labelled("a"), labelled("b")),
    *(np.ma.masked_array([1, 2], [0, 1]), np.ma.masked_array([1, 2], [1, 0])),
    *(np.ma.masked_array([1, 3], [0, 1]), np.ma.masked_array([1, 2], fill_value=7)),
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
    *(np.dtype(("f4", (2,))), np.add, np.multiply, np.random.default_rng(1)),
    *(np.random.default_rng(2), np.random.RandomState(1), np.random.RandomState(2)),
    *(np.random.PCG64(1), np.random.SeedSequence(1), np.random.SeedSequence(2)),
    *(
        np.random.Generator(np.random.MT19937(1)),
        np.random.Generator(np.random.SFC64(1)),
    ),
]


def test_different_values_have_different_keys():
    seen = {}
    for value in ALL_DIFFERENT:
        key = digest(value)
        assert key not in seen, (value, seen.get(key))
        seen[key] = value


CUBE = np.arange(24).reshape(2, 3, 4)
BIG = np.arange(1_500_000).reshape(1000, 1500)


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


def test_where_the_mask_comes_from_does_not_count():
    implicit = np.ma.masked_array([1, 2])
    explicit = np.ma.masked_array([1, 2], [False, False])
    assert digest(implicit) == digest(explicit)


def test_one_changed_item_is_another_key():
    array = np.zeros(100_000)
    before = digest(array)
    array[99_999] = 1e-300
    assert digest(array) != before


def test_a_generator_that_was_used_is_another_key():
    generator = np.random.default_rng(1)
    assert digest(generator) == digest(np.random.default_rng(1))
    generator.random()
    assert digest(generator) != digest(np.random.default_rng(1))


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
