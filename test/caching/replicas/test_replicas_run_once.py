"""One run over all processes: who leads, and who waits for it."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

import gradio as gr
from gradio.caching.leases import HELD
from gradio.caching.writes import WRITES
from support.ageing import KINDS, cached
from support.gates import DEADLINE, Gate
from support.held_calls import RUNS, SHARED, Held, waiting


@SHARED
def test_fifty_equal_calls_of_four_processes_run_once(
    kind, processes, callers, server, pool
):
    held = Held(processes, kind, 4, version="1")
    first = held.lead(pool, callers)
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
    first = held.lead(pool, callers)
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
    first = held.lead(pool, callers)
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


def named_alike(one, other):
    """Lets two functions share a shelf, though one is a coroutine function."""
    mine, theirs = one.cache._cache.shelf, other.cache._cache.shelf
    mine._keys = theirs._keys
    mine._writer._keys = theirs._keys
    return lambda: mine._keys.place(one.cache._engine.key_of(("a",), {}).lasting.digest)


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
    first = held.lead(pool, callers)
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
