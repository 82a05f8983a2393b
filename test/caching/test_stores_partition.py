"""What is packed of the entries of one namespace, and that nobody can tell."""

import weakref

import pytest

from gradio.caching import forks
from gradio.caching.entry import MISS, Entry
from gradio.caching.namespace import Namespace
from gradio.caching.stores.contents import parts_of
from gradio.caching.stores.memory import MemoryStore
from support.small_parts import small_parts

MINE = Namespace("mine")


@pytest.fixture(autouse=True)
def _few_are_many():
    with small_parts():
        yield


def filled(store, numbers, size=1):
    for n in numbers:
        store.put(MINE, str(n), Entry(n, size))
    return store


def packed(store):
    (partition,) = store.contents.partitions()
    kept = [entry for part in parts_of(partition) for entry in part.values()]
    return [*map(type, kept)].count(bytes)


def test_what_was_not_used_for_long_is_packed():
    store = filled(MemoryStore(), range(20))
    assert packed(store) >= 16
    assert [store.get(MINE, str(n)).value for n in range(20)] == [*range(20)]
    assert packed(store) >= 16


def test_few_entries_are_not_packed():
    assert packed(filled(MemoryStore(), range(3))) == 0


def test_what_somebody_refers_to_stays_what_it_is():
    store, held, other = MemoryStore(), Entry("held", 1), Entry("other", 1)
    store.put(MINE, "held", held)
    store.put(MINE, "other", other)
    reference = weakref.ref(other)
    del other
    filled(store, range(20))
    assert store.get(MINE, "held") is held
    assert store.get(MINE, "other") is reference()
    filled(store, range(20, 40))
    assert store.get(MINE, "held") is held


def test_an_entry_that_was_listed_stays_what_it_is_for_who_listed_it():
    store = filled(MemoryStore(), range(20))
    entries = store.entries(MINE)
    assert [entry.value for entry in entries] == [*range(20)]
    filled(store, range(20, 40))
    assert store.entries(MINE)[:20] == entries
    assert store.get(MINE, "0") is entries[0]


def test_going_through_them_unpacks_none_for_good():
    store = filled(MemoryStore(), range(20))
    before = packed(store)
    assert [entry.value for entry in store.contents.each(MINE)] == [*range(20)]
    assert packed(store) == before


def test_a_grown_entry_is_put_again():
    store = filled(MemoryStore(max_memory=100), range(20))
    grown = store.get(MINE, "0")
    grown.size = 80
    filled(store, range(20, 30))
    assert store.get(MINE, "0") is grown
    store.put(MINE, "0", grown)
    assert (store.count(), store.contents.size()) == (21, 100)
    assert store.get(MINE, "9") is MISS


def test_what_is_deleted_or_replaced_while_packed_is_gone():
    store = filled(MemoryStore(), range(20))
    assert store.clear(MINE, "0") == 1
    assert store.clear(MINE, "0") == 0
    filled(store, [1], size=5)
    assert (store.count(), store.contents.size()) == (19, 23)
    assert store.clear() == 19
    assert (store.count(), store.contents.size()) == (0, 0)


def test_a_forked_process_is_right_after_half_a_change():
    store = filled(MemoryStore(max_size=20), range(20))
    (partition,) = store.contents.partitions()
    # As when a thread was stopped in the middle of taking one out.
    next(bucket for bucket in partition.resting if bucket).popitem()
    forks._renew()
    assert (store._count, store._size, store.count()) == (19, 19, 19)
    filled(store, range(20, 40))
    assert [entry.value for entry in store.contents.each()] == [*range(20, 40)]
