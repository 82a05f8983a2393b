"""Which scalars are written where they stand, and when many are written at once."""

import marshal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradio.caching.types.key_writer import LARGE, KeyWriter
from gradio.caching.types.scalars import (
    LENGTHS,
    SCALARS,
    has_long,
    kinds_of,
    scalar_code,
    write_scalars,
)


class Text(str):
    pass


SHORT, LONG = "x" * (LARGE - 1), "x" * LARGE
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary()
)


@pytest.mark.parametrize(
    "value",
    [None, ..., True, 1, -(2**70), 1.5, 1j, "text", b"bytes", SHORT, SHORT.encode()],
    ids=lambda value: f"{value!r:.10}",
)
def test_small_scalars_have_a_code(value):
    assert scalar_code(value) is not None


@pytest.mark.parametrize(
    "value",
    [LONG, LONG.encode(), 1 << (8 * LARGE), Text("a"), [], (), range(3), object()],
    ids=lambda value: f"{type(value).__name__}",
)
def test_what_is_long_or_no_scalar_has_none(value):
    assert scalar_code(value) is None


@given(VALUES, VALUES)
def test_codes_are_equal_if_and_only_if_typed_values_are(one, other):
    def exactly(value):
        return type(value), marshal.dumps(value, 2)

    equal = exactly(one) == exactly(other)
    assert (scalar_code(one) == scalar_code(other)) is equal


def test_no_code_is_the_beginning_of_another():
    codes = [scalar_code(value) for value in (1, 2**40, "a", "ab", b"a", None, 1.0)]
    assert not any(a != b and b.startswith(a) for a in codes for b in codes)


def written(values):
    """What is written of values at once; None if they are to be encoded one by one."""
    out = KeyWriter()
    left = write_scalars(values, out)
    assert left is None or left is values
    return out.digest() if left is None else None


@given(st.lists(VALUES, max_size=5), st.lists(VALUES, max_size=5))
def test_values_that_are_written_at_once_are_told_apart(one, other):
    equal = marshal.dumps(one, 2) == marshal.dumps(other, 2)
    assert (written(one) == written(other)) is equal


@pytest.mark.parametrize(
    "values",
    [[1, []], ["a", LONG], [LONG], [Text("a")], [None, object()]],
    ids=["list", "long last", "long", "subclass", "object"],
)
@pytest.mark.parametrize("times", [1, 200])
def test_values_of_which_one_is_long_or_no_scalar_are_encoded_one_by_one(values, times):
    assert written(values * times) is None


def test_texts_with_the_separator_in_them_are_not_joined():
    texts = ["a\x00b", "a", "b"], ["a", "b\x00a", "b"], ["a", "b", "a", "b"]
    assert len({written(list(each)) for each in texts}) == 3


@given(st.lists(VALUES, max_size=300))
def test_kinds_are_those_of_all_values(values):
    assert kinds_of(values) == set(map(type, values))


def test_one_other_kind_among_many_is_seen():
    assert kinds_of([1] * 500 + [True]) == {int, bool}
    assert kinds_of([]) == set()


@pytest.mark.parametrize("others", [0, 500])
@pytest.mark.parametrize(
    "value",
    [LONG, LONG.encode(), 1 << (8 * LARGE)],
    ids=lambda value: f"{type(value).__name__}",
)
def test_one_long_value_among_many_is_seen(value, others):
    many = [type(value)(1)] * others if type(value) is int else [value[:1]] * others
    values = [*many, None, value]
    assert has_long(kinds_of(values), values)
    values.pop()
    assert not has_long(kinds_of(values), values)


def test_a_value_of_each_length_is_measured():
    assert LENGTHS.keys() <= SCALARS
    for length in (255, 256, LARGE - 1):
        values = ["x" * length] * 150
        assert not has_long(kinds_of(values), values)
