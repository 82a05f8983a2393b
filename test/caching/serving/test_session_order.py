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
    assert order([(event(), None)]).earlier_answers(event(stateful=False)) == []


def test_answers_that_are_being_given_to_the_session_come_before():
    given = [(event(), "one"), (event("other"), "two"), (event(), "three")]
    assert order(given).earlier_answers(event()) == ["one", "three"]


def test_answers_to_others_are_not_waited_for():
    others = [(event("other"), None), (event(group="h"), None)]
    assert order(others).earlier_answers(event()) == []
