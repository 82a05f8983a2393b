"""What is kept for a session goes when it ends, and before that if there are many."""

import asyncio
import contextlib

import httpx

import gradio as gr
from gradio.caching.context.sessions import SESSIONS
from gradio.caching.wrapping import engine_of
from support.listeners import blocks_of, until


@contextlib.contextmanager
def connected(app, session):
    """The connection that a page keeps open, and closes when it is left."""
    with app.http.stream("GET", f"gradio_api/heartbeat/{session}") as heartbeat:
        lines = heartbeat.iter_lines()
        next(lines)
        yield


def test_a_session_s_results_are_gone_when_its_heartbeat_ends(serve, number):
    app = serve(blocks_of(number))
    with connected(app, "leaves"):
        for session in ("leaves", "stays"):
            app.run(number, "a", session=session)
        assert len(number.cache) == 2
    until(lambda: len(number.cache) == 1)
    assert app.run(number, "a", session="stays").used == "full"
    assert app.run(number, "a", session="leaves").used is None


def test_a_result_that_comes_after_the_end_is_not_stored(serve, gate):
    @gr.cache(per_session=True)
    def slow(text):
        gate.wait()
        return text

    app = serve(blocks_of(slow))
    namespace = SESSIONS.namespace("leaves")
    with connected(app, "leaves"):
        app.join(slow, "a", session="leaves")
        gate.until_reached()
    until(lambda: namespace.ended)
    gate.open()
    until(lambda: not app.queue.get_active_worker_count())
    assert len(slow.cache) == 0


def test_one_session_s_flood_does_not_push_out_another_s_results(serve, monkeypatch):
    # Neither counts as connected: else it matters when a connection is seen to end.
    for name in ("connect", "disconnect"):
        monkeypatch.setattr(SESSIONS, name, lambda session: None)

    @gr.cache(per_session=True, max_size=10)
    def fn(text):
        return text

    app = serve(blocks_of(fn))
    app.run(fn, "a", session="small")
    for i in range(15):
        app.run(fn, str(i), session="flood")
    assert app.run(fn, "a", session="small").used == "full"
    assert len(fn.cache) == 10


def test_what_hits_leave_behind_for_a_session_goes_with_it(serve):
    @gr.cache
    def shout(text):
        return text.upper()

    app = serve(blocks_of(shout))
    app.run(shout, "a")
    app.run(shout, "a", session="later")
    assert "later" not in app.demo.state_holder.session_data
    # Built now: what the hit left in the session is there.
    state = app.demo.state_holder["later"]
    out = app.demo.fns[0].outputs[0]._id
    assert state.config_values[out]["props"]["value"] == "A"


def test_made_up_sessions_do_not_push_out_who_is_connected(serve):
    @gr.cache(per_session=True, max_size=64)
    def fn(text):
        runs.append(text)
        return text

    runs = []
    app = serve(blocks_of(fn, concurrency_limit=None))
    texts = [str(i) for i in range(20)]

    async def flood():
        url, limits = f"{app.url}gradio_api/queue/", httpx.Limits(max_connections=20)
        async with httpx.AsyncClient(timeout=60, limits=limits) as http:

            async def visit(i):
                session = {"session_hash": f"made up {i}"}
                body = {"fn_index": app.index(fn), "data": ["made up"], **session}
                (await http.post(f"{url}join", json=body)).raise_for_status()
                await http.get(f"{url}data", params=session)

            await asyncio.gather(*map(visit, range(400)))

    with app.http.stream("GET", "gradio_api/heartbeat/honest") as beats:
        lines = beats.iter_lines()  # once it is gone, so is the connection
        next(lines)
        for text in texts:
            app.run(fn, text, session="honest")
        asyncio.run(flood())
        assert len(runs) == 420
        hits = [app.run(fn, text, session="honest").used for text in texts]
    assert hits == ["full"] * 20


def test_an_open_stream_of_messages_counts_as_a_connection(serve, gate):
    @gr.cache(per_session=True, max_size=8)
    def fn(text):
        if text == "slow":
            gate.wait()
        return text

    app = serve(blocks_of(fn, concurrency_limit=None))
    for text in "abc":
        app.run(fn, text, session="honest")
    app.join(fn, "slow", session="honest")
    gate.until_reached()
    with app.listen("honest") as stream:
        next(iter(stream))
        for i in range(30):
            app.run(fn, "a", session=f"made up {i}")
        namespace = SESSIONS.namespace("honest")
        assert engine_of(fn).cache.store.count(namespace) == 3
        gate.open()
