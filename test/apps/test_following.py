"""Equal requests at the same time: one runs, the others follow it."""

import asyncio
import threading

import pytest

import gradio as gr
from support.listeners import blocks_of
from support.waiting import Waiting, answers, uses


@pytest.mark.parametrize("kind", ["plain", "later"])
def test_equal_requests_run_once(serve, gate, kind):
    @gr.cache
    def plain(text):
        gate.wait()
        return text.upper()

    @gr.cache
    async def later(text):
        await asyncio.to_thread(gate.wait)
        return text.upper()

    fn = {"plain": plain, "later": later}[kind]
    app = serve(blocks_of(fn))
    leader = Waiting(app, fn, "a")
    gate.until_reached()
    followers = [Waiting(app, fn, "a") for _ in range(10)]
    for follower in followers:
        follower.until("process_starts")
    gate.open()
    assert answers([leader, *followers]) == [["A"]] * 11
    assert uses([leader, *followers]) == [None] + ["full"] * 10
    assert gate.runs == 1


def test_equal_requests_that_come_together_run_once(serve):
    runs = []

    @gr.cache
    def fn(text):
        runs.append(text)
        return text

    app = serve(blocks_of(fn, concurrency_limit=None))
    body = {"fn_index": app.index(fn), "data": ["a"]}

    async def ask(http, i):
        session = {"session_hash": f"s{i}"}
        route = "gradio_api/queue"
        (await http.post(f"{route}/join", json={**body, **session})).raise_for_status()
        return (await http.get(f"{route}/data", params=session)).text

    async def main():
        import httpx

        async with httpx.AsyncClient(base_url=app.url, timeout=30) as http:
            return await asyncio.gather(*(ask(http, i) for i in range(30)))

    texts = asyncio.run(main())
    assert all('"data":["a"]' in text for text in texts)
    assert sum('"used_cache":"full"' in text for text in texts) == 29
    assert len(runs) == 1


def test_followers_take_no_place_in_the_queue(serve, gate):
    @gr.cache
    def fn(text):
        gate.wait()
        return text

    app = serve(blocks_of(fn).queue(max_size=1))
    leader = Waiting(app, fn, "a")
    gate.until_reached()
    other = Waiting(app, fn, "b")
    assert app.post(fn, "c", session="late").status_code == 503
    followers = [Waiting(app, fn, "a") for _ in range(3)]
    assert len(app.queue) == 1
    gate.open()
    assert answers([leader, other, *followers]) == [["a"], ["b"], ["a"], ["a"], ["a"]]
    assert gate.runs == 2


def test_followers_get_the_leader_s_error(serve, gate):
    @gr.cache
    def fn(text):
        gate.wait()
        raise gr.Error("no", title="Never")

    app = serve(blocks_of(fn))
    leader = Waiting(app, fn, "a")
    gate.until_reached()
    follower = Waiting(app, fn, "a")
    follower.until("process_starts")
    gate.open()
    led, followed = leader.done(), follower.done()
    assert not followed["success"]
    assert followed["output"] == led["output"]
    assert followed["title"] == led["title"]
    assert gate.runs == 1


def test_followers_see_the_leader_s_progress_and_toasts(serve, gate):
    @gr.cache
    def fn(text, progress=gr.Progress()):  # noqa: B008
        progress(0.25, desc="begun")
        gr.Info("hello")
        gate.wait()
        progress(0.75, desc="half")
        gr.Warning("nearly")
        return text

    app = serve(blocks_of(fn))
    leader = Waiting(app, fn, "a")
    leader.until("log")
    gate.until_reached()
    follower = Waiting(app, fn, "a")
    follower.until("log")
    gate.open()
    for waiting in (leader, follower):
        waiting.done()
        assert [m["log"] for m in waiting.of("log")] == ["hello", "nearly"]
    hit = app.run(fn, "a")
    assert hit.used == "full"
    assert [m["log"] for m in hit.of("log")] == ["hello", "nearly"]
    assert [m["level"] for m in hit.of("log")] == ["info", "warning"]


def test_sessions_do_not_follow_each_other_in_a_cache_per_session(serve, gate):
    @gr.cache(per_session=True)
    def fn(text):
        gate.wait()
        return f"{text}{gate.runs}"

    app = serve(blocks_of(fn, concurrency_limit=None))
    both = [Waiting(app, fn, "a", session=s) for s in ("one", "two")]
    for _ in both:
        gate.until_reached()
    gate.open()
    assert uses(both) == [None, None]
    assert gate.runs == 2


def test_direct_calls_follow_events(serve, gate):
    @gr.cache
    def fn(text):
        gate.wait()
        return text

    app = serve(blocks_of(fn))
    leader = Waiting(app, fn, "a")
    gate.until_reached()
    got = []
    direct = threading.Thread(target=lambda: got.append(fn("a")))
    direct.start()
    gate.open()
    direct.join(timeout=30)
    assert answers([leader]) == [["a"]]
    assert got == ["a"]
    assert gate.runs == 1


def test_followers_of_a_leader_that_is_cancelled_while_it_waits_get_an_answer(
    serve, gate
):
    @gr.cache
    def slow(text):
        return text + "!"

    def busy(text):
        gate.wait()
        return text

    app = serve(blocks_of(slow, busy, concurrency_id="one", concurrency_limit=1))
    app.join(busy, "x", session=app.session())
    gate.until_reached()
    leader = Waiting(app, slow, "a")
    leader.until("estimation")
    follower = Waiting(app, slow, "a")
    follower.until("estimation")
    app.cancel(leader.session, leader.event, slow).result(30)
    gate.open()
    assert follower.done()["output"]["data"] == ["a!"]


def test_an_event_that_is_cancelled_while_it_waits_can_be_asked_for_again(serve, gate):
    @gr.cache
    def slow(text):
        return text + "!"

    def busy(text):
        gate.wait()
        return text

    app = serve(blocks_of(slow, busy, concurrency_id="one", concurrency_limit=1))
    app.join(busy, "x", session=app.session())
    gate.until_reached()
    leader = Waiting(app, slow, "a")
    leader.until("estimation")
    app.cancel(leader.session, leader.event, slow).result(30)
    again = Waiting(app, slow, "a")
    gate.open()
    assert again.done()["output"]["data"] == ["a!"]
