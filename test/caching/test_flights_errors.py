"""What followers of a flight get when its leader fails."""

import asyncio
import gc
import traceback

import pytest

from gradio.caching.inflight.flights import Flights, follow, follow_async


@pytest.fixture
def flights():
    return Flights()


def test_followers_get_the_leader_s_error_each_its_own(flights, pool):
    (flight, _), error = flights.join("a"), ValueError("no")
    waiting = [pool.submit(follow, flights.join("a")[0]) for _ in range(3)]
    with pytest.raises(ValueError, match="no") as led, flights.lead(flight):
        raise error
    assert led.value is error
    got = [w.exception() for w in waiting]
    assert [repr(e) for e in got] == ["ValueError('no')"] * 3
    assert len({*map(id, got), id(error)}) == 4
    assert flights.join("a")[1]


def test_what_the_leader_s_caller_does_to_its_error_followers_do_not_see(flights):
    flight, *followed = [flights.join("a")[0] for _ in range(3)]
    with pytest.raises(ValueError, match="^no$") as led, flights.lead(flight):
        raise ValueError("no")
    led.value.args = ("changed",)
    for flight in followed:
        with pytest.raises(ValueError, match="^no$") as got:
            follow(flight)
        got.value.args = ("changed",)


def test_a_follower_s_traceback_shows_the_leader_s_frames_and_its_own(flights):
    def fails():
        raise ValueError("no")

    flight, *followed = [flights.join("a")[0] for _ in range(4)]
    with pytest.raises(ValueError, match="^no$"), flights.lead(flight):
        fails()
    for flight in followed:
        with pytest.raises(ValueError, match="^no$") as got:
            follow(flight)
        names = [entry.name for entry in got.traceback]
        assert names[-1] == "fails"
        assert names.count("follow") == names.count("fails") == 1


def test_an_error_that_can_not_be_copied_is_every_follower_s(flights):
    class RefusingError(Exception):
        def __reduce__(self):
            raise TypeError

    (flight, _), error = flights.join("a"), RefusingError()
    followed = flights.join("a")[0]
    with pytest.raises(RefusingError), flights.lead(flight):
        raise error
    with pytest.raises(RefusingError) as got:
        follow(followed)
    assert got.value is error


def test_followers_in_event_loops_get_errors_of_their_own(flights):
    async def main():
        flight, _ = flights.join("a")
        waiting = [follow_async(flights.join("a")[0]) for _ in range(3)]
        waiting = asyncio.gather(*waiting, return_exceptions=True)
        await asyncio.sleep(0)
        with pytest.raises(ValueError, match="no"), flights.lead(flight):
            raise ValueError("no")
        return await waiting

    errors = asyncio.run(main())
    assert [repr(e) for e in errors] == ["ValueError('no')"] * 3
    assert len(set(map(id, errors))) == 3
    for error in errors:
        names = [f.name for f in traceback.extract_tb(error.__traceback__)]
        assert names[-1] == "main"
        assert names.count("follow_async") == 1


def test_an_error_nobody_waits_for_any_more_is_not_reported(flights):
    reported = []

    async def main():
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: reported.append(context))
        flight, _ = flights.join("a")
        leaves = asyncio.ensure_future(follow_async(flights.join("a")[0]))
        await asyncio.sleep(0)
        leaves.cancel()
        await asyncio.wait([leaves])
        with pytest.raises(ValueError, match="no"), flights.lead(flight):
            raise ValueError("no")
        del leaves, flight
        await asyncio.sleep(0)
        gc.collect()

    asyncio.run(main())
    assert reported == []
