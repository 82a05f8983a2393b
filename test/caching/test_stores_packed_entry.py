from dataclasses import fields
from weakref import ref

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradio.caching.ages import Ages
from gradio.caching.entry import Entry, FileStamp
from gradio.caching.stores.packed_entry import held_of, pack, unpack, used_of

SCALARS = st.one_of(
    *(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20)),
    *(st.binary(max_size=20), st.complex_numbers(), st.just(...)),
    st.text(st.characters(codec=None), max_size=5),
)
VALUES = SCALARS | st.one_of(
    st.lists(SCALARS, max_size=5),
    st.lists(SCALARS, max_size=5).map(tuple),
    st.dictionaries(st.text(max_size=5), SCALARS, max_size=5),
)


def packed(make, key="key"):
    """Packs what is made, so that nobody else refers to it."""
    entries = {key: make()}
    entries[key].held = entries[key].size
    return pack(entries, key)


def shown(entry):
    """All of an entry; `nan` equals itself as text alone."""
    return [repr(getattr(entry, field.name)) for field in fields(entry)]


@given(
    VALUES,
    st.integers(0, 1400),
    st.none() | SCALARS | st.tuples(SCALARS, SCALARS),
    st.booleans(),
    st.floats(0),
    st.integers(0, 2**63),
)
def test_every_field_is_as_it_was(value, size, label, fixed, seconds, used):
    def make():
        copy = type(value)(value) if isinstance(value, (list, dict)) else value
        return Entry(copy, size, label, fixed, (), (), seconds, None, size, used)

    found = packed(make)
    assert type(found) is bytes
    assert shown(unpack("key", found)) == shown(make())
    assert type(unpack("key", found).value) is type(value)
    assert (used_of(found), held_of(found)) == (used, size)


@pytest.mark.parametrize("key", ["a key", b"a digest"])
def test_a_label_that_is_the_key_is_not_kept_twice(key):
    found = packed(lambda: Entry(1, 10, key, True), key)
    assert b"a " not in found
    assert unpack(key, found).label is key


class Text(str):
    __slots__ = ()


class Number(int):
    pass


OTHER = {
    "a text of the user's": lambda: Text("a"),
    "a number of the user's": lambda: Number(1),
    "a number of numpy's": lambda: np.float64(1),
    "bytes that can change": lambda: bytearray(b"a"),
    "a view": lambda: memoryview(b"a"),
    "an array": lambda: np.zeros(1),
    "a set": lambda: {1},
    "a list in a list": lambda: [[1]],
    "a list in a tuple": lambda: ([1],),
    "a text of the user's in a list": lambda: [Text("a")],
    "a field of other data": lambda: {"a": [1]},
    "a dict that is not of fields": lambda: {1: 1},
    "an object": object,
}


@pytest.mark.parametrize("make", OTHER.values(), ids=OTHER.keys())
def test_other_data_is_not_packed(make):
    assert packed(lambda: Entry(make(), 10)) is None
    assert packed(lambda: Entry(1, 10, make())) is None


def old():
    entry = Entry(1, 10)
    entry.grow_old(Ages(10, 0, 0))
    return entry


def shown_once():
    entry = Entry(1, 10)
    entry.responses["variant"] = "response"
    return entry


MORE = {
    "files": lambda: Entry(1, 10, files=(FileStamp("a", 1, 1, 1, 1),)),
    "toasts": lambda: Entry(1, 10, toasts=("toast",)),
    "a life": old,
    "responses": shown_once,
    "much": lambda: Entry("a", 2000),
    "seconds of numpy's": lambda: Entry(1, 10, seconds=np.float64(1)),
}


@pytest.mark.parametrize("make", MORE.values(), ids=MORE.keys())
def test_an_entry_with_more_is_not_packed(make):
    assert packed(make) is None


def test_an_entry_whose_size_has_changed_is_not_packed():
    assert pack({"key": Entry(1, 10, held=9)}, "key") is None


def test_what_somebody_refers_to_is_not_packed():
    held = Entry(1, 10, held=10)
    entries = {"key": held}
    assert pack(entries, "key") is None
    reference = ref(held)
    del held
    assert pack(entries, "key") is None
    del reference
    assert pack(entries, "key")


@pytest.mark.parametrize("kind", [dict, list])
def test_a_value_that_somebody_may_change_is_not_packed(kind):
    value = kind()
    entries = {"key": Entry(value, 10, held=10)}
    assert pack(entries, "key") is None
    del value
    assert pack(entries, "key")


def test_an_entry_that_was_not_packed_is_given_as_it_is():
    entry = Entry([[1]], 10, used=3, held=10)
    assert unpack("key", entry) is entry
    assert (used_of(entry), held_of(entry)) == (3, 10)
