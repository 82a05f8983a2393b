"""Chats whose function is cached: as with the plain one, but before the queue."""

from pathlib import Path

import pytest

import gradio as gr
from support.chats import (
    KINDS,
    all_that_a_page_can_do,
    plain,
    said,
    streamed,
    talk,
    used,
)
from support.page import Page


@pytest.fixture
def side_by_side(serve):
    """A chat of the plain function, and of the cached one, in one app."""

    def start(fn, cached=None, **settings):
        cached = cached or gr.cache(fn)
        cached.cache.clear()
        with gr.Blocks() as demo:
            chats = [gr.ChatInterface(f, **settings) for f in (fn, cached)]
        return serve(demo), chats

    return start


@pytest.mark.parametrize("fn", [plain, streamed])
def test_whatever_a_page_can_do_is_answered_as_by_the_plain_function(side_by_side, fn):
    app, (uncached, cached) = side_by_side(
        fn, editable=True, save_history=True, examples=["an example"]
    )
    pages = [Page(app) for _ in range(3)]
    for page, chat in zip(pages, (uncached, cached, cached), strict=True):
        all_that_a_page_can_do(page, chat)
    assert used(pages[2]) == ["full"] * 8
    assert said(pages[2]) == said(pages[0])


@pytest.mark.parametrize("fn", KINDS, ids=lambda fn: fn.__name__)
def test_every_kind_of_function_and_of_answer(side_by_side, fn):
    app, (uncached, cached) = side_by_side(fn)
    pages = [Page(app) for _ in range(3)]
    for page, chat in zip(pages, (uncached, cached, cached), strict=True):
        talk(page, chat, "hi", "there")
    assert used(pages[1]) == [None] * 2
    assert used(pages[2]) == ["full"] * 2
    assert said(pages[2]) == said(pages[0])


def test_additional_inputs_and_outputs(serve):
    def reply(message, history, times, style):
        return f"{style} {message}" * int(times), {"length": len(history)}

    cached = gr.cache(reply)
    with gr.Blocks() as demo:
        chats = []
        for fn in (reply, cached):
            details = gr.JSON()
            inputs = [gr.Slider(1, 5, 2), gr.Textbox("loud")]
            chats.append(
                gr.ChatInterface(
                    fn, additional_inputs=inputs, additional_outputs=details
                )
            )
    app = serve(demo)
    pages = []
    for chat in (chats[0], chats[1], chats[1]):
        pages.append(Page(app))
        for component, value in zip(chat.additional_inputs, (2, "loud"), strict=True):
            pages[-1].set(component, value)
        talk(pages[-1], chat, "hi", "there")
    assert used(pages[1]) == [None] * 2
    assert used(pages[2]) == ["full"] * 2
    assert said(pages[2]) == said(pages[0])
    pages[2].set(chats[1].additional_inputs[0], 3)
    talk(pages[2], chats[1], "hi")
    assert used(pages[2])[-1] is None


def test_files_in_a_multimodal_chat(side_by_side, tmp_path):
    def reply(message, history):
        sizes = [len(Path(file).read_bytes()) for file in message["files"]]
        return [f"{message['text']} {len(history)} {sizes}", *map(file_of, sizes)]

    def file_of(size):
        path = tmp_path / f"{size}.txt"
        path.write_text("x" * size)
        return {"role": "assistant", "content": {"path": str(path)}}

    app, (uncached, cached) = side_by_side(reply, multimodal=True)
    pages = [Page(app) for _ in range(3)]
    for page, chat in zip(pages, (uncached, cached, cached), strict=True):
        upload = {"files": ("a.txt", b"abc")}
        (path,) = app.http.post("gradio_api/upload", files=upload).json()
        file = {"path": path, "meta": {"_type": "gradio.FileData"}}
        talk(page, chat, {"text": "hi", "files": [file]}, {"text": "so", "files": []})
    assert used(pages[1]) == [None] * 2
    assert used(pages[2]) == ["full"] * 2
    assert said(pages[2]) == said(pages[0])


