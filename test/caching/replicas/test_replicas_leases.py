"""Leases that end, and results that come too late for them."""

from __future__ import annotations

import pytest

from gradio.caching.leases import HELD
from gradio.caching.stores.backing import LEASE
from gradio.caching.watch import WATCH
from gradio.caching.writes import WRITES
from support.ageing import EACH_KIND, cached
from support.gates import DEADLINE
from support.held_calls import RUNS, SHARED, Held, waiting


@SHARED
def test_a_killed_leader_s_lease_ends(kind, processes, callers, server, pool):
    held = Held(processes, kind, 2, version="1")
    first = held.lead(pool, callers)
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
    first = held.lead(pool, callers)
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
    first = held.lead(pool, callers)
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
    first = held.lead(pool, callers)
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


@EACH_KIND
@pytest.mark.parametrize("how", ["clear", "delete"])
def test_what_is_forgotten_while_it_is_computed_is_not_stored(
    kind, how, processes, callers, server, pool
):
    held = Held(processes, kind, 2, version="1")
    fn = held.fns[0]
    first = held.lead(pool, callers)
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
    first = held.lead(pool, callers)
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
    first = held.lead(pool, callers)
    held.fns[1].cache._cache.shelf.clear()
    held.fns[1].cache._cache.shelf.name  # noqa: B018
    WRITES.flush()
    WATCH.look()
    WRITES.flush()
    assert not server.leases
    held.gates[0].open()
    assert first.result(DEADLINE) == 0
