"""Prefixes among the keys of each session."""

import gc
import weakref
from types import SimpleNamespace

import pytest

import gradio as gr
from gradio.caching.context.sessions import SESSIONS
from gradio.caching.entry import MISS, Entry
from gradio.caching.hashing import digest
from gradio.caching.namespace import Namespace, no_session
from gradio.caching.prefix.encoding import prefix_bytes
from gradio.caching.prefix.index import PrefixIndexes
from gradio.caching.stores.memory import MemoryStore
from gradio.context import LocalContext


@pytest.fixture
def session():
    """Makes what follows happen in an event of a session."""

    def enter(name):
        LocalContext.request.set(name and SimpleNamespace(session_hash=name))

    token = LocalContext.request.set(None)
    yield enter
    LocalContext.request.reset(token)


def test_sessions_see_their_own(session):
    c = gr.Cache(per_session=True)
    for name, key in ("s", "a"), ("st", "ab"), (None, "abc"):
        session(name)
        c.set(key, x=1)
    for name, key in ("s", "a"), ("st", "ab"), (None, "abc"), ("", None), ("x", None):
        session(name)
        assert c.longest_prefix("abcd") == key


def test_a_session_clears_its_own_and_ends(session):
    c = gr.Cache(per_session=True)
    for name in ("s", "t", "u"):
        session(name)
        c.set("a", x=1)
        c.set("ab", x=1)
        assert c.longest_prefix("abc") == "ab"
    c.clear()
    SESSIONS.end("t")
    found = []
    for name in ("s", "t", "u"):
        session(name)
        found.append(c.longest_prefix("abc"))
    assert found == ["ab", None, None]
    session(None)
    c.clear()
    session("s")
    assert c.longest_prefix("abc") is None


def test_an_eviction_by_another_session(session):
    c = gr.Cache(max_size=2, per_session=True)
    session("s")
    c.set("a", x=1)
    c.set("ab", x=1)
    assert c.longest_prefix("abc") == "ab"
    session("t")
    c.set("abc", x=1)
    session("s")
    c.get("ab")
    assert c.longest_prefix("abc") == "ab"
    assert c.longest_prefix("a") is None


def test_sessions_that_are_gone_leave_nothing():
    store = MemoryStore()
    prefixes = PrefixIndexes(store, digest)
    namespace = Namespace("s")
    store.put(namespace, bytes(32), Entry(1, 1, label="a"))
    assert prefixes.find(namespace, prefix_bytes("a")) is not MISS
    store.clear(namespace)
    gone = weakref.ref(namespace)
    del namespace
    gc.collect()
    assert gone() is None
    assert len(prefixes._indexes) == 0


def test_nobodys_entries_are_not_looked_for():
    prefixes = PrefixIndexes(MemoryStore(), digest)
    assert prefixes.find(no_session(), prefix_bytes("a")) is MISS
    assert len(prefixes._indexes) == 0