def test_the_api(serve):
    runs = []

    @gr.cache
    def reply(message, history):
        runs.append(message)
        for i in range(1, 4):
            yield f"{len(history)} {message}"[:i]

    chat = gr.ChatInterface(reply, api_name="chat")
    app = serve(chat)
    sessions = [app.session() for _ in range(2)]
    for session in sessions:
        for message in ("a", "b"):
            events = [app.run("chat", message, None, session=session)]
    assert runs == ["a", "b"]
    assert events[0].used == "full"
    assert events[0].data == ["2 b", None]
    client = app.client()
    job = client.submit("a", api_name="/chat")
    assert job.result(timeout=30) == "0 a"
    assert job.outputs() == ["0", "0 ", "0 a"]
    assert runs == ["a", "b"]


def test_hits_wait_for_no_other_message(serve, gate):
    @gr.cache
    def reply(message, history):
        if message == "slow":
            gate.wait()
        return message.upper()

    app = serve(gr.ChatInterface(reply, api_name="chat"))
    assert app.run("chat", "a", None).data[0] == "A"
    slow = app.session()
    app.join("chat", "slow", None, session=slow)
    gate.until_reached()
    hit = app.run("chat", "a", None)
    assert (hit.used, hit.data[0]) == ("full", "A")
    gate.open()
    with app.listen(slow) as stream:
        assert stream.until("process_completed")["output"]["data"][0] == "SLOW"


def test_a_session_s_messages_keep_their_order(serve, gate):
    """A hit that overtook the message before it would miss that in its history."""

    @gr.cache
    def reply(message, history):
        if message == "slow":
            gate.wait()
        return f"{len(history)}: {message}"

    app = serve(gr.ChatInterface(reply, api_name="chat"))
    assert app.run("chat", "a", None).data[0] == "0: a"
    session = app.session()
    app.join("chat", "slow", None, session=session)
    gate.until_reached()
    app.join("chat", "a", None, session=session)
    app.join("chat", "a", None, session=session)
    assert app.run("chat", "a", None).used == "full"
    gate.open()
    with app.listen(session) as stream:
        done = [m for m in stream if m["msg"] == "process_completed"]
    assert [m["output"]["data"][0] for m in done] == ["0: slow", "2: a", "4: a"]


def test_messages_sent_at_once_are_answered_one_after_the_other(serve):
    @gr.cache
    def reply(message, history):
        return f"{len(history)}: {message}"

    app = serve(gr.ChatInterface(reply, api_name="chat"))
    expected = [f"{2 * i}: a" for i in range(6)]
    for told in (None, "full"):
        session = app.session()
        for _ in range(6):
            app.join("chat", "a", None, session=session)
        with app.listen(session) as stream:
            done = [m for m in stream if m["msg"] == "process_completed"]
        assert [m["output"]["data"][0] for m in done] == expected
        assert done[0].get("used_cache") == told


def test_a_chat_around_a_chat_and_inside_a_page_of_tabs(serve):
    @gr.cache
    def reply(message, history):
        return message

    inner = gr.ChatInterface(reply)
    chat = gr.ChatInterface(inner, api_name="outer")
    app = serve(gr.TabbedInterface([chat, gr.Interface(str, "text", "text")]))
    assert [app.run("outer", "a", None).used for _ in range(2)] == [None, "full"]


def test_components_in_the_history_of_the_api(serve, capfd):
    """There a history has the components themselves, as the function made them."""
    runs = []

    @gr.cache
    def reply(message, history):
        runs.append(message)
        return gr.Label({message: 0.5}) if message == "label" else gr.HTML(message)

    app = serve(gr.ChatInterface(reply, api_name="chat"))
    for told in (None, "full"):
        session = app.session()
        for message in ("label", "html", "text"):
            assert app.run("chat", message, None, session=session).used == told
    assert runs == ["label", "html", "text"]
    assert "failed" not in capfd.readouterr().err
