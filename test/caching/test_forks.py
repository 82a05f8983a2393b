"""A fork while other threads hold locks, compute, and change what is stored."""

import gc
import os
import subprocess
import sys
import threading
import weakref
from pathlib import Path

import pytest

from gradio.caching import forks
from gradio.caching.entry import MISS, Entry
from gradio.caching.forks import in_child, new_lock
from gradio.caching.hashing import digest
from gradio.caching.inflight.flights import Flights
from gradio.caching.inflight.stream_table import StreamTable
from gradio.caching.namespace import Namespace
from gradio.caching.prefix.encoding import prefix_bytes
from gradio.caching.prefix.index import PrefixIndexes
from gradio.caching.stores.memory import MemoryStore

# In a folder of its own: a script's folder is searched first, and `types` is Python's.
SCENARIOS = Path(__file__).with_name("forked") / "scenarios.py"

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")


@needs_fork
@pytest.mark.parametrize(
    "scenario",
    [
        "forks_of_a_busy_process",
        "processes_of_multiprocessing",
        "leaders_that_fork",
        "nobody_waits_for_who_forked",
    ],
)
def test_children_go_on(scenario):
    ran = subprocess.run(
        [sys.executable, SCENARIOS, scenario],
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr


def in_a_thread(work):
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def test_locks_of_threads_that_are_gone_are_free():
    lock = new_lock()
    in_a_thread(lock.acquire)
    assert not lock.acquire(blocking=False)
    forks._renew()
    with lock:
        in_another = []
        in_a_thread(lambda: in_another.append(lock.acquire(blocking=False)))
    assert in_another == [False]


def test_a_lock_of_the_forking_thread_stays_its_own():
    lock = new_lock()
    with lock:
        forks._renew()
        in_another = []
        in_a_thread(lambda: in_another.append(lock.acquire(blocking=False)))
    assert in_another == [False]


def test_hooks_are_called_as_long_as_their_objects_live():
    class Object:
        def note(self):
            called.append(self)

    called, kept, gone = [], Object(), Object()
    in_child(kept.note)
    in_child(gone.note)
    reference = weakref.ref(gone)
    del gone
    gc.collect()
    assert reference() is None
    forks._renew()
    assert called == [kept]


def test_a_hook_that_fails_stops_no_other():
    class Object:
        def fail(self):
            if not failed:
                failed.append(self)
                raise OSError("fails")

        def note(self):
            called.append(self)

    called, failed, made = [], [], Object()
    for hook in (made.note, made.fail, made.note):
        in_child(hook)
    with pytest.raises(OSError, match="fails"):
        forks._renew()
    assert called == [made, made]


def test_a_store_is_right_after_half_a_change():
    store, mine, other = MemoryStore(max_size=3), Namespace("mine"), Namespace("other")
    for i in range(3):
        store.put(mine, bytes([i]), Entry(i, 1))
    store.put(other, b"x", Entry("x", 1))
    # As when a thread was stopped in the middle of adding and of removing.
    store._partitions[mine].recent.popitem()
    store._partitions[other].recent.clear()
    forks._renew()
    assert (store.count(), store._count, store._size) == (1, 1, 1)
    for i in range(10, 14):
        store.put(other, bytes([i]), Entry(i, 1))
    assert store.count() == 3
    assert store.get(other, b"x") is MISS


def test_flights_and_streams_are_forgotten():
    flights, table = Flights(), StreamTable()
    flight, _ = flights.join("a")
    table.retain("a")
    flight.result._condition.acquire()
    forks._renew()
    assert flights.join("a")[1]
    flights.resolve(flight, 1)
    assert not flights.join("a")[1]
    assert table.let_go("a") is None


def test_prefixes_are_found_after_half_a_change():
    store, mine = MemoryStore(), Namespace("mine")
    prefixes, entry = PrefixIndexes(store, digest), Entry(1, 1, label="ab")
    store.put(mine, b"k", entry)
    assert prefixes.find(mine, prefix_bytes("abc")) is entry
    prefixes._changes.append(lambda: None)  # another thread was about to carry it out
    forks._renew()
    assert prefixes.find(mine, prefix_bytes("abc")) is entry
