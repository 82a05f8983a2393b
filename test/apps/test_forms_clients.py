"""Events that come from the Python client, from routes and from outside the queue."""

import pytest

import gradio as gr
from support.listeners import blocks_of


def test_the_python_client(serve, counted):
    shout, runs = counted
    client = serve(blocks_of(shout)).client()
    assert [client.predict("a", api_name="/shout") for _ in range(3)] == ["A"] * 3
    assert runs == ["a"]


def test_the_python_client_streams(serve):
    runs = []

    @gr.cache
    def grow(text):
        runs.append(text)
        for i in range(1, 4):
            yield text[:i]

    client = serve(blocks_of(grow)).client()
    for _ in range(3):
        job = client.submit("abc", api_name="/grow")
        assert job.result(timeout=30) == "abc"
        assert job.outputs() == ["a", "ab", "abc"]
    assert runs == ["abc"]


def test_the_call_route(serve, counted):
    shout, runs = counted
    app = serve(blocks_of(shout))

    def call(*data):
        route = "gradio_api/call/shout"
        event = app.http.post(route, json={"data": data}).json()["event_id"]
        return app.http.get(f"{route}/{event}").text

    expected = call("a")
    assert 'event: complete\ndata: ["A"]' in expected
    assert [call("a") for _ in range(2)] == [expected] * 2
    assert runs == ["a"]


@pytest.mark.parametrize("route", ["gradio_api/run/predict", "gradio_api/api/shout"])
def test_outside_the_queue(serve, counted, route):
    shout, runs = counted
    app = serve(blocks_of(shout, queue=False))
    body = {"data": ["a"], "fn_index": app.index("shout"), "session_hash": "s"}
    answers = [app.http.post(route, json=body).json()["data"] for _ in range(3)]
    assert answers == [["A"]] * 3
    assert runs == ["a"]


def test_a_chat_interface(serve):
    runs = []

    @gr.cache
    def answer(message, history):
        runs.append(len(history))
        return f"{message}?"

    client = serve(gr.ChatInterface(answer, api_name="chat")).client()
    assert [client.predict("hi", api_name="/chat") for _ in range(1)] == ["hi?"]
    again = [serve_again(client) for _ in range(2)]
    assert again == ["hi?"] * 2
    assert runs == [0]


def serve_again(client):
    client.reset_session()
    return client.predict("hi", api_name="/chat")


def test_a_chat_interface_that_streams(serve):
    runs = []

    @gr.cache
    def answer(message, history):
        runs.append(len(history))
        for i in range(1, 4):
            yield f"{message}!"[:i]

    client = serve(gr.ChatInterface(answer, api_name="chat")).client()
    for _ in range(3):
        client.reset_session()
        job = client.submit("hi", api_name="/chat")
        assert job.result(timeout=30) == "hi!"
    assert runs == [0]


def test_the_names_of_routes_are_those_without_a_cache():
    import functools

    class Model:
        def __call__(self, text):
            return text

        def method(self, text):
            return text

    def plain(text):
        return text

    def names(decorate):
        with gr.Blocks() as demo:
            box = gr.Textbox()
            for fn in (plain, Model(), Model().method, functools.partial(plain)):
                box.submit(decorate(fn), box, box)
        return [f.api_name for f in demo.fns.values()]

    assert names(gr.cache) == names(lambda fn: fn)
