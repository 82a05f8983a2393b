"""What short plain values are found by in memory: as exact as a digest."""

import enum
import itertools
import math
import struct
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradio.caching.hashing import digest
from gradio.caching.hashing.identity import LONGEST, identity, memory_key

OTHER_NAN = struct.unpack("<d", struct.pack("<Q", 0x7FF8000000000001))[0]

ALL_DIFFERENT = [
    *(0, 1, -1, 2, 2**31, -(2**31), 2**61 - 1, 2**200),
    *(0.0, -0.0, 1.0, -1.0, math.inf, -math.inf, math.nan, OTHER_NAN),
    *(True, False, None),
    *("", "0", "1", "a", "a\0", "ä", "a\u0308", "\ud800", "None", "True"),
    *(b"", b"0", b"1", b"a", b"a\0"),
    *((), (1,), (1.0,), (True,), ("1",), (b"1",), (None,), (1, 1), ("1", 1)),
    *(("ab", "c"), ("a", "bc"), ("abc",), ("", ""), ("",)),
]


class Text(str):
    __slots__ = ()


class Number(int):
    __slots__ = ()


class Level(enum.IntEnum):
    LOW = 1


def test_other_content_is_another_identity():
    keys = list(map(identity, ALL_DIFFERENT))
    assert None not in keys
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("value", ALL_DIFFERENT, ids=repr)
def test_equal_content_is_the_same_identity(value):
    parts = value if type(value) is tuple else (value,)
    again = tuple(
        struct.unpack("<d", struct.pack("<d", part))[0] if type(part) is float else part
        for part in parts
    )
    assert identity(again if type(value) is tuple else again[0]) == identity(value)


@pytest.mark.parametrize(
    "value",
    [
        *(Text("a"), Number(1), Level.LOW, np.int64(1), np.float64(1), np.str_("a")),
        *(1j, ..., bytearray(b"a"), [1], {1: 2}, (1, [2]), ((1,),), (Text("a"),)),
        *("a" * LONGEST, b"a" * LONGEST, 1 << (8 * LONGEST), -1 << (8 * LONGEST)),
        *(tuple(range(9)), ("a" * 60, "b" * 60)),
    ],
    ids=repr,
)
def test_what_is_not_few_short_plain_values_has_none(value):
    assert identity(value) is None
    assert memory_key(value) == digest(value)


scalars = st.one_of(
    st.integers(),
    st.floats(),
    st.text(max_size=40),
    st.binary(max_size=40),
    st.booleans(),
    st.none(),
)
values = st.one_of(scalars, st.lists(scalars, max_size=4).map(tuple))


@given(values, values)
def test_identities_are_as_exact_as_digests(one, other):
    same = digest(one) == digest(other)
    assert (memory_key(one) == memory_key(other)) is same


@given(values)
def test_none_can_be_taken_for_a_digest_or_is_long(value):
    written = identity(value)
    assert written is None or (len(written) != 32 and len(written) <= LONGEST)


def test_one_that_is_as_long_as_a_digest_is_like_no_other():
    lengths = {len(identity("a" * n)) for n in range(60)}
    assert 32 not in lengths
    assert len({identity("a" * n) for n in range(60)}) == 60


def test_numbers_whose_hashes_collide_do_not_as_keys():
    modulus = sys.hash_info.modulus
    numbers = [modulus * n for n in range(1000)]
    floats = [float(modulus + 1) * 2**n for n in range(0, 610, 61)]
    for values in (numbers, [(n,) for n in numbers], floats):
        assert len(set(map(hash, values))) == 1
        assert len({hash(identity(value)) for value in values}) == len(values)


def test_a_client_can_not_have_a_cache_compare_its_keys():
    keys = [identity(sys.hash_info.modulus * n) for n in range(10_000)]
    buckets = [hash(key) % 2**14 for key in keys]
    counts = [len([*group]) for _, group in itertools.groupby(sorted(buckets))]
    assert max(counts) < 20
