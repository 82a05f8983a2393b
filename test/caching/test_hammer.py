"""Many threads and event loops at one store: nothing is lost, and limits hold."""

import asyncio
import random
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np

import gradio as gr
from gradio.caching.wrapping import engine_of

THREADS, LOOPS, CALLS, KEYS = 64, 8, 100, 40


def together(*workers):
    """Runs all at once, each in a thread of its own; raises what any raises."""
    start = threading.Barrier(len(workers))

    def run(worker):
        start.wait()
        return worker()

    with ThreadPoolExecutor(len(workers)) as pool:
        return [f.result() for f in [pool.submit(run, w) for w in workers]]


def test_each_key_is_computed_once():
    lock, runs = threading.Lock(), dict.fromkeys(range(KEYS), 0)

    @gr.cache(max_size=0)
    def plain(x):
        with lock:
            runs[x] += 1
        return [x]

    def call(seed):
        picks = random.Random(seed).choices(range(KEYS), k=CALLS)
        assert [plain(x) for x in picks] == [[x] for x in picks]
        return set(picks)

    asked = together(*(lambda seed=s: call(seed) for s in range(THREADS)))
    assert runs == {x: int(x in set().union(*asked)) for x in runs}


def test_each_key_is_computed_once_in_many_loops():
    lock, runs = threading.Lock(), dict.fromkeys(range(KEYS), 0)

    @gr.cache(max_size=0)
    async def later(x):
        with lock:
            runs[x] += 1
        await asyncio.sleep(0)
        return [x]

    async def main(seed):
        picks = random.Random(seed).choices(range(KEYS), k=CALLS)
        got = await asyncio.gather(*map(later, picks))
        assert got == [[x] for x in picks]
        return set(picks)

    loops = (lambda seed=s: asyncio.run(main(seed)) for s in range(LOOPS))
    asked = together(*loops)
    assert runs == {x: int(x in set().union(*asked)) for x in runs}


def test_each_generator_is_run_once():
    lock, runs = threading.Lock(), dict.fromkeys(range(KEYS), 0)

    @gr.cache(max_size=0)
    def generator(x):
        with lock:
            runs[x] += 1
        yield [x]
        yield [x, x]

    def call(seed):
        for x in random.Random(seed).choices(range(KEYS), k=CALLS // 2):
            assert list(generator(x)) == [[x], [x, x]]

    together(*(lambda seed=s: call(seed) for s in range(THREADS)))
    assert max(runs.values()) == 1
    assert engine_of(generator).cache.streams._streams == {}


def test_memory_stays_within_its_limit():
    limit = 200_000

    @gr.cache(max_memory=limit, max_size=20)
    def zeros(x):
        return np.full(1000 * (x + 1), x, np.uint8)

    store = engine_of(zeros).cache.store

    def call(seed):
        for x in random.Random(seed).choices(range(KEYS), k=CALLS // 2):
            assert (zeros(x) == x).all()
            assert sum(e.size for e in store.entries()) <= limit
            assert len(zeros.cache) <= 20

    together(*(lambda seed=s: call(seed) for s in range(16)))


def test_no_update_of_a_cache_is_lost():
    c = gr.Cache(max_size=0)

    def work(thread):
        for i in range(CALLS // 2):
            c.set((thread, i), twice=[thread, i])
            assert c.get((thread, i)) == {"twice": [thread, i]}

    together(*(lambda t=t: work(t) for t in range(THREADS)))
    assert len(c) == THREADS * (CALLS // 2)
