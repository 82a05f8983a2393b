"""Processes that fork while their caches are busy. Run by test_forks, one at a time."""

import asyncio
import contextlib
import faulthandler
import multiprocessing
import os
import random
import signal
import sys
import threading
import traceback
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np

import gradio as gr

FORKS = 50
PARENT = os.getpid()
held_up = threading.Barrier(4)
stop = threading.Event()
runs = []

warnings.simplefilter("ignore", DeprecationWarning)  # of forks beside threads


def in_parent():
    return os.getpid() == PARENT


def hold_up_in_parent():
    if in_parent():
        held_up.wait()
        stop.wait()


@gr.cache
def plain(key):
    runs.append(key)
    if key == "held":
        hold_up_in_parent()
    return f"plain {key}"


@gr.cache
def kept(key):
    runs.append(key)
    return key


@gr.cache
async def coroutine(key):
    if key == "held":
        hold_up_in_parent()
    return f"coroutine {key}"


@gr.cache
def stream(key):
    yield f"first {key}"
    if key == "held":
        hold_up_in_parent()
    yield f"second {key}"


@gr.cache(max_size=4)
def evicting(array):
    return array + 1


@gr.cache(per_session=True)
def of_sessions(key):
    return key


notes = gr.Cache(max_size=8, max_memory="1mb")
HUGE = np.zeros(4 << 20, dtype=np.uint8)  # hashed by several threads


def use_everything(i):
    evicting(np.arange(200) + i)
    notes.set(f"a text of {i}", value=[i])
    notes.longest_prefix(f"a text of {i} and more")
    of_sessions(i)
    assert plain(i) == f"plain {i}"
    assert list(stream(i)) == [f"first {i}", f"second {i}"]
    gr.cache(lambda x: [x, i])(i)  # made anew each time
    if i % 7 == 0:
        notes.clear()
        evicting.cache.clear()
        of_sessions.cache.clear()


def keep_busy(seed):
    numbers = random.Random(seed)
    while not stop.is_set():
        use_everything(numbers.randrange(1000))


def hash_what_is_huge():
    while not stop.is_set():
        evicting(HUGE)


@contextlib.contextmanager
def busy():
    held = stream("held")
    assert next(held) == "first held"
    # Not ended by the with of a pool: these threads are in the way of each fork.
    works = [
        lambda: plain("held"),
        lambda: asyncio.run(coroutine("held")),
        lambda: list(stream("held")),
        lambda: plain("held"),  # a follower
        hash_what_is_huge,
        *(lambda seed=seed: keep_busy(seed) for seed in range(4)),
    ]
    threads = [threading.Thread(target=work, daemon=True) for work in works]
    kept("kept")
    for thread in threads:
        thread.start()
    held_up.wait()
    try:
        yield held
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def forked(child):
    """Whether a child got through it."""
    pid = os.fork()
    if pid == 0:
        signal.alarm(60)
        faulthandler.dump_traceback_later(50)  # says where it hangs
        try:
            child()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return os.waitpid(pid, 0)[1] == 0


def child_of_busy_process(held):
    before = len(runs)
    assert kept("kept") == "kept"
    assert len(runs) == before
    assert plain("held") == plain("held") == "plain held"
    assert runs[before:] == ["held"]
    assert asyncio.run(coroutine("held")) == "coroutine held"
    assert list(stream("held")) == ["first held", "second held"]
    assert list(held) == ["second held"]  # goes on where it was, without the other
    evicting(HUGE)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(use_everything, range(1000, 1030)))
    assert len(evicting.cache) <= 4


def forks_of_a_busy_process():
    with busy() as held:
        for _ in range(FORKS):
            assert forked(lambda: child_of_busy_process(held))


def processes_of_multiprocessing():
    fork = multiprocessing.get_context("fork")
    with busy():
        for _ in range(10):
            process = fork.Process(target=use_everything, args=(7,))
            process.start()
            process.join(20)
            assert process.exitcode == 0
        with fork.Pool(2) as pool:
            answers = pool.map_async(plain, ["held", "a", "new"])
            assert answers.get(20) == ["plain held", "plain a", "plain new"]


@gr.cache
def forks(key):
    runs.append(key)
    child_of_leader.append(os.fork())
    return f"forks {key}"


@gr.cache
def forks_between(key):
    yield 1
    child_of_leader.append(os.fork())
    yield 2


child_of_leader = []


def leaders_that_fork():
    for _ in range(FORKS):
        for call in (forks, lambda key: list(forks_between(key))):
            answer = call("a")
            pid = child_of_leader.pop()
            if pid == 0:
                child_that_still_leads(call, answer)
            assert os.waitpid(pid, 0)[1] == 0
            forks.cache.clear()
            forks_between.cache.clear()


def child_that_still_leads(call, answer):
    signal.alarm(60)
    with ThreadPoolExecutor(2) as pool:
        same = list(pool.map(call, ["a", "a"]))
    os._exit(0 if same == [answer, answer] and not child_of_leader else 1)


@gr.cache
def asks_again_in_a_child(key):
    def ask_in_a_thread():
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(asks_again_in_a_child, key).result() == "in the child"

    if not in_parent():
        return "in the child"
    assert forked(ask_in_a_thread)
    return "in the parent"


def nobody_waits_for_who_forked():
    assert asks_again_in_a_child("a") == "in the parent"


if __name__ == "__main__":
    globals()[sys.argv[1]]()
