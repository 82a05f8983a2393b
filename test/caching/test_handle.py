from gradio.caching.entry import Entry
from gradio.caching.handle import CacheHandle
from gradio.caching.namespace import SHARED
from gradio.caching.settings import Settings
from gradio.caching.shelf import Shelf
from gradio.caching.stores.memory import MemoryStore


def test_counts_and_clears():
    shelf = Shelf(Settings(), MemoryStore())
    handle = CacheHandle(shelf)
    assert len(handle) == 0
    assert handle
    shelf.store.put(SHARED, b"k", Entry(1, 1))
    assert len(handle) == 1
    assert "1 entr" in repr(handle)
    handle.clear()
    assert len(handle) == 0
