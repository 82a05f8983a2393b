"""Hits in the response to the join request, for clients that ask for them there."""

import json

import numpy as np
import PIL.Image
import pytest

import gradio as gr

pytestmark = pytest.mark.usefixtures("patient")


def shout(text):
    gr.Info(f"loud {text}")
    return text.upper()


def grow(text):
    for i in range(1, len(text) + 1):
        yield text[:i]


def app_of(serve, *fns, **settings):
    """An app with a button for each function, and what it has of a cache."""
    with gr.Blocks() as demo:
        given, out = gr.Textbox(), gr.Textbox()
        for fn in fns:
            gr.Button().click(fn, given, out, **settings)
    return serve(demo)


def by_stream(app, fn, *data):
    """An event's messages, without those of the stream itself."""
    run = app.run(fn, *data)
    run.messages = [m for m in run.messages if m["msg"] != "close_stream"]
    return run


def kinds(run):
    return [(m["msg"], list(m)) for m in run.messages]


def test_a_hit_is_all_that_the_stream_would_bring_in_its_order(serve):
    for fn in map(gr.cache, (shout, grow)):
        app = app_of(serve, fn)
        assert app.exchange(fn, "abc") is None
        app.run(fn, "abc")
        over_stream, in_response = by_stream(app, fn, "abc"), app.exchange(fn, "abc")
        assert in_response.used == "full"
        assert in_response.seen() == over_stream.seen()
        assert kinds(in_response) == kinds(over_stream)


def test_every_message_names_the_event_that_the_response_names(serve):
    fn = gr.cache(grow)
    app = app_of(serve, fn)
    app.run(fn, "abc")
    headers = {"accept": "application/vnd.gradio.messages+json"}
    answer = app.post(fn, "abc", session="s", headers=headers)
    assert answer.headers["content-type"] == "application/json"
    event, messages = answer.json().values()
    assert {m["event_id"] for m in messages} == {event}


def test_nothing_of_it_stays_for_a_stream(serve):
    fn, other = gr.cache(grow), lambda text: text
    app = app_of(serve, fn, other)
    app.run(fn, "abc")
    app.exchange(fn, "abc", session="s")
    assert "s" not in app.queue.pending_event_ids_session
    assert "s" not in app.queue.pending_messages_per_session
    event = app.join(other, "x", session="s")
    with app.listen("s") as stream:
        assert {m["event_id"] for m in stream} == {event, None}


def test_who_does_not_ask_is_answered_as_ever(serve):
    fn = gr.cache(grow)
    app = app_of(serve, fn)
    app.run(fn, "abc")
    for accept in (None, {"accept": "*/*"}, {"accept": "application/json"}):
        answer = app.post(fn, "abc", session=app.session(), headers=accept)
        assert list(answer.json()) == ["event_id"]


def test_a_miss_and_what_is_not_cached_are_answered_as_ever(serve):
    app = app_of(serve, gr.cache(shout), grow)
    for fn in (shout, grow):
        assert app.exchange(fn, "new") is None


def test_the_stream_of_another_event_closes_after_that(serve, gate):
    def wait(text):
        gate.wait()
        return text

    fn = gr.cache(grow)
    app = app_of(serve, fn, wait)
    app.run(fn, "abc")
    event = app.join(wait, "x", session="s")
    with app.listen("s") as stream:
        stream.until("process_starts")
        assert app.exchange(fn, "abc", session="s").data == ["abc"]
        gate.open()
        last = [m for m in stream if m["msg"] in ("process_completed", "close_stream")]
    assert [m["event_id"] for m in last] == [event, None]


def test_a_full_queue_gives_it_too(serve, gate):
    def wait(text):
        gate.wait()

    fn = gr.cache(grow)
    with gr.Blocks() as demo:
        given, out = gr.Textbox(), gr.Textbox()
        gr.Button().click(fn, given, out)
        gr.Button().click(wait, given, None)
    app = serve(demo.queue(max_size=1))
    app.run(fn, "abc")
    app.join(wait, "x", session="one")
    gate.until_reached()
    app.join(wait, "y", session="two")
    assert app.exchange(fn, "abc").data == ["abc"]


def test_what_is_too_large_comes_over_the_stream(serve):
    @gr.cache
    def repeat(text):
        return text * 600_000

    app = app_of(serve, repeat)
    for text, fits in (("a", True), ("ab", False), ("\0", False)):
        app.run(repeat, text)
        answer = app.exchange(repeat, text, session=text)
        assert (answer is not None) is fits
        if not fits:
            with app.listen(text) as stream:
                assert stream.until("process_completed")["used_cache"] == "full"


