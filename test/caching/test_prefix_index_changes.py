"""Keys that come and go while an index is made or asked."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

import gradio as gr
from gradio.caching.entry import MISS, Entry
from gradio.caching.hashing import digest
from gradio.caching.namespace import SHARED
from gradio.caching.prefix.encoding import prefix_bytes
from gradio.caching.prefix.index import PrefixIndexes
from gradio.caching.stores.memory import MemoryStore


def test_what_is_dropped_while_an_index_is_made_is_not_found(monkeypatch):
    store = MemoryStore()
    prefixes = PrefixIndexes(store, digest)
    for key in ("a", "ab"):
        store.put(SHARED, digest(key), Entry(1, 1, label=key))
    listed, entries = threading.Event(), store.entries

    def dropped_after_listing(namespace=None):
        found = entries(namespace)
        if not listed.is_set():
            listed.set()
            store.clear(SHARED)
            store.put(SHARED, digest("a"), Entry(1, 1, label="a"))
        return found

    monkeypatch.setattr(store, "entries", dropped_after_listing)
    prefixes.find(SHARED, prefix_bytes("a"))
    match = prefixes.find(SHARED, prefix_bytes("abc"))
    assert match is store.get(SHARED, digest("a"))


def test_what_is_dropped_before_it_is_added_is_not_found():
    store = MemoryStore()
    prefixes = PrefixIndexes(store, digest)
    assert prefixes.find(SHARED, prefix_bytes("a")) is MISS
    entry = Entry(1, 1, label="a")
    prefixes.add(SHARED, digest("a"), entry)
    assert prefixes.find(SHARED, prefix_bytes("a")) is MISS
    store.put(SHARED, digest("a"), entry)
    prefixes.add(SHARED, digest("a"), entry)
    assert prefixes.find(SHARED, prefix_bytes("a")) is entry


def test_what_happens_in_the_middle_of_a_change_comes_after_it():
    """As a user's `__del__` may, which the collector runs at any time."""
    prefixes, order = PrefixIndexes(MemoryStore(), digest), []

    def outer():
        prefixes._change(lambda: order.append("inner"))
        assert prefixes.find(SHARED, prefix_bytes("a")) is MISS
        order.append("outer")

    prefixes._change(outer)
    assert order == ["outer", "inner"]


def test_a_change_that_fails_does_not_stop_the_next():
    prefixes, order = PrefixIndexes(MemoryStore(), digest), []
    with pytest.raises(ZeroDivisionError):
        prefixes._change(lambda: 1 / 0)
    prefixes._change(lambda: order.append("next"))
    assert order == ["next"]


@pytest.mark.parametrize("size", [0, 30])
def test_threads_end_with_what_is_stored(size):
    c = gr.Cache(max_size=size)
    texts = [f"{i:05b}"[:n] for i in range(32) for n in range(6)]

    def work(thread):
        for i, text in enumerate(texts * 3):
            c.set(text + "ab"[(thread + i) % 2], x=thread)
            found = c.longest_prefix(text + "ab")
            assert found is None or (text + "ab").startswith(found)
            if i % 100 == thread:
                c.clear()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    keys = c.keys()
    for text in texts:
        whole = text + "ab"
        best = max(filter(whole.startswith, keys), key=len, default=None)
        assert c.longest_prefix(whole) == best
    kept = set(c._data._prefixes._indexes[SHARED]._known)
    assert kept == {prefix_bytes(key) for key in keys}
