import asyncio
from types import SimpleNamespace

from gradio.caching.serving.queueing.session_order import SessionOrder
from support.queued import Stub


def event(session="s", group="g", stateful=True):
    fn = SimpleNamespace(inputs=[SimpleNamespace(stateful=stateful)])
    return Stub(session_hash=session, concurrency_id=group, fn=fn)


def order(answered=(), waiting=(), running=()):
    queue = SimpleNamespace(
        event_queue_per_concurrency_id={"g": SimpleNamespace(queue=list(waiting))},
        active_jobs=[None, list(running)],
    )
    return SessionOrder(queue, SimpleNamespace(items=lambda: list(answered)))


def test_what_waits_or_runs_for_the_session_comes_before():
    for place in ("waiting", "running"):
        assert not order(**{place: [event()]}).is_next(event())
        assert order(**{place: [event("other"), event(group="h")]}).is_next(event())


def test_an_event_does_not_come_before_itself():
    me = event()
    assert order(running=[me]).is_next(me)


def test_what_reads_no_state_waits_for_nobody():
    assert order(running=[event()]).is_next(event(stateful=False))
    assert order([(event(), None)]).earlier_answers(event(stateful=False)) is None


def test_answers_that_are_being_given_are_waited_for_however_they_end():
    async def main():
        loop = asyncio.get_running_loop()
        ends = [loop.create_future() for _ in range(3)]
        mine = order([(event(), end) for end in ends]).earlier_answers(event())
        waits = asyncio.ensure_future(mine)
        ends[0].set_result(None)
        ends[1].set_exception(ValueError())
        await asyncio.sleep(0)
        assert not waits.done()
        ends[2].cancel()
        await waits

    asyncio.run(main())


def test_who_gives_up_waiting_ends_no_answer():
    async def main():
        answer = asyncio.get_running_loop().create_future()
        mine = order([(event(), answer)]).earlier_answers(event())
        mine.cancel()
        await asyncio.sleep(0)
        assert not answer.cancelled()
        answer.set_result(None)

    asyncio.run(main())


def test_answers_to_others_are_not_waited_for():
    others = [(event("other"), None), (event(group="h"), None)]
    assert order(others).earlier_answers(event()) is None
