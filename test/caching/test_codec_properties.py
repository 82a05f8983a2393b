"""Nested values of all plain kinds come back as they were."""

from __future__ import annotations

import collections
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradio.caching.codec import unpack_value
from gradio.caching.errors import BrokenRecordError
from gradio.caching.hashing import digest
from support.packed import packed, repacked

hashable = st.recursive(
    st.one_of(
        *(st.none(), st.booleans(), st.integers(), st.floats(), st.binary()),
        *(st.text(st.characters()), st.text(), st.complex_numbers()),
        *(
            st.dates(),
            st.datetimes(),
            st.timedeltas(),
            st.uuids(),
            st.decimals(allow_nan=False),
        ),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(tuple), st.frozensets(inner, max_size=4)
    ),
    max_leaves=8,
)


def containers(inner: Any) -> Any:
    lists = st.lists(inner, max_size=6)
    dicts = st.dictionaries(hashable, inner, max_size=5)
    return st.one_of(
        *(lists, lists.map(tuple), lists.map(collections.deque), dicts),
        dicts.map(collections.OrderedDict),
        st.sets(hashable, max_size=5),
        st.binary(max_size=400).map(bytearray),
        st.tuples(inner).map(lambda one: [one[0], one[0], {"again": one}]),
    )


values = st.recursive(hashable, containers, max_leaves=20)


@given(values)
def test_values_come_back(value):
    made = repacked(value)
    assert type(made) is type(value)
    assert digest(made) == digest(value)


@given(values, st.data())
def test_what_is_cut_is_a_miss(value, data):
    whole = packed(value)
    size = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(BrokenRecordError):
        unpack_value(whole[:size])
