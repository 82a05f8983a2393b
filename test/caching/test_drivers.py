import asyncio
import threading

import pytest

from gradio.caching.decorator import cache
from gradio.caching.drivers import drive, drive_async, key_in_loop, makes_key_at_once
from gradio.caching.offload import QUICK_BYTES
from gradio.caching.read_through import Work
from gradio.caching.wrapping import engine_of
from support.threads import threads_of


async def later(fn):
    return fn()


def in_thread(steps, compute, *perform):
    return drive(steps, compute, *perform)


def in_loop(steps, compute, *perform):
    """As in a thread, for what is computed in an event loop."""

    async def main():
        return await drive_async(steps, lambda: later(compute), *perform)

    return asyncio.run(main())


each_driver = pytest.mark.parametrize("run", [in_thread, in_loop])


@each_driver
def test_steps_are_sent_what_they_ask_for_and_return_their_result(run):
    def steps():
        computed = yield None
        worked = yield Work("light", lambda: "worked")
        return computed, worked

    assert run(steps(), lambda: "computed") == ("computed", "worked")


@each_driver
def test_steps_that_ask_for_nothing(run):
    def steps():
        return "known"
        yield

    assert run(steps(), lambda: pytest.fail("it was computed")) == "known"


class OwnError(Exception):
    pass


@each_driver
@pytest.mark.parametrize("error", [OwnError("no"), StopIteration(1), RuntimeError()])
def test_an_error_passes_through_the_steps_as_itself(run, error):
    ended = []

    def steps():
        try:
            yield None
        finally:
            ended.append(True)

    def fail():
        raise error

    # In a coroutine, Python makes another one of a StopIteration.
    kind = RuntimeError if run is in_loop else type(error)
    with pytest.raises((type(error), kind)) as raised:
        run(steps(), fail)
    assert error in (raised.value, raised.value.__cause__)
    assert ended == [True]


@each_driver
def test_steps_may_go_on_after_an_error(run):
    def steps():
        try:
            yield None
        except OwnError:
            return (yield Work("light", lambda: "instead"))

    def fail():
        raise OwnError

    assert run(steps(), fail) == "instead"


@pytest.mark.parametrize("error", [OwnError("their own"), RuntimeError("their own")])
@each_driver
def test_an_error_of_the_steps_themselves_is_theirs(run, error):
    def steps():
        try:
            yield None
        except OwnError:
            raise error from None

    def fail():
        raise OwnError

    with pytest.raises(type(error), match="their own"):
        run(steps(), fail)


def test_steps_end_when_their_task_is_cancelled():
    ended = []

    def steps():
        try:
            yield None
        except asyncio.CancelledError:
            ended.append(True)
            raise

    async def main():
        driving = drive_async(steps(), asyncio.Event().wait)
        task = asyncio.ensure_future(driving)
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()

    asyncio.run(main())
    assert ended == [True]


def test_heavy_work_is_done_beside_the_loop():
    def steps(value):
        return (yield Work(value, threading.get_ident))

    async def main(value):
        return await drive_async(steps(value), asyncio.Event().wait)

    here = threading.get_ident()
    assert asyncio.run(main("light")) == here
    assert asyncio.run(main("x" * (QUICK_BYTES + 1))) != here


def test_others_may_say_how_a_step_is_performed():
    def steps():
        return (yield 2, 3), (yield 4, 5)

    def perform(step, compute):
        return compute(*step)

    async def later_times(a, b):
        return a * b

    assert drive(steps(), lambda a, b: a * b, perform) == (6, 20)
    assert asyncio.run(drive_async(steps(), later_times, perform)) == (6, 20)


LONG = "x" * (QUICK_BYTES + 1)


@pytest.mark.parametrize(
    ("args", "at_once", "stays"),
    [
        (("text", 1), True, True),
        ((["text"],), False, True),
        ((LONG,), False, False),
        ((["/a.txt"],), False, False),
    ],
)
def test_a_key_that_may_take_long_is_made_beside_the_loop(
    monkeypatch, args, at_once, stays
):
    engine = engine_of(cache(lambda *args: args))
    seen = threads_of(monkeypatch, engine, "key_of")
    assert makes_key_at_once(engine, args, {}) is at_once
    assert asyncio.run(key_in_loop(engine, args, {})) == engine.key_of(args, {})
    assert (seen == {threading.get_ident()}) is stays


def test_a_user_s_key_is_asked_where_its_loop_is():
    engine = engine_of(cache(lambda text: text, key=lambda _: threading.get_ident()))
    assert makes_key_at_once(engine, (LONG,), {})
    made = asyncio.run(key_in_loop(engine, (LONG,), {}))
    assert made == engine.key_of((LONG,), {})
