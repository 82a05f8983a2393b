"""Followers of generators, which go on when others leave."""

import pytest

import gradio as gr
from support.listeners import blocks_of
from support.waiting import Waiting, answers


def steps_of(gate, n=4, stop=2):
    @gr.cache
    def fn(text):
        for i in range(1, n + 1):
            if i == stop + 1:
                gate.wait()
            yield f"{text}{i}"

    return fn


def test_a_follower_of_a_generator_sees_all_so_far_and_then_the_rest_live(serve, gate):
    fn = steps_of(gate)
    app = serve(blocks_of(fn))
    leader = Waiting(app, fn, "a")
    leader.until("process_generating", 2)
    gate.until_reached()
    follower = Waiting(app, fn, "a")
    follower.until("process_generating", 2)
    assert not follower.of("process_completed")
    gate.open()
    assert answers([leader, follower]) == [["a4"], ["a4"]]
    outputs = [
        [m["output"]["data"] for m in w.of("process_generating")]
        for w in (leader, follower)
    ]
    assert outputs[0] == outputs[1]
    assert gate.runs == 1


@pytest.mark.parametrize("steps", [0, 2])
def test_when_the_leader_leaves_its_followers_go_on(serve, gate, steps):
    fn = steps_of(gate, stop=steps)
    app = serve(blocks_of(fn))
    session = app.session()
    event = app.join(fn, "a", session=session)
    with app.listen(session) as stream:
        gate.until_reached()
        follower = Waiting(app, fn, "a")
        follower.until("process_starts")
        follower.until("process_generating", steps)
        # It waits for the generator, which can't be closed while it runs.
        cancelled = app.cancel(session, event)
        gate.open()
        stream.until("process_completed")
        cancelled.result()
    assert follower.done()["output"]["data"] == ["a4"]
    assert len(follower.of("process_generating")) == 4
    assert gate.runs == 1


def test_when_a_follower_leaves_the_leader_goes_on(serve, gate):
    fn = steps_of(gate)
    app = serve(blocks_of(fn))
    leader = Waiting(app, fn, "a")
    gate.until_reached()
    session = app.session()
    event = app.join(fn, "a", session=session)
    with app.listen(session) as stream:
        stream.until("process_generating")
        app.cancel(session, event).result()
        stream.until("process_completed")
    gate.open()
    assert leader.done()["output"]["data"] == ["a4"]
    assert app.run(fn, "a").used == "full"
