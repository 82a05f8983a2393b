"""One run over all processes: calls of cached functions, over a store with leases."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

import gradio as gr
from gradio.caching import asking
from gradio.caching.leases import HELD
from gradio.caching.stores.backing import LEASE
from gradio.caching.watch import WATCH
from gradio.caching.writes import WRITES
from support.ageing import EACH_KIND, KINDS, Callers, Settled, cached
from support.gates import DEADLINE, Gate
from support.replicas import Processes
from support.restarts import Runs

RUNS = Runs()
SHARED = pytest.mark.parametrize("kind", KINDS[:2])


@pytest.fixture(autouse=True)
def _none_yet():
    RUNS.clear()


@pytest.fixture
def processes(monkeypatch):
    return Processes(monkeypatch)


@pytest.fixture
def server(processes):
    return processes.server


@pytest.fixture
def callers():
    callers = [Callers() for _ in range(4)]
    yield callers
    for each in callers:
        each.close()


class One:
    """What a function is held up by in one process, and what it gives there."""

    def __init__(self, number):
        self.number = self.result = number
        self.gate = Gate()

    def __call__(self, x):
        RUNS.append(self.number)
        self.gate.wait()
        if isinstance(self.result, BaseException):
            raise self.result
        return self.result


class Held:
    """A function that is held up in each process until its gate is opened."""

    def __init__(self, processes, kind, count, **settings):
        self.ones = [One(number) for number in range(count)]
        self.gates = [one.gate for one in self.ones]
        self.fns = [
            cached(kind, one, store=processes.backing(), **settings)
            for one in self.ones
        ]


def waiting(processes, number=1):
    """Waits until so many pauses were begun by those who wait for another process."""
    processes.pauses.until(number)


@SHARED
def test_fifty_equal_calls_of_four_processes_run_once(
    kind, processes, callers, server, pool
):
    held = Held(processes, kind, 4, version="1")
    first = pool.submit(callers[0], held.fns[0], "a")
    held.gates[0].until_reached()
    with ThreadPoolExecutor(50) as many:
        calls = [
            many.submit(callers[i % 4], held.fns[i % 4], "a") for i in range(1, 51)
        ]
        waiting(processes, 3)
        held.gates[0].open()
        results = {call.result(DEADLINE) for call in (first, *calls)}
    assert results == {0}
    assert RUNS == [0]
    assert server.count("put") == 1
    assert not server.leases


@SHARED
def test_pauses_grow_and_each_process_asks_once(kind, processes, callers, server, pool):
    held = Held(processes, kind, 2, version="1")
    first = pool.submit(callers[0], held.fns[0], "a")
    held.gates[0].until_reached()
    others = [pool.submit(callers[1], held.fns[1], "a") for _ in range(8)]
    for number in range(1, 8):
        waiting(processes, number)
        server.move(0.001)
    asked = server.count("ask")
    assert asked <= 9
    held.gates[0].open()
    assert [each.result(DEADLINE) for each in (first, *others)] == [0] * 9
    assert processes.pauses.seconds[:6] == [0.02, 0.04, 0.08, 0.16, 0.25, 0.25]


@SHARED
def test_all_run_at_once_when_the_leader_fails(kind, processes, callers, pool):
    held = Held(processes, kind, 4, version="1")
    held.ones[0].result = ValueError("no")
    first = pool.submit(callers[0], held.fns[0], "a")
    held.gates[0].until_reached()
    others = [pool.submit(callers[i], held.fns[i], "a") for i in (1, 2, 3)]
    waiting(processes, 3)
    held.gates[0].open()
    with pytest.raises(ValueError, match="no"):
        first.result(DEADLINE)
    for gate in held.gates[1:]:
        gate.until_reached()
    for gate in held.gates[1:]:
        gate.open()
    assert [each.result(DEADLINE) for each in others] == [1, 2, 3]


def test_the_next_one_leads_when_the_leader_is_cancelled(processes, callers, pool):
    held = Held(processes, "function", 3, version="1")
    fn = held.fns[0]

    async def endless(x):
        RUNS.append("endless")
        await asyncio.Event().wait()

    endless.__qualname__ = held.fns[0].__qualname__
    backing = processes.backing()
    leader = gr.cache(endless, store=backing, version="1")
    place = named_alike(leader, fn)

    async def led():
        task = asyncio.ensure_future(leader("a"))
        while not RUNS:
            await asyncio.sleep(0.001)
        assert HELD.find(backing, place())
        others = [pool.submit(callers[i], held.fns[i], "a") for i in (1, 2)]
        await asyncio.to_thread(waiting, processes, 2)
        task.cancel()
        await asyncio.wait({task})
        return others

    others = asyncio.run(led())
    for _ in range(2):
        for gate in held.gates:
            gate.open()
    results = {each.result(DEADLINE) for each in others}
    assert len(results) == 1
    assert len(RUNS) == 2


def named_alike(one, other):
    """Lets two functions share a shelf, though one is a coroutine function."""
    mine, theirs = one.cache._cache.shelf, other.cache._cache.shelf
    mine._keys = theirs._keys
    mine._writer._keys = theirs._keys
    return lambda: mine._keys.place(one.cache._engine.key_of(("a",), {}).lasting.digest)


@SHARED
def test_a_killed_leader_s_lease_ends(kind, processes, callers, server, pool):
    held = Held(processes, kind, 2, version="1")
    first = pool.submit(callers[0], held.fns[0], "a")
    held.gates[0].until_reached()
    other = pool.submit(callers[1], held.fns[1], "a")
    waiting(processes)
    server.move(LEASE - 1)
    waiting(processes, 2)
    assert RUNS == [0]
    server.move(2)
    held.gates[1].until_reached()
    held.gates[1].open()
    assert other.result(DEADLINE) == 1
    WRITES.flush()
    # It only stood still: its late result is its caller's alone.
    HELD.renew()
    held.gates[0].open()
    assert first.result(DEADLINE) == 0
    WRITES.flush()
    third = cached(kind, lambda x: RUNS.append("third"), store=processes.backing())
    assert server.count("put") == 2
    (record,) = server.records.values()
    assert record.fence == 2
    del third


@SHARED
def test_a_late_result_is_not_put_while_another_leads(
    kind, processes, callers, server, pool
):
    held = Held(processes, kind, 2, version="1")
    first = pool.submit(callers[0], held.fns[0], "a")
    held.gates[0].until_reached()
    server.move(LEASE + 1)
    other = pool.submit(callers[1], held.fns[1], "a")
    held.gates[1].until_reached()
    held.gates[0].open()
    assert first.result(DEADLINE) == 0
    WRITES.flush()
    assert not server.records
    held.gates[1].open()
    assert other.result(DEADLINE) == 1
    WRITES.flush()
    (record,) = server.records.values()
    assert record.fence == 2


@SHARED
def test_a_slow_leader_keeps_its_lease(kind, processes, callers, server, pool):
    held = Held(processes, kind, 2, version="1")
    first = pool.submit(callers[0], held.fns[0], "a")
    held.gates[0].until_reached()
    other = pool.submit(callers[1], held.fns[1], "a")
    waiting(processes)
    for _ in range(5):
        server.move(LEASE - 1)
        assert HELD.renew()
    held.gates[0].open()
    assert [first.result(DEADLINE), other.result(DEADLINE)] == [0, 0]
    assert RUNS == [0]


@SHARED
def test_a_store_that_goes_lets_everybody_compute(
    kind, processes, callers, server, pool
):
    held = Held(processes, kind, 3, version="1")
    first = pool.submit(callers[0], held.fns[0], "a")
    held.gates[0].until_reached()
    others = [pool.submit(callers[i], held.fns[i], "a") for i in (1, 2)]
    waiting(processes, 2)
    with server.lock:
        server.is_away = True
        server.lock.notify_all()
    HELD.renew()
    for gate in held.gates[1:]:
        gate.until_reached()
    for gate in held.gates:
        gate.open()
    assert [each.result(DEADLINE) for each in (first, *others)] == [0, 1, 2]
    assert [callers[i](held.fns[i], "a") for i in range(3)] == [0, 1, 2]
    assert sorted(RUNS) == [0, 1, 2]


class Unpackable:
    """Is made by no store again."""

    def __init__(self):
        self.mine = lambda: None


@pytest.mark.filterwarnings("ignore:A result of")
@SHARED
def test_who_waits_for_what_can_t_be_stored_runs_at_once(
    kind, processes, callers, pool
):
    held = Held(processes, kind, 3, version="1")
    for one in held.ones:
        one.result = Unpackable()
    first = pool.submit(callers[0], held.fns[0], "a")
    held.gates[0].until_reached()
    others = [pool.submit(callers[i], held.fns[i], "a") for i in (1, 2)]
    waiting(processes, 2)
    held.gates[0].open()
    for gate in held.gates[1:]:
        gate.until_reached()
    for gate in held.gates:
        gate.open()
    assert isinstance(first.result(DEADLINE), Unpackable)
    for other in others:
        assert isinstance(other.result(DEADLINE), Unpackable)
    assert sorted(RUNS) == [0, 1, 2]


@EACH_KIND
@pytest.mark.parametrize("how", ["clear", "delete"])
def test_what_is_forgotten_while_it_is_computed_is_not_stored(
    kind, how, processes, callers, server, pool
):
    held = Held(processes, kind, 2, version="1")
    fn = held.fns[0]
    first = pool.submit(callers[0], fn, "a")
    held.gates[0].until_reached()
    if how == "clear":
        fn.cache.clear()
    else:
        callers[0].wait_for(fn.cache.delete("a"))
    WRITES.flush()
    other = pool.submit(callers[1], held.fns[1], "a")
    held.gates[1].until_reached()  # it need not wait for what will not be stored
    held.gates[0].open()
    assert first.result(DEADLINE) == 0
    WRITES.flush()
    assert not server.records
    held.gates[1].open()
    assert other.result(DEADLINE) == 1
    WRITES.flush()
    assert len(server.records) == 1


@SHARED
@pytest.mark.parametrize("how", ["clear", "delete"])
def test_what_another_forgets_is_not_stored(
    kind, how, processes, callers, server, pool
):
    held = Held(processes, kind, 2, version="1")
    first = pool.submit(callers[0], held.fns[0], "a")
    held.gates[0].until_reached()
    if how == "clear":
        held.fns[1].cache.clear()
    else:
        callers[1].wait_for(held.fns[1].cache.delete("a"))
    WRITES.flush()
    held.gates[0].open()
    assert first.result(DEADLINE) == 0
    WRITES.flush()
    assert not server.records
    assert not server.leases


@SHARED
def test_what_another_cleared_is_led_no_more(kind, processes, callers, server, pool):
    held = Held(processes, kind, 2, version="1")
    first = pool.submit(callers[0], held.fns[0], "a")
    held.gates[0].until_reached()
    held.fns[1].cache._cache.shelf.clear()
    held.fns[1].cache._cache.shelf.name  # noqa: B018
    WRITES.flush()
    WATCH.look()
    WRITES.flush()
    assert not server.leases
    held.gates[0].open()
    assert first.result(DEADLINE) == 0


def test_generators_run_once_per_process_and_share_recordings(
    processes, callers, server, pool
):
    for kind in KINDS[2:]:
        held = Held(processes, kind, 2, version="1")
        calls = [pool.submit(callers[i], held.fns[i], kind) for i in range(2)]
        for gate in held.gates:
            gate.until_reached()
        for gate in held.gates:
            gate.open()
        assert [call.result(DEADLINE) for call in calls] == [0, 1]
        WRITES.flush()
        later = cached(kind, RUNS.append, version="1", store=processes.backing())
        assert callers[0](later, kind) in (0, 1)
    assert server.count("ask") == 0


def test_a_sync_function_on_an_event_loop_asks_nobody(processes, server):
    fn = processes.cached(lambda x: x)

    async def main():
        return fn(1)

    assert asyncio.run(main()) == 1
    assert server.calls == []


def test_a_record_that_can_t_be_given_is_computed_under_a_lease(
    processes, callers, server, pool
):
    gate = Gate()

    def body(x):
        RUNS.append(x)
        if len(RUNS) == 2:
            gate.wait()
        return len(RUNS)

    settings = {"version": "1", "ttl": 10, "stale_if_error": 1000}
    first, *fns = (
        cached("function", body, store=processes.backing(), **settings)
        for _ in range(3)
    )
    assert first("a") == 1
    WRITES.flush()
    server.move(20)
    calls = [pool.submit(fn, "a") for fn in fns]
    gate.until_reached()
    waiting(processes)
    gate.open()
    assert [call.result(DEADLINE) for call in calls] == [2, 2]
    assert RUNS == ["a", "a"]


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
    first = pool.submit(callers[0], held.fns[0], "a")
    held.gates[0].until_reached()

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
    calls = [pool.submit(one, "x"), pool.submit(other, "y")]
    for _ in range(2):
        assert reached.acquire(timeout=DEADLINE)
    calls += [pool.submit(one, "y"), pool.submit(other, "x")]
    waiting(processes, 2)
    for gate in go_on.values():
        gate.set()
    while not all(fn.cache._cache.flights._flights for fn in (one, other)):
        pass
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
