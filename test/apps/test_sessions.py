"""Who is served whose results, over real HTTP."""

import asyncio

import httpx
import pytest

import gradio as gr
from support.listeners import blocks_of


@pytest.fixture
def tell():
    @gr.cache(per_session=True, max_size=0)
    def tell(text, request: gr.Request):
        runs.append(text)
        return f"{text} for {request.session_hash} ({len(runs)})"

    runs = tell.runs = []
    return tell


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
