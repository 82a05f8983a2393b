import asyncio
import contextvars
import threading

import pytest

from gradio.caching.inflight.flights import Flights, Outcome, follow, follow_async
from support.gates import in_own_context


@pytest.fixture
def flights():
    return Flights()


def test_the_first_leads_and_the_others_follow(flights):
    first, is_leader = flights.join("a")
    second, is_second_leader = flights.join("a")
    other, is_other_leader = flights.join("b")
    assert (is_leader, is_second_leader, is_other_leader) == (True, False, True)
    assert first is second is not other


def test_followers_get_what_it_resolves_to(flights, pool):
    flight, _ = flights.join("a")
    waiting = [pool.submit(follow, flights.join("a")[0]) for _ in range(5)]
    with flights.lead(flight):
        flights.resolve(flight, "result")
    assert [w.result() for w in waiting] == ["result"] * 5


def test_nothing_of_an_ended_flight_is_kept(flights):
    for _ in range(100):
        flight, _ = flights.join("a")
        with flights.lead(flight):
            flights.resolve(flight, 1)
    assert len(flights._flights) == 0
    assert flights.join("a")[1]


def test_an_abandoned_computation_may_end_while_another_is_joined(flights):
    def computation():
        with flights.lead(flights.join("a")[0]):
            yield

    class EndsAnother(str):
        def __hash__(self):
            # As the collector does, at any moment.
            abandoned.close()
            return super().__hash__()

    abandoned = computation()
    next(abandoned)
    joining = threading.Thread(target=flights.join, args=[EndsAnother("b")])
    joining.daemon = True
    joining.start()
    joining.join(timeout=30)
    assert not joining.is_alive()
    assert flights.join("a")[1]


@pytest.mark.parametrize(
    "error", [asyncio.CancelledError, KeyboardInterrupt, GeneratorExit]
)
def test_a_leader_that_is_cancelled_leaves_the_flight_to_the_next(flights, pool, error):
    flight, _ = flights.join("a")
    waiting = pool.submit(follow, flights.join("a")[0])
    with pytest.raises(error), flights.lead(flight):
        raise error
    assert waiting.result() is Outcome.ABANDONED
    assert flights.join("a")[1]


def test_a_leader_that_lands_nothing_shares_nothing(flights, pool):
    flight, _ = flights.join("a")
    waiting = pool.submit(follow, flights.join("a")[0])
    with flights.lead(flight):
        pass
    assert waiting.result() is Outcome.UNSHARED


def test_the_same_inside_itself_computes_alone(flights):
    flight, _ = flights.join("a")
    with flights.lead(flight):
        assert flights.join("a") == (None, False)
    assert flights.join("a")[1]


def test_another_inside_may_be_led(flights):
    flight, _ = flights.join("a")
    with flights.lead(flight):
        assert flights.join("b")[1]


def test_a_circle_of_threads_does_not_wait_for_ever(flights, pool):
    both_lead = threading.Barrier(2)

    def call(key, other):
        flight, _ = flights.join(key)
        with flights.lead(flight):
            both_lead.wait()
            joined, _ = flights.join(other)
            value = "alone" if joined is None else follow(joined)
            flights.resolve(flight, f"{key}({value})")
        return f"{key}({value})"

    a = in_own_context(pool, call, "a", "b")
    b = in_own_context(pool, call, "b", "a")
    assert {a.result(), b.result()} in (
        {"a(alone)", "b(a(alone))"},
        {"b(alone)", "a(b(alone))"},
    )


def test_a_circle_across_two_caches(pool):
    both_lead, tables = threading.Barrier(2), {"a": Flights(), "b": Flights()}

    def call(mine, other):
        flight, _ = tables[mine].join(1)
        with tables[mine].lead(flight):
            both_lead.wait()
            joined, _ = tables[other].join(1)
            value = 0 if joined is None else follow(joined)
            tables[mine].resolve(flight, value + 1)
        return value + 1

    a = in_own_context(pool, call, "a", "b")
    b = in_own_context(pool, call, "b", "a")
    assert sorted([a.result(), b.result()]) == [1, 2]


def test_a_circle_of_many(flights, pool):
    size = 6
    all_lead = threading.Barrier(size)

    def call(key):
        flight, _ = flights.join(key)
        with flights.lead(flight):
            all_lead.wait()
            joined, _ = flights.join((key + 1) % size)
            value = 0 if joined is None else follow(joined)
            flights.resolve(flight, value + 1)
        return value + 1

    calls = [in_own_context(pool, call, key) for key in range(size)]
    assert sorted(c.result() for c in calls) == [1, 2, 3, 4, 5, 6]


def test_waiting_twice_for_the_same_leaves_no_trace(flights, pool):
    """Two tasks of one leader that wait for the same flight."""
    theirs, mine = flights.join("theirs")[0], flights.join("mine")[0]
    with flights.lead(mine):
        context = contextvars.copy_context()
        waits = [context.copy() for _ in range(2)]
        joined = [c.run(flights.join, "theirs")[0] for c in waits]
        waiting = [
            pool.submit(c.run, follow, f) for c, f in zip(waits, joined, strict=True)
        ]
        flights.resolve(theirs, 1)
        assert [w.result() for w in waiting] == [1, 1]
        assert mine.waits_for == []


def test_followers_in_event_loops_and_threads_alike(flights, pool):
    flight, _ = flights.join("a")
    joined = threading.Barrier(4)

    def in_a_loop():
        async def wait():
            followed, _ = flights.join("a")
            joined.wait()
            return await follow_async(followed)

        return asyncio.run(wait())

    waiting = [in_own_context(pool, in_a_loop) for _ in range(3)]
    joined.wait()
    with flights.lead(flight):
        flights.resolve(flight, "result")
    assert [w.result() for w in waiting] == ["result"] * 3


def test_a_follower_that_is_cancelled_stops_nobody(flights):
    async def main():
        flight, _ = flights.join("a")
        leaves = asyncio.ensure_future(follow_async(flights.join("a")[0]))
        stays = asyncio.ensure_future(follow_async(flights.join("a")[0]))
        await asyncio.sleep(0)
        leaves.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaves
        with flights.lead(flight):
            flights.resolve(flight, "result")
        return await stays

    assert asyncio.run(main()) == "result"
