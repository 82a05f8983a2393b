import datetime
import decimal
import enum
import fractions

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gradio.caching.prefix.encoding import END, prefix_bytes


class Colour(enum.Enum):
    RED = 1


SMALL = st.integers(0, 3) | st.sampled_from([2**31, 2**32 - 257, 2**32 - 1, 255])
LARGE = st.integers(-3, -1) | st.sampled_from([2**32, 2**63, 10**30])
OTHER = st.sampled_from(
    [None, Colour.RED, b"a", (1, 2), (1,), 0.5, float("inf"), 1j, datetime.date.min]
)
TEXT = st.text("ab\0é😀\ud800\uffff\U0010ffff", max_size=3)
TOKENS = st.lists(SMALL | LARGE | OTHER | TEXT, max_size=4)


@given(TEXT, TEXT)
@example("", "")
@example("é", "\xc3")
def test_a_texts_encoding_begins_as_the_text_does(one, other):
    assert prefix_bytes(one).startswith(prefix_bytes(other)) == one.startswith(other)
    assert prefix_bytes(one + other).startswith(prefix_bytes(one))


@given(TOKENS, TOKENS)
@example([-1], [2**32 - 1])
@example(["a"], ["a", ""])
@example([255, 255], [255])
@example([2**32 - 1, 2], [2**32 - 1])
def test_a_sequences_encoding_begins_as_the_sequence_does(one, other):
    assert prefix_bytes(one).startswith(prefix_bytes(other)) == (
        one[: len(other)] == other
    )
    assert prefix_bytes(one + other).startswith(prefix_bytes(tuple(one)))


@given(TOKENS | TEXT, TOKENS | TEXT)
def test_after_the_end_comes_nothing_that_starts_with_it(one, other):
    one, other = prefix_bytes(one), prefix_bytes(other)
    assert (one <= other < one + END) == other.startswith(one)


@pytest.mark.parametrize(
    "tokens",
    [
        (1, 2, 300),
        np.array([1, 2, 300]),
        np.array([1, 2, 300], np.uint16),
        np.array([1, 0, 2, 0, 300])[::2],
        [np.int64(1), np.uint8(2), np.int16(300)],
        [True, 2.0, decimal.Decimal(300)],
        [fractions.Fraction(1), 2, np.float32(300)],
    ],
)
def test_tokens_count_by_value(tokens):
    assert prefix_bytes(tokens) == prefix_bytes([1, 2, 300])


def test_texts_and_tokens_have_nothing_in_common():
    assert not prefix_bytes("").startswith(prefix_bytes([]))
    assert not prefix_bytes([]).startswith(prefix_bytes(""))
    assert not prefix_bytes(["a", "b"]).startswith(prefix_bytes("a"))
    assert not prefix_bytes([1]).startswith(prefix_bytes(["1"]))


def test_texts_of_a_subclass_are_texts():
    class Name(str):
        pass

    assert prefix_bytes(Name("ab")) == prefix_bytes("ab")


@pytest.mark.parametrize(
    "key", [1, None, b"ab", {"a": 1}, {1, 2}, np.zeros((2, 2), int), np.array(1)]
)
def test_anything_else_has_no_encoding(key):
    assert prefix_bytes(key) is None


def test_a_token_without_content():
    with pytest.raises(TypeError):
        prefix_bytes([object()])