def test_a_stream_of_sound_comes_over_the_stream(serve):
    @gr.cache
    def tone(text):
        for _ in range(2):
            yield 8000, np.zeros(800, np.int16)

    with gr.Blocks() as demo:
        given = gr.Textbox()
        out = gr.Audio(streaming=True, autoplay=True)
        gr.Button().click(tone, given, out)
    app = serve(demo)
    app.run(tone, "a")
    assert app.exchange(tone, "a") is None


def test_a_session_with_components_of_its_own_gets_it(serve):
    fn = gr.cache(grow)
    with gr.Blocks() as demo:
        given, out = gr.Textbox(), gr.Textbox()
        gr.Button().click(fn, given, out)
        gr.Button().click(lambda: gr.Textbox(label="mine"), None, out, api_name="own")
    app = serve(demo)
    app.run(fn, "abc")
    app.run("own", session="s")
    assert app.exchange(fn, "abc", session="s").seen() == app.run(fn, "abc").seen()


def test_a_client_of_the_named_endpoint_may_ask(serve):
    fn = gr.cache(shout)
    app = app_of(serve, fn, api_name="shout")
    headers = {"accept": "application/vnd.gradio.messages+json"}
    path, said = "gradio_api/call/shout", {"data": ["a"]}
    for _ in range(2):
        event = app.http.post(path, json=said).json()["event_id"]
        assert '"A"' in app.http.get(f"{path}/{event}").text
    answer = app.http.post(path, json=said, headers=headers).json()
    assert answer["messages"][-1]["output"]["data"] == ["A"]


def test_a_file_has_the_address_by_which_the_client_asked(serve, tmp_path):
    @gr.cache
    def write(text):
        path = tmp_path / "written.txt"
        path.write_text(text)
        return str(path)

    with gr.Blocks() as demo:
        gr.Button().click(write, gr.Textbox(), gr.File())
    app = serve(demo)
    app.run(write, "a")
    headers = {"accept": "application/vnd.gradio.messages+json", "host": "elsewhere"}
    answer = app.post(write, "a", session="s", headers=headers)
    assert json.dumps(answer.json()).count('"url": "http://elsewhere/') == 1


def test_so_is_what_is_known_by_its_content_alone(serve):
    """With a user's key, or a state, no request is recognised at its arrival."""
    by_key = gr.cache(lambda text: text.upper(), key=lambda kwargs: kwargs["text"])
    by_state = gr.cache(lambda text, state: f"{text} {state}")
    with gr.Blocks() as demo:
        given, out, state = gr.Textbox(), gr.Textbox(), gr.State(1)
        gr.Button().click(by_key, given, out, api_name="by_key")
        gr.Button().click(by_state, [given, state], out, api_name="by_state")
    app = serve(demo)
    for name, data in (("by_key", ["a"]), ("by_state", ["a", None])):
        assert app.exchange(name, *data, session="s") is None
        app.run(name, *data)
        assert app.exchange(name, *data).used == "full"


def test_a_picture_that_is_uploaded_again(serve, tmp_path):
    fn = gr.cache(lambda picture: f"{picture.size}")
    with gr.Blocks() as demo:
        gr.Button().click(fn, gr.Image(type="pil"), gr.Textbox(), api_name="size")
    app = serve(demo)

    def upload():
        path = tmp_path / "a.png"
        PIL.Image.new("RGB", (4, 4)).save(path)
        with path.open("rb") as file:
            answer = app.http.post("gradio_api/upload", files={"files": file})
        return {"path": answer.json()[0], "meta": {"_type": "gradio.FileData"}}

    app.run("size", upload())
    assert app.exchange("size", upload()).data == ["(4, 4)"]


def test_a_follower_gets_what_the_other_run_sends_over_the_stream(serve, gate):
    @gr.cache
    def wait(text):
        gate.wait()
        return text

    app = app_of(serve, wait)
    app.join(wait, "a", session="one")
    gate.until_reached()
    assert app.exchange(wait, "a", session="two") is None
    gate.open()
    with app.listen("two") as stream:
        assert stream.until("process_completed")["used_cache"] == "full"


def test_a_stale_hit_is_given_and_renewed(serve, clock):
    runs = []

    @gr.cache(ttl=10, stale=10)
    def count(text):
        runs.append(text)
        return len(runs)

    app = app_of(serve, count)
    app.run(count, "a")
    clock.move(15)
    assert app.exchange(count, "a").data == ["1"]
