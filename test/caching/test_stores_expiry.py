"""What is too old leaves a store by itself, and first of all."""

import gc
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradio.caching import ages
from gradio.caching.ages import Ages
from gradio.caching.entry import MISS, Entry
from gradio.caching.life import Life
from gradio.caching.namespace import SHARED, Namespace
from gradio.caching.stores.expiry import ExpiryOrder
from gradio.caching.stores.memory import MemoryStore
from support.clocks import Clock

KEYS = [bytes([i]) for i in range(8)]


def entry_of(clock, ttl=10.0, size=1):
    return Entry(object(), size, life=Life(Ages(ttl), clock()))


def test_it_is_found_until_its_end(clock):
    store, entry = MemoryStore(), entry_of(clock)
    assert store.put(SHARED, b"k", entry)
    clock.move(9.9)
    assert store.get(SHARED, b"k") is entry
    clock.move(0.1)
    assert store.get(SHARED, b"k") is MISS
    assert store._count == store._size == 0


def test_what_is_too_old_already_is_not_kept(clock):
    store, entry = MemoryStore(), entry_of(clock)
    clock.move(10)
    assert not store.put(SHARED, b"k", entry)
    assert store.count() == 0


def test_a_store_without_a_limit_does_not_keep_it_either(clock):
    store, entry = MemoryStore(), entry_of(clock)
    gone = weakref.ref(entry)
    store.put(SHARED, b"old", entry)
    del entry
    clock.move(10)
    store.put(SHARED, b"new", entry_of(clock))
    gc.collect()
    assert gone() is None


def test_who_watches_a_store_is_told(clock):
    store, told = MemoryStore(), []
    store.on_drop = told.extend
    entries = [entry_of(clock) for _ in range(3)]
    for key, entry in zip(KEYS, entries, strict=False):
        store.put(SHARED, key, entry)
    clock.move(10)
    assert store.get(SHARED, KEYS[1]) is MISS
    assert store.count() == 0
    assert {e for _, e in told} == set(entries)


def test_room_is_made_by_what_is_too_old(clock):
    store, young = MemoryStore(max_memory=30), entry_of(clock, ttl=100, size=10)
    store.put(SHARED, b"young", young)
    for key in KEYS[:2]:
        store.put(SHARED, key, entry_of(clock, size=10))
    clock.move(10)
    store.put(SHARED, b"new", entry_of(clock, size=20))
    assert store.get(SHARED, b"young") is young
    assert store.evictions == 0


def test_evictions_are_counted(clock):
    store = MemoryStore(max_size=2)
    for key in KEYS[:5]:
        store.put(SHARED, key, entry_of(clock))
    assert store.evictions == 3


def test_one_entry_is_deleted(clock):
    store, dropped = MemoryStore(), []
    store.on_drop = dropped.extend
    for key in KEYS[:2]:
        store.put(SHARED, key, Entry(key, 1))
    assert store.clear(SHARED, KEYS[0]) == 1
    assert store.clear(SHARED, KEYS[0]) == 0
    assert store.get(SHARED, KEYS[1]) is not MISS
    assert [entry.value for _, entry in dropped] == [KEYS[0]]


def test_what_is_deleted_too_late_was_not_there(clock):
    store = MemoryStore()
    store.put(SHARED, b"k", entry_of(clock))
    clock.move(10)
    assert store.clear(SHARED, b"k") == 0


def test_records_of_what_was_replaced_do_not_pile_up(clock):
    order, last = ExpiryOrder(), None
    for _ in range(1000):
        last = entry_of(clock)
        order.add(SHARED, b"k", last)
    assert len(order.records) < 200
    clock.move(10)
    assert order.pop() == (SHARED, b"k", last)
    assert order.pop() is None


STEPS = st.lists(
    st.tuples(st.sampled_from("pgcdm"), st.sampled_from(KEYS), st.floats(0, 5)),
    max_size=60,
)


@given(STEPS)
def test_a_store_is_as_one_that_looks_at_every_entry_s_age(steps):
    with pytest.MonkeyPatch.context() as patch:
        clock = Clock()
        patch.setattr(ages, "clock", clock)
        store, model, whose = MemoryStore(), {}, Namespace("mine")
        for step, key, seconds in steps:
            if step == "m":
                clock.move(seconds)
            model = {k: e for k, e in model.items() if not e.life.is_over}
            if step == "p":
                entry = entry_of(clock, ttl=seconds)
                store.put(whose, key, entry)
                model.pop(key, None)
                if not entry.life.is_over:
                    model[key] = entry
            elif step == "g":
                assert store.get(whose, key) is model.get(key, MISS)
            elif step == "c":
                assert store.count(whose) == len(model)
            elif step == "d":
                assert store.clear(whose, key) == (model.pop(key, None) is not None)
        assert set(store.entries()) == set(model.values())
        assert store._size == sum(entry.size for entry in model.values())


def test_threads_are_never_given_what_is_too_old(clock):
    store, lock = MemoryStore(max_size=6), threading.Lock()

    def work(seed):
        for i in range(500):
            key = KEYS[(seed + i) % len(KEYS)]
            asked = clock()
            found = store.get(SHARED, key)
            assert found is MISS or found.life.ends > asked
            store.put(SHARED, key, entry_of(clock, ttl=1))
            with lock:
                clock.move(0.1)
            assert store.count() <= 6

    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(work, seed) for seed in range(8)]:
            done.result()
    clock.move(1)
    assert store.count() == store._size == 0
