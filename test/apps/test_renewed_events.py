"""Events that are answered with a stale result, and the runs that renew it."""

import itertools

import pytest

import gradio as gr
from support.ageing import EACH_KIND, cached
from support.failures import broken
from support.listeners import answer, blocks_of


@EACH_KIND
def test_it_is_given_at_once_and_one_run_renews_it(
    kind, serve, clock, renewed, settled
):
    fn = cached(kind, renewed, ttl=10, stale=20)
    app = serve(blocks_of(fn))
    assert answer(app.run(fn, "a")) == (None, "a1")
    clock.move(10)
    assert [answer(app.run(fn, "a")) for _ in range(3)] == [("full", "a1")] * 3
    renewed.gate.until_reached()
    assert answer(app.run(fn, "a")) == ("full", "a1")
    renewed.gate.open()
    settled.wait()
    assert answer(app.run(fn, "a")) == ("full", "a2")
    assert renewed.count == 2
    info = fn.cache.info()
    assert (info.hits, info.stale_hits, info.misses) == (5, 4, 1)


def test_it_waits_for_its_turn_under_the_function_s_own_limit(
    serve, clock, renewed, settled, gate
):
    def busy(text):
        gate.wait()
        return text

    fn = cached("function", renewed, ttl=10, stale=20)
    app = serve(blocks_of(fn, busy, concurrency_id="all", concurrency_limit=1))
    app.run(fn, "a")
    clock.move(10)
    app.join(busy, "x", session="busy")
    gate.until_reached()
    assert answer(app.run(fn, "a")) == ("full", "a1")
    assert len(app.queue) == 1
    assert renewed.count == 1
    renewed.gate.open()
    gate.open()
    settled.wait()
    assert answer(app.run(fn, "a")) == ("full", "a2")


@pytest.mark.parametrize("forget", ["clear", "delete"])
def test_what_was_forgotten_meanwhile_is_not_given(
    forget, serve, clock, renewed, settled
):
    fn = cached("function", renewed, ttl=10, stale=20)
    app = serve(blocks_of(fn))
    app.run(fn, "a")
    clock.move(10)
    app.run(fn, "a")
    renewed.gate.until_reached()
    fn.cache.clear() if forget == "clear" else fn.cache.delete("a")
    renewed.gate.open()
    settled.wait()
    assert len(fn.cache) == 0
    assert answer(app.run(fn, "a")) == (None, "a3")


def test_nor_if_it_was_forgotten_before_its_turn(serve, clock, renewed, settled, gate):
    def busy(text):
        gate.wait()
        return text

    fn = cached("function", renewed, ttl=10, stale=20)
    app = serve(blocks_of(fn, busy, concurrency_id="all", concurrency_limit=1))
    app.run(fn, "a")
    clock.move(10)
    app.join(busy, "x", session="busy")
    gate.until_reached()
    app.run(fn, "a")
    fn.cache.clear()
    renewed.gate.open()
    gate.open()
    settled.wait()
    assert len(fn.cache) == 0


@EACH_KIND
def test_one_that_fails_backs_off(kind, serve, clock, settled):
    runs = itertools.count(1)

    def fails(text):
        if (run := next(runs)) > 1:
            raise gr.Error("no", print_exception=False)
        return f"{text}{run}"

    fn = cached(kind, fails, ttl=10, stale=20)
    app = serve(blocks_of(fn))
    app.run(fn, "a")
    clock.move(10)
    for pause in (1, 2, 4):
        assert answer(app.run(fn, "a")) == ("full", "a1")
        settled.wait()
        clock.move(pause - 0.1)
        assert answer(app.run(fn, "a")) == ("full", "a1")
        assert settled.none_more
        clock.move(0.1)
    clock.move(13)
    assert not app.run(fn, "a").success


def test_who_comes_after_the_end_of_the_old_result_follows_its_renewal(
    serve, clock, renewed, settled
):
    fn = cached("function", renewed, ttl=10, stale=20)
    app = serve(blocks_of(fn))
    app.run(fn, "a")
    clock.move(29)
    app.run(fn, "a")
    renewed.gate.until_reached()
    clock.move(1)
    session = app.session()
    event = app.join(fn, "a", session=session)
    renewed.gate.open()
    with app.listen(session) as stream:
        [done] = [m for m in stream if m["msg"] == "process_completed"]
    assert done["event_id"] == event
    assert done["output"]["data"] == ["a2"]
    assert renewed.count == 2


def test_what_is_too_old_is_computed_though_its_request_is_known(serve, clock, renewed):
    fn = cached("function", renewed, ttl=10)
    app = serve(blocks_of(fn))
    renewed.gate.open()
    assert [app.run(fn, "a").used for _ in range(3)] == [None, "full", "full"]
    clock.move(10)
    assert answer(app.run(fn, "a")) == (None, "a2")
    assert answer(app.run(fn, "a")) == ("full", "a2")


def test_who_has_left_ends_no_renewal(serve, clock, renewed, settled):
    fn = cached("function", renewed, ttl=10, stale=20)
    app = serve(blocks_of(fn))
    app.run(fn, "a")
    clock.move(10)
    app.run(fn, "a", session="left")
    renewed.gate.until_reached()
    app.cancel("left", "no event", fn).result()
    renewed.gate.open()
    settled.wait()
    assert answer(app.run(fn, "a")) == ("full", "a2")


def test_a_full_queue_gives_it_and_renews_it_later(
    serve, clock, renewed, settled, gate
):
    def busy(text):
        gate.wait()
        return text

    fn = cached("function", renewed, ttl=10, stale=20)
    demo = blocks_of(fn, busy, concurrency_id="all", concurrency_limit=1)
    app = serve(demo.queue(max_size=1))
    app.run(fn, "a")
    clock.move(10)
    app.join(busy, "x", session="busy")
    gate.until_reached()
    app.join(busy, "y", session="busy")
    assert answer(app.run(fn, "a")) == ("full", "a1")
    assert len(app.queue) == 1
    settled.wait()
    renewed.gate.open()
    gate.open()
    with app.listen("busy") as stream:
        assert len([m for m in stream if m["msg"] == "process_completed"]) == 2
    assert answer(app.run(fn, "a")) == ("full", "a1")
    settled.wait()
    assert answer(app.run(fn, "a")) == ("full", "a2")


def test_a_renewal_that_can_not_begin_is_logged_and_breaks_no_event(
    serve, clock, renewed, settled, monkeypatch, caplog
):
    fn = cached("function", renewed, ttl=10, stale=20)
    app = serve(blocks_of(fn))
    app.run(fn, "a")
    clock.move(10)
    with monkeypatch.context() as patch:
        patch.setattr("gradio.caching.serving.renewals.UnprocessedPayload", broken)
        assert [answer(app.run(fn, "a")) for _ in range(2)] == [("full", "a1")] * 2
    assert caplog.text.count("The cache failed in renewing an entry") == 1
    renewed.gate.open()
    assert answer(app.run(fn, "a")) == ("full", "a1")
    settled.wait()
    assert answer(app.run(fn, "a")) == ("full", "a2")
