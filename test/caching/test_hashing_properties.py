"""For generated values: keys are equal if and only if the typed content is."""

from __future__ import annotations

import datetime
import struct
from collections import OrderedDict, deque
from decimal import Decimal
from typing import Any

import numpy as np
from hypothesis import event, given
from hypothesis import strategies as st

from gradio.caching.hashing import digest
from gradio.caching.snapshot import snapshot
from support.holders import Frozen


class Names(list):
    pass


def form(value: Any) -> Any:
    """
    The typed content in another way than keys see it: nested tuples to be compared by
    `==`.
    """
    name = type(value).__name__
    if isinstance(value, float):
        return name, struct.pack("<d", value)
    if isinstance(value, complex):
        return name, struct.pack("<dd", value.real, value.imag)
    if isinstance(value, (set, frozenset)):
        return name, *sorted(map(form, value), key=repr)
    if isinstance(value, dict):
        items = [(form(key), form(item)) for key, item in value.items()]
        return name, *(items if name == "OrderedDict" else sorted(items, key=repr))
    if isinstance(value, (list, tuple, deque)):
        return name, getattr(value, "maxlen", None), *map(form, value)
    if isinstance(value, np.ndarray):
        return name, value.dtype.str, value.shape, value.tobytes()
    if isinstance(value, Frozen):
        return name, form(value.content)
    return name, repr(value)


# Few and similar ones, so that generated values are often equal, and often nearly.
SCALARS = st.one_of(
    st.sampled_from([None, True, False, 0, 1, -1, -2, 0.0, -0.0, 1.0, float("nan")]),
    st.sampled_from(["", "0", "1", "\x00", "a\x00", "\x00a", "a", b"", b"0", b"a", 1j]),
    st.sampled_from([Decimal(1), Decimal("1.0"), datetime.date(2024, 1, 1)]),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.binary(max_size=5),
    st.decimals(allow_nan=False),
    st.datetimes(),
)
ARRAYS = st.builds(
    lambda items, kind, shape: np.array(items, kind).reshape(shape),
    st.lists(st.integers(0, 1), min_size=4, max_size=4),
    st.sampled_from(["i1", "u1", "i4", "f4", "<f8", ">f8", "?", "M8[s]"]),
    st.sampled_from([(4,), (2, 2), (1, 4), (4, 1)]),
)
Pairs = st.SearchStrategy[tuple[Any, Any]]


def pairs_of(values: st.SearchStrategy[Any]) -> Pairs:
    same = values.map(lambda value: (value, snapshot(value)))
    return st.one_of(same, same, same, st.tuples(values, values))


def containers_of(pairs: Pairs) -> Pairs:
    sequences = st.sampled_from(
        [list, tuple, Names, deque, lambda items: deque(items, 9)]
    )
    boxes = pairs.map(lambda pair: (Frozen(pair[0]), Frozen(pair[1])))
    return st.one_of(
        st.builds(_sequences, st.lists(pairs, max_size=4), pairs_of(sequences)),
        st.builds(
            _dicts,
            st.lists(st.tuples(pairs_of(SCALARS), pairs), max_size=4),
            pairs_of(st.sampled_from([dict, OrderedDict])),
            st.booleans(),
        ),
        st.builds(
            _sequences,
            st.lists(pairs_of(SCALARS), max_size=4),
            pairs_of(st.sampled_from([set, frozenset])),
        ),
        boxes,
    )


def _sequences(
    members: list[tuple[Any, Any]], kinds: tuple[Any, Any]
) -> tuple[Any, Any]:
    return kinds[0](m[0] for m in members), kinds[1](m[1] for m in members)


def _dicts(items: Any, kinds: tuple[Any, Any], turned: bool) -> tuple[Any, Any]:
    one = kinds[0]((key[0], value[0]) for key, value in items)
    other = [(key[1], value[1]) for key, value in items]
    unique = list(dict(other).items())
    return one, kinds[1](unique[::-1] if turned else unique)


PAIRS = st.recursive(pairs_of(SCALARS | ARRAYS), containers_of, max_leaves=12)


@given(PAIRS)
def test_keys_are_equal_if_and_only_if_the_typed_content_is(pair):
    one, other = pair
    equal = form(one) == form(other)
    event(f"equal: {equal}")
    assert (digest(one) == digest(other)) == equal


@given(PAIRS)
def test_a_copy_has_the_key_of_its_original(pair):
    assert digest(snapshot(pair)) == digest(pair)


@given(PAIRS)
def test_wrapping_a_value_makes_another_key(pair):
    value, _ = pair
    wrapped = [value, [value], (value,), {"a": value}, Frozen(value), Names([value])]
    assert len({digest(item) for item in wrapped}) == len(wrapped)


@given(
    st.lists(st.text(max_size=3), max_size=5), st.lists(st.text(max_size=3), max_size=5)
)
def test_lists_of_texts_never_run_together(one, other):
    assert (digest(one) == digest(other)) == (one == other)


@given(st.integers(-(10**30), 10**30), st.integers(1, 200))
def test_numbers_of_any_length(number, power):
    large = number * 10**power
    assert digest(large) == digest(number * 10**power)
    assert digest(large) != digest(large + 1)
