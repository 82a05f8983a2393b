import math
from fractions import Fraction

import numpy as np
import pytest

from gradio.caching.settings import DEFAULT_MAX_SIZE, Settings, validated


def test_defaults():
    assert Settings() == Settings(DEFAULT_MAX_SIZE, None, False)
    assert DEFAULT_MAX_SIZE == 128


@pytest.mark.parametrize("size", [0, 1, 10**9, np.int64(7)])
def test_max_size_is_a_whole_number(size):
    got = validated(size, None, False).max_size
    assert got == size
    assert type(got) is int


@pytest.mark.parametrize("size", [-1, -(10**9)])
def test_a_negative_max_size_is_refused(size):
    with pytest.raises(ValueError, match="max_size must be a whole number, 0 for no"):
        validated(size, None, False)


@pytest.mark.parametrize("size", [1.0, "128", None, True, [1], math.inf])
def test_max_size_must_be_a_number(size):
    with pytest.raises(TypeError, match="max_size must be a whole number"):
        validated(size, None, False)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("512mb", 512 * 2**20),
        ("2gb", 2 * 2**30),
        ("2GB", 2 * 2**30),
        ("1.5 Gb ", 3 * 2**29),
        ("1tb", 2**40),
        ("10KB", 10 * 2**10),
        ("7b", 7),
        ("1024", 1024),
        (1, 1),
        (2**70, 2**70),
        (2e9, 2 * 10**9),
        ("1.0", 1),
        ("0.3kb", 307),
        (np.int64(4096), 4096),
        (np.float64(4096), 4096),
    ],
)
def test_max_memory_in_bytes(text, size):
    got = validated(1, text, False).max_memory
    assert got == size
    assert type(got) is int


@pytest.mark.parametrize(
    "memory",
    [
        *(1.5, 1000.7, np.float32(1.5), Fraction(3, 2), "1.5", "1.5b", "1.5 B"),
        *(0, -1, 0.5, math.nan, math.inf),
        *("", "mb", "lots", "512 apples", "-1mb", "0gb", "0.1b", "1e3mb", "1,5gb"),
        *("٣mb", "9" * 400 + "gb"),
    ],
)
def test_an_unreadable_max_memory_is_refused(memory):
    with pytest.raises(
        ValueError, match='max_memory must be a text such as "512mb" or "1.5gb"'
    ):
        validated(1, memory, False)


@pytest.mark.parametrize("memory", [True, np.True_, [1], {}, b"512mb", 1j])
def test_max_memory_must_be_text_or_number(memory):
    with pytest.raises(TypeError, match="max_memory must be a text such as"):
        validated(1, memory, False)


def test_any_whole_number_is_readable():
    assert validated(1, 10**400, False).max_memory == 10**400


@pytest.mark.parametrize("per_session", [1, 0, None, "yes"])
def test_per_session_is_true_or_false(per_session):
    with pytest.raises(TypeError, match="per_session must be True or False"):
        validated(1, None, per_session)
