"""Each client gets files at the address by which it reached the app, and no other."""

import functools
import json

import pytest
from PIL import Image

import gradio as gr
from gradio.caching.serving.replay.addresses import PLACEHOLDER


@pytest.fixture
def postprocessed(monkeypatch):
    """The values that pictures were made of: one for each answer that was made anew."""
    values = []
    original = gr.Image.postprocess

    @functools.wraps(original)
    def postprocess(self, value):
        values.append(value)
        return original(self, value)

    monkeypatch.setattr(gr.Image, "postprocess", postprocess)
    return values


def draw(colour):
    return Image.new("RGB", (2, 2), colour)


def draw_twice(colour):
    yield draw("white")
    yield draw(colour)


async def draw_later(colour):
    return draw(colour)


def draw_all(colours):
    return [[draw(colour) for colour in colours]]


KINDS = {
    "plain": (draw, {}),
    "coroutine": (draw_later, {}),
    "generator": (draw_twice, {}),
    "batch": (draw_all, {"batch": True, "max_batch_size": 4}),
}


def app_of(serve, fn, **settings):
    listener = settings.pop("listener", {})
    with gr.Blocks() as demo:
        given, out = gr.Textbox(), gr.Image(format="png")
        given.submit(gr.cache(fn), given, out, api_name="cached", **listener)
        given.submit(fn, given, out, api_name="plain", **listener)
    return serve(demo, **settings)


def sent(app, fn, text, headers=None, call=False):
    """All messages to a client, as on the wire."""
    session = app.session()
    body = {"data": [text]}
    if not call:
        body |= {"session_hash": session, "fn_index": app.index(fn)}
    path = f"gradio_api/call/{fn}" if call else "gradio_api/queue/join"
    answer = app.http.post(path, json=body, headers=headers or {})
    event = answer.json()["event_id"]
    if call:
        return app.http.get(f"{path}/{event}").text
    with app.listen(session) as stream:
        return [m for m in stream if m["msg"].startswith("process_")]


def urls(messages):
    text = json.dumps(messages)
    assert PLACEHOLDER not in text
    return {p.split('"')[0] for p in text.split('"url": "')[1:]}


def outputs(messages):
    kept = [m for m in messages if m["msg"] != "process_starts"]
    return [json.dumps(m["output"]["data"]) for m in kept]


MADE_UP = [
    {"x-forwarded-host": "other.example"},
    {"x-forwarded-host": "one.example, two.example", "x-forwarded-proto": "https"},
    {"x-forwarded-proto": "https"},
    {"host": "third.example"},
    {"x-gradio-server": "http://fourth.example/app/gradio_api/queue/join"},
    {},
]


@pytest.mark.parametrize("kind", list(KINDS))
def test_everybody_gets_what_an_uncached_app_would_send(serve, kind, postprocessed):
    fn, listener = KINDS[kind]
    app = app_of(serve, fn, listener=listener)
    expected = [outputs(sent(app, "plain", "red", headers)) for headers in MADE_UP]
    assert len(set(map(str, expected))) == len(MADE_UP)
    postprocessed.clear()
    for _ in range(2):
        cached = [outputs(sent(app, "cached", "red", headers)) for headers in MADE_UP]
        assert cached == expected
    # Only for whoever came first is it made of the result.
    assert len(postprocessed) == (2 if kind == "generator" else 1)


@pytest.mark.parametrize("root", ["/below", "https://public.example/app"])
def test_an_app_that_says_where_it_is(serve, root):
    app = app_of(serve, draw, root_path=root)
    for headers in [*MADE_UP, *MADE_UP]:
        plain = sent(app, "plain", "red", headers)
        assert outputs(sent(app, "cached", "red", headers)) == outputs(plain)
        assert all(root in url for url in urls(plain))


def test_the_call_route_names_each_client_s_own_address(serve):
    app = app_of(serve, draw_twice)
    for headers in [*MADE_UP, *MADE_UP]:
        plain = sent(app, "plain", "red", headers, call=True)
        assert sent(app, "cached", "red", headers, call=True) == plain
        assert '"url": "' in plain


def test_made_up_hosts_push_nothing_out(serve, postprocessed):
    app = app_of(serve, draw)
    sent(app, "cached", "red")
    postprocessed.clear()
    for i in range(100):
        headers = {"x-forwarded-host": f"h{i}.example"}
        [url] = urls(sent(app, "cached", "red", headers))
        assert url.startswith(f"http://h{i}.example/gradio_api/file=")
    [url] = urls(sent(app, "cached", "red"))
    assert url.startswith(app.url)
    assert postprocessed == []


def test_a_host_that_can_t_be_read_spoils_nothing(serve):
    app = app_of(serve, draw)
    session = app.session()
    body = {"data": ["red"], "session_hash": session, "fn_index": app.index("cached")}
    headers = {"x-forwarded-host": "h\x01:not a port"}
    for _ in range(2):
        app.http.post("gradio_api/queue/join", json=body, headers=headers)
        [url] = urls(sent(app, "cached", "red"))
        assert url.startswith(app.url)


def test_a_leader_s_followers_get_their_own_addresses(serve, gate):
    def slow(colour):
        yield draw(colour)
        gate.wait()
        yield draw("white")

    app = app_of(serve, slow, listener={"concurrency_limit": 1})
    sessions = {f"h{i}.example": app.session() for i in range(3)}
    for i, (host, session) in enumerate(sessions.items()):
        body = {"data": ["red"], "session_hash": session, "fn_index": 0}
        headers = {"x-forwarded-host": host}
        app.http.post("gradio_api/queue/join", json=body, headers=headers)
        if i == 0:
            gate.until_reached()
    streams = {host: app.listen(session) for host, session in sessions.items()}
    for stream in streams.values():
        stream.__enter__()
        stream.until("process_generating")
    gate.open()
    for host, stream in streams.items():
        messages = list(stream)
        assert all(u.startswith(f"http://{host}/") for u in urls(messages))
        assert urls(messages)
        stream.__exit__(None, None, None)
    assert gate.runs == 1


def test_what_a_result_names_itself_is_left_alone(serve):
    def elsewhere(text):
        meta = {"_type": "gradio.FileData"}
        mine = {"path": "a", "url": "http://cdn.example/a", "meta": meta}
        return {"absolute": mine, "relative": {**mine, "url": "/b"}, "text": text}

    with gr.Blocks() as demo:
        given, out = gr.Textbox(), gr.JSON()
        given.submit(gr.cache(elsewhere), given, out, api_name="cached")
        given.submit(elsewhere, given, out, api_name="plain")
    app = serve(demo)
    for headers in [{"x-forwarded-host": "cdn.example"}, {}] * 2:
        plain = sent(app, "plain", "red", headers)
        assert outputs(sent(app, "cached", "red", headers)) == outputs(plain)


def test_a_session_s_values_are_those_of_an_uncached_run(serve):
    app = app_of(serve, draw)
    out = app.demo.fns[0].outputs[0]

    def value_after(fn):
        session = app.session()
        app.run(fn, "red", session=session)
        return app.demo.state_holder[session].config_values[out._id]["props"]["value"]

    values = [value_after(fn) for fn in ("plain", "cached", "cached")]
    assert values[0] == values[1] == values[2]
    assert "http" not in str(values[2])
