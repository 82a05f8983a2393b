"""Where a cached event meets the queue."""

import threading

import pytest

import gradio as gr
from gradio.caching.release.runs import records_of
from gradio.caching.serving.queueing import arrival_order
from gradio.server_messages import ProcessCompletedMessage
from support.listeners import blocks_of
from support.shouting import shout


def test_a_repeated_event_is_answered_from_the_cache(serve):
    app = serve(blocks_of(shout))
    first, second = app.run(shout, "a"), app.run(shout, "a")
    assert first.data == second.data == ["A!"]
    assert (first.used, second.used) == (None, "full")
    assert first.seen() == second.seen()
    assert app.run(shout, "b").used is None


def test_the_message_says_what_the_cache_did(serve):
    app = serve(blocks_of(shout))
    fields = {"used_cache", "cache_duration", "avg_time"}
    miss = app.run(shout, "a").completed
    # What the base says of each run, it says of this.
    assert not fields & (miss.keys() - ProcessCompletedMessage.__annotations__.keys())
    assert miss.get("used_cache") is None
    hit = app.run(shout, "a").completed
    assert hit["used_cache"] == "full"
    assert hit["cache_duration"] >= 0
    listener = app.demo.fns[app.index(shout)]
    assert hit["avg_time"] == pytest.approx(shout_mean(listener))


def shout_mean(listener):
    from gradio.caching.wrapping import engine_of

    return engine_of(shout).cache.waits.seconds(listener)


def test_a_hit_waits_for_nobody(serve, gate):
    def busy(text):
        gate.wait()
        return text

    app = serve(blocks_of(shout, busy, concurrency_id="all", concurrency_limit=1))
    app.run(shout, "a")
    app.join(busy, "x", session="busy")
    gate.until_reached()
    app.join(busy, "y", session="waits")
    assert app.run(shout, "a").used == "full"
    gate.open()


def test_a_hit_takes_no_worker_thread(serve, gate):
    def busy(text):
        gate.wait()
        return text

    app = serve(blocks_of(shout, busy), max_threads=1)
    app.run(shout, "a")
    app.join(busy, "x", session="busy")
    gate.until_reached()
    assert app.run(shout, "a").used == "full"
    gate.open()


def test_misses_keep_the_order_in_which_they_came(serve, gate, monkeypatch):
    # However slow the machine is, nobody has passed the first before it may go on.
    monkeypatch.setattr(arrival_order, "PATIENCE", 30)
    order = []

    @gr.cache(key=lambda kwargs: slow_for_some(kwargs["text"]))
    def cached(text):
        order.append(text)
        return text

    def slow_for_some(text):
        if text == "0":
            may_go_on.wait(30)
        return text

    def busy(text):
        gate.wait()
        return text

    may_go_on = threading.Event()
    app = serve(blocks_of(cached, busy, concurrency_id="all", concurrency_limit=1))
    app.join(busy, "x", session="busy")
    gate.until_reached()
    for i in range(6):
        app.join(cached, str(i), session=f"s{i}")
    may_go_on.set()
    gate.open()
    for i in range(6):
        with app.listen(f"s{i}") as stream:
            assert stream.until("process_completed")["success"]
    assert order == list("012345")


def test_the_join_request_does_not_wait_for_the_lookup(serve, gate):
    @gr.cache(key=lambda kwargs: (gate.wait(), kwargs["text"])[1])
    def cached(text):
        return text

    app = serve(blocks_of(cached))
    app.join(cached, "a", session="s")
    gate.until_reached()
    gate.open()
    with app.listen("s") as stream:
        assert stream.until("process_completed")["output"]["data"] == ["a"]


def test_hits_count_in_no_average_and_no_eta(serve):
    app = serve(blocks_of(shout))
    app.run(shout, "a")
    listener = app.demo.fns[app.index(shout)]

    def figures():
        process = {f.name: t.avg_time for f, t in app.queue.process_time_per_fn.items()}
        return listener.total_runs, listener.total_runtime, process

    before = figures()
    averages = {
        app.run(shout, "a").completed["output"]["average_duration"] for _ in range(5)
    }
    assert figures() == before
    assert averages == {before[1] / before[0]}


def test_hits_leave_nothing_behind_in_the_queue(serve):
    app = serve(blocks_of(shout))
    app.run(shout, "a", session="one")
    held = len(app.queue.event_ids_to_events)
    states = len(app.demo.state_holder.session_data)
    for _ in range(20):
        assert app.run(shout, "a", session="one").used == "full"
    for _ in range(20):
        assert app.run(shout, "a").used == "full"
    assert len(app.queue.event_ids_to_events) <= held
    assert app.queue.pending_event_ids_session["one"] == set()
    assert len(app.queue) == 0
    assert len(app.demo.state_holder.session_data) == states


def test_hits_are_counted_in_the_analytics(serve):
    app = serve(blocks_of(shout), enable_monitoring=True)
    for _ in range(4):
        app.run(shout, "a")
    records = list(app.queue.event_analytics.values())
    assert [r["status"] for r in records] == ["success"] * 4
    assert [r["process_time"] is None for r in records] == [False, True, True, True]
    summary = app.queue.compute_analytics_summary(records_of(app.queue))
    assert summary["functions"]["shout"]["total_requests"] == 4


def test_an_attribute_called_cache_is_nobody_s_business(serve):
    def plain(text):
        plain.runs += 1
        return f"{text}{plain.runs}"

    plain.runs, plain.cache = 0, {"a": "wrong"}
    app = serve(blocks_of(plain))
    runs = [app.run(plain, "a") for _ in range(2)]
    assert [r.data for r in runs] == [["a1"], ["a2"]]
    assert [r.used for r in runs] == [None, None]


def test_a_wrapper_of_a_cached_function_runs_each_time(serve):
    import functools

    runs = []

    @functools.wraps(shout)
    def wrapper(text):
        runs.append(text)
        return shout(text) + "?"

    app = serve(blocks_of(wrapper))
    assert [app.run("shout", "a").data for _ in range(2)] == [["A!?"]] * 2
    assert len(runs) == 2
    assert app.run("shout", "a").used == "partial"


def test_the_same_app_can_be_served_again(serve):
    demo = blocks_of(shout)
    app = serve(demo)
    app.run(shout, "a")
    app.demo.close(verbose=False)
    again = serve(demo)
    assert again.run(shout, "a").used == "full"
    assert again.run(shout, "b").data == ["B!"]


def test_a_miss_is_taken_up_at_once(serve):
    @gr.cache
    def fn(text):
        return text.upper()

    app = serve(blocks_of(fn))
    assert app.run(fn, "a").data == ["A"]
    app.queue.sleep_when_free = 3600.0  # it would be polled too late
    for text in "bcd":
        assert app.run(fn, text).data == [text.upper()]
