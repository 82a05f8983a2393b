"""numpy's masked arrays and random number generators."""

from __future__ import annotations

import numpy as np
from caching.types.contract import MEGABYTE, Copied, Keyed, Stored

from gradio.caching.hashing import digest
from gradio.caching.sizing import size_of
from gradio.caching.snapshot import snapshot

ONES = np.ones((2, 2))

DIFFERENT = [
    # What masked arrays could be taken for.
    *(ONES, np.asmatrix(ONES), [1, 2], np.array([1, 2]), np.array([False, True])),
    *(np.ma.masked_array(ONES), np.ma.masked_array([1, 2])),
    *(np.ma.masked_array([1, 2], [0, 1]), np.ma.masked_array([1, 2], [1, 0])),
    *(np.ma.masked_array([1, 3], [0, 1]), np.ma.masked_array([1, 2], fill_value=7)),
    *(np.random.default_rng(1), np.random.default_rng(2)),
    *(np.random.RandomState(1), np.random.RandomState(2)),
    *(np.random.PCG64(1), np.random.SeedSequence(1), np.random.SeedSequence(2)),
    np.random.Generator(np.random.MT19937(1)),
    np.random.Generator(np.random.SFC64(1)),
]

MUTABLE = [
    np.ma.masked_array([1, 2], [0, 1], fill_value=9),
    np.ma.masked_array([[1], None], [0, 1], object),
    np.random.default_rng(1),
]


class TestContract(Keyed, Copied, Stored):
    DIFFERENT, MUTABLE = DIFFERENT, MUTABLE

    def share_nothing(self, one, other):
        super().share_nothing(one, other)
        if isinstance(one, np.ndarray):
            assert not np.shares_memory(one.data, other.data)


def test_where_the_mask_comes_from_does_not_count():
    implicit = np.ma.masked_array([1, 2])
    explicit = np.ma.masked_array([1, 2], [False, False])
    assert digest(implicit) == digest(explicit)


def test_a_generator_that_was_used_is_another_key():
    generator = np.random.default_rng(1)
    assert digest(generator) == digest(np.random.default_rng(1))
    generator.random()
    assert digest(generator) != digest(np.random.default_rng(1))


def test_masks_are_not_shared():
    value = np.ma.masked_array([1, 2], [False, True])
    copy = snapshot(value)
    copy[0] = np.ma.masked
    assert value.mask.tolist() == [False, True]


def test_a_mask_counts():
    masked = np.ma.masked_array(np.zeros(MEGABYTE, np.uint8), np.zeros(MEGABYTE, bool))
    assert 2 * MEGABYTE <= size_of(masked) < 2 * MEGABYTE + 10_000
