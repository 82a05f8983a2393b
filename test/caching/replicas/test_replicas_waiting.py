"""Processes that wait for each other, and what is computed anew by one of them."""

from __future__ import annotations

import threading

from gradio.caching import asking
from gradio.caching.leases import HELD
from gradio.caching.writes import WRITES
from support.ageing import Settled, cached
from support.gates import DEADLINE, Gate, Noticed
from support.held_calls import RUNS, SHARED, Held, waiting
from support.restarts import Runs


@SHARED
def test_a_stale_entry_is_renewed_by_one_process(
    kind, processes, callers, server, monkeypatch
):
    settled, gate = Settled(monkeypatch), Gate()

    def body(x):
        RUNS.append(x)
        if len(RUNS) > 1:
            gate.wait()
        return len(RUNS)

    settings = {"version": "1", "ttl": 10, "stale": 1000}
    fns = [cached(kind, body, store=processes.backing(), **settings) for _ in range(3)]
    assert [callers[i](fns[i], "a") for i in range(3)] == [1, 1, 1]
    server.move(20)
    assert callers[0](fns[0], "a") == 1
    gate.until_reached()
    for i in (1, 2):
        assert callers[i](fns[i], "a") == 1
        settled.wait()  # they leave it to the first
    assert len(RUNS) == 2
    gate.open()
    settled.wait()
    assert callers[0](fns[0], "a") == 2
    WRITES.flush()
    server.move(2)
    for i in (1, 2):
        assert callers[i](fns[i], "a") == 1
        settled.wait()
        assert callers[i](fns[i], "a") == 2
    assert len(RUNS) == 2
    assert not server.leases


@SHARED
def test_a_refresh_computes_whoever_leads(kind, processes, callers, server, pool):
    held = Held(processes, kind, 3, version="1")
    first = held.lead(pool, callers)

    def refresh():
        return callers[1].wait_for(held.fns[1].cache.refresh("a"))

    anew = pool.submit(refresh)
    held.gates[1].until_reached()
    held.gates[1].open()
    assert anew.result(DEADLINE) == 1
    held.gates[0].open()
    assert first.result(DEADLINE) == 0
    WRITES.flush()
    again = pool.submit(refresh)
    assert again.result(DEADLINE) == 1
    WRITES.flush()
    held.ones[2].result = "never"
    assert callers[2](held.fns[2], "a") == 1


def test_two_that_wait_for_each_other_go_on_after_a_while(
    processes, callers, server, pool
):
    """One leads x and wants y, the other leads y and wants x."""
    both = threading.Barrier(2)

    class Process(Runs):
        def __call__(self, x):
            RUNS.append((self.first, x))
            if self.first == x:
                both.wait(DEADLINE)
                return x + self.fn("y" if x == "x" else "x")
            return x

    def process(first):
        mine = Process()
        mine.first = first
        mine.fn = cached("function", mine, store=processes.backing(), version="1")
        return mine.fn

    fns = [process(name) for name in "xy"]
    calls = [pool.submit(fn, name) for fn, name in zip(fns, "xy", strict=True)]
    waiting(processes, 2)
    server.move(asking.PATIENCE - 1)
    waiting(processes, 4)
    assert len(RUNS) == 2
    HELD.renew()
    server.move(2)
    results = [call.result(DEADLINE) for call in calls]
    # The second to lose patience may find what the first has made.
    assert (results[0] in ("xy", "xyx"), results[1] in ("yx", "yxy")) == (True, True)


def test_two_that_wait_through_others_of_their_process_go_on(
    processes, callers, server, pool
):
    """As before; but what each wants, another thread of its process waits for."""
    go_on = {"x": threading.Event(), "y": threading.Event()}
    reached = threading.Semaphore(0)

    class Process(Runs):
        def __call__(self, x):
            RUNS.append((self.first, x))
            if x == self.first:
                reached.release()
                assert go_on[x].wait(DEADLINE)
                return x + self.fn(self.second)
            return x

    def process(first, second):
        mine = Process()
        mine.first, mine.second = first, second
        mine.fn = cached("function", mine, store=processes.backing(), version="1")
        return mine.fn

    one, other = process("x", "y"), process("y", "x")
    noticed = [Noticed(fn) for fn in (one, other)]
    calls = [pool.submit(one, "x"), pool.submit(other, "y")]
    for _ in range(2):
        assert reached.acquire(timeout=DEADLINE)
    calls += [pool.submit(one, "y"), pool.submit(other, "x")]
    waiting(processes, 2)
    for gate in go_on.values():
        gate.set()
    for each in noticed:
        each.wait_for(1)
    server.move(1)
    waiting(processes, 4)
    HELD.renew()
    server.move(asking.PATIENCE)
    results = [call.result(DEADLINE) for call in calls]
    assert (results[0] in ("xy", "xyx"), results[1] in ("yx", "yxy")) == (True, True)


def test_what_is_called_by_what_others_wait_for_runs_once(
    processes, callers, server, pool
):
    """A shared step of different calls: nobody waits for who waits for it."""
    gate = Gate()

    class Process(Runs):
        def __call__(self, x):
            if x == "same":
                RUNS.append("step")
                gate.wait()
                return x
            return x, self.fn("same")

    def process():
        mine = Process()
        mine.fn = cached("function", mine, store=processes.backing(), version="1")
        return mine.fn

    fns = [process() for _ in range(3)]
    calls = [pool.submit(fn, i) for i, fn in enumerate(fns)]
    gate.until_reached()
    waiting(processes, 2)
    gate.open()
    assert [call.result(DEADLINE) for call in calls] == [
        (0, "same"),
        (1, "same"),
        (2, "same"),
    ]
    assert RUNS == ["step"]
