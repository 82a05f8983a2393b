"""Who is served whose results, over real HTTP."""

import asyncio
import contextlib
import threading

import httpx
import pytest

import gradio as gr
from gradio.caching.context.sessions import SESSIONS
from gradio.caching.decorator import engine_of


def blocks_of(*fns, **listener):
    with gr.Blocks() as demo:
        given, result = gr.Textbox(), gr.Textbox()
        for fn in fns:
            name = fn.__name__
            given.submit(fn, given, result, api_name=name, **listener)
    return demo


@pytest.fixture
def tell():
    @gr.cache(per_session=True, max_size=0)
    def tell(text, request: gr.Request):
        runs.append(text)
        return f"{text} for {request.session_hash} ({len(runs)})"

    runs = tell.runs = []
    return tell


@pytest.fixture
def number():
    """A function whose results differ each time it runs."""

    @gr.cache(per_session=True, max_size=0)
    def number(text):
        with lock:
            runs.append(text)
            return str(len(runs))

    lock, runs = threading.Lock(), []
    number.runs = runs
    return number


def test_each_session_is_served_its_own(serve, number):
    app = serve(blocks_of(number))

    def answer(session):
        run = app.run(number, "a", session=session)
        return run.data[0], run.used

    assert [answer("a") for _ in range(2)] == [("1", None), ("1", "full")]
    assert [answer("ab") for _ in range(2)] == [("2", None), ("2", "full")]
    assert [answer("b") for _ in range(2)] == [("3", None), ("3", "full")]
    assert answer("a") == ("1", "full")


def test_many_sessions_at_once_see_nothing_of_each_other(serve, tell):
    app = serve(blocks_of(tell, concurrency_limit=None))
    sessions, rounds = 200, 2
    url = f"{app.url}gradio_api/queue/"

    async def answers(http, session):
        got = []
        for _ in range(rounds):
            body = {"fn_index": app.index(tell), "data": ["a"], "session_hash": session}
            (await http.post(f"{url}join", json=body)).raise_for_status()
            stream = await http.get(f"{url}data", params={"session_hash": session})
            got.append(stream.text)
        return got

    async def main():
        limits = httpx.Limits(max_connections=40)
        async with httpx.AsyncClient(timeout=60, limits=limits) as http:
            names = [f"s{i}" for i in range(sessions)]
            got = await asyncio.gather(*(answers(http, name) for name in names))
            return dict(zip(names, got, strict=True))

    for session, texts in asyncio.run(main()).items():
        for text in texts:
            assert f"a for {session} (" in text
        assert ['"used_cache":"full"' in text for text in texts] == [False, True]
    assert len(tell.runs) == sessions
    assert len(tell.cache) == sessions


@contextlib.contextmanager
def connected(app, session):
    """The connection that a page keeps open, and closes when it is left."""
    with app.http.stream("GET", f"gradio_api/heartbeat/{session}") as heartbeat:
        lines = heartbeat.iter_lines()
        next(lines)
        yield


def until(condition):
    """Waits for the server, which nothing here can wait for in another way."""
    deadline = threading.Event()
    for _ in range(600):
        if condition():
            return
        deadline.wait(0.05)
    raise AssertionError("it did not happen")


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


def test_the_page_tells_the_end_of_its_session_if_anything_is_kept_for_it(
    serve, number
):
    assert serve(blocks_of(number)).demo.config["connect_heartbeat"]


def test_a_cache_for_one_session_made_while_the_app_runs(serve):
    runs = []

    def helper(text):
        runs.append(text)
        return f"{text}{len(runs)}"

    def handler(text):
        return gr.cache(helper, per_session=True)(text)

    app = serve(blocks_of(handler))
    # Whatever else is kept per session in this process does not matter here.
    app.demo.config["connect_heartbeat"] = False
    for _ in range(2):
        assert app.run(handler, "a", session="one").data == ["a1"]
        assert app.run(handler, "a", session="two").data == ["a2"]
    assert app.http.get("config").json()["connect_heartbeat"]


def test_calls_without_a_session_share_nothing(serve, number):
    app = serve(blocks_of(number, queue=False))
    body = {"data": ["a"], "fn_index": app.index(number)}
    route = "gradio_api/run/predict"
    answers = [app.http.post(route, json=body).json()["data"] for _ in range(3)]
    assert answers == [["1"], ["2"], ["3"]]
    assert len(number.cache) == 0


def test_inside_an_event_the_handle_is_the_session_s_own(serve, number):
    def count(_):
        return str(len(number.cache))

    def clear(_):
        number.cache.clear()

    app = serve(blocks_of(number, count, clear))
    for session in ("one", "two"):
        app.run(number, "a", session=session)
        app.run(number, "b", session=session)
    assert app.run(count, "", session="one").data == ["2"]
    assert app.run(count, "", session="three").data == ["0"]
    app.run(clear, "", session="one")
    assert app.run(count, "", session="one").data == ["0"]
    assert app.run(count, "", session="two").data == ["2"]
    assert len(number.cache) == 2


def test_a_cache_object_keeps_sessions_apart(serve):
    def remember(text, c=gr.Cache(per_session=True)):  # noqa: B008
        c.set(text, seen=True)
        return ",".join(c.keys())

    app = serve(blocks_of(remember))
    assert app.run(remember, "a", session="one").data == ["a"]
    assert app.run(remember, "b", session="two").data == ["b"]
    assert app.run(remember, "c", session="one").data == ["a,c"]


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
