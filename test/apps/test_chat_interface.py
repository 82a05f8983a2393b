"""Chats whose function is cached: as with the plain one, but before the queue."""

import functools
import re
from pathlib import Path

import pytest

import gradio as gr
from support.page import Page

OF_THE_QUEUE = {"estimation", "process_starts"}
OF_A_RUN = {"event_id", "duration", "average_duration"}
OF_THE_CACHE = {"used_cache", "cache_duration", "avg_time"}


def plain(message, history):
    return f"{len(history)}: {message}"


def streamed(message, history):
    for i in range(1, 4):
        yield f"{len(history)}: {message}"[:i]


async def coroutine(message, history):
    return f"{len(history)}: {message}"


async def streamed_by_a_coroutine(message, history):
    for i in range(1, 4):
        yield f"{len(history)}: {message}"[:i]


def with_metadata(message, history):
    yield {"role": "assistant", "content": "hm", "metadata": {"title": "thinking"}}
    yield [
        gr.ChatMessage("thought", metadata={"title": "done", "status": "done"}),
        {"role": "assistant", "content": f"{len(history)}: {message}"},
    ]


def with_options(message, history):
    options = [{"value": "yes"}, {"value": "no", "label": "No!"}]
    return gr.ChatMessage(f"{len(history)}: {message}", options=options)


def with_a_component(message, history):
    return gr.HTML(f"<b>{len(history)}: {message}</b>")


def with_toasts(message, history, progress=gr.Progress()):  # noqa: B008
    gr.Info(f"I answer {message}")
    return f"{len(history)}: {message}"


KINDS = [
    coroutine,
    streamed_by_a_coroutine,
    with_metadata,
    with_options,
    with_a_component,
    with_toasts,
]


def talk(page, chat, *messages):
    for message in messages:
        page.set(chat.textbox, message)
        page.trigger(chat.textbox, "submit")


def said(page):
    """What the page was sent for the function's events, and what it shows."""
    events = [
        [seen(m) for m in messages if m["msg"] not in OF_THE_QUEUE]
        for messages in page.of("_submit_fn")
    ]
    return events, [seen(value) for value in page.values.values()]


def seen(data):
    """Without what differs between any two runs."""
    if isinstance(data, dict):
        left_out = OF_A_RUN | OF_THE_CACHE
        return {k: seen(v) for k, v in data.items() if k not in left_out}
    if isinstance(data, list):
        return [seen(value) for value in data]
    if isinstance(data, str):
        return re.sub(r"127\.0\.0\.1:\d+", "here", data)
    return data


def used(page):
    return [messages[-1].get("used_cache") for messages in page.of("_submit_fn")]


def all_that_a_page_can_do(page, chat):
    talk(page, chat, "hi", "there")
    page.trigger(chat.chatbot, "retry")
    page.trigger(chat.chatbot, "undo")
    talk(page, chat, "more")
    edit = {"index": 0, "value": "ho", "previous_value": "hi"}
    page.trigger(chat.chatbot, "edit", edit)
    page.trigger(chat.chatbot, "option_select", {"index": 1, "value": "yes"})
    example = {"index": 0, "value": {"text": "an example"}}
    page.trigger(chat.chatbot, "example_select", example)
    page.trigger(chat.chatbot, "clear")
    talk(page, chat, "hi")


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
    for used in (None, "full"):
        session = app.session()
        for _ in range(6):
            app.join("chat", "a", None, session=session)
        with app.listen(session) as stream:
            done = [m for m in stream if m["msg"] == "process_completed"]
        assert [m["output"]["data"][0] for m in done] == expected
        assert done[0].get("used_cache") == used


def test_partials_count_with_what_they_hold(serve):
    @gr.cache
    def reply(name, message, history, settings):
        return f"{name}{settings['mark']} {len(history)}: {message}"

    settings = {"mark": "!"}
    bound = functools.partial(reply, "bob", settings=settings)
    app = serve(gr.ChatInterface(bound, api_name="chat"))
    for used in (None, "full"):
        run = app.run("chat", "hi", None)
        assert (run.used, run.data[0]) == (used, "bob! 0: hi")
    settings["mark"] = "?"
    run = app.run("chat", "hi", None)
    assert (run.used, run.data[0]) == (None, "bob? 0: hi")


class Bot:
    def __init__(self, name):
        self.name = name

    @gr.cache
    def reply(self, message, history):
        return f"{self.name}, {len(history)}: {message}"


def test_methods_count_with_their_object(serve):
    with gr.Blocks() as demo:
        for name in ("ann", "bob"):
            gr.ChatInterface(Bot(name).reply, api_name=name)
    app = serve(demo)
    for used in (None, "full"):
        for name in ("ann", "bob"):
            run = app.run(name, "hi", None)
            assert (run.used, run.data[0]) == (used, f"{name}, 0: hi")


def test_sessions_and_users_are_kept_apart(serve):
    @functools.partial(gr.cache, per_session=True)
    def own(message, history):
        return message

    @gr.cache
    def asking(message, history, request: gr.Request):
        return request.session_hash

    with gr.Blocks() as demo:
        gr.ChatInterface(own, api_name="own")
        gr.ChatInterface(asking, api_name="asking")
    app = serve(demo)
    one, other = app.session(), app.session()
    for name in ("own", "asking"):
        used = []
        for session in (one, other):
            # With no history, twice.
            for _ in range(2):
                run = app.run(name, "hi", None, session=session)
                used.append(run.used)
                forget(app, session)
        assert used == [None, "full"] * 2, name
    assert run.data[0] == other


def forget(app, session):
    app.demo.state_holder.session_data.pop(session)


def test_a_key_of_the_user_s_decides_and_the_history_goes_on(serve):
    @functools.partial(gr.cache, key=lambda kw: kw["message"].strip())
    def reply(message, history):
        return message.upper()

    chat = gr.ChatInterface(reply)
    page = Page(serve(chat))
    talk(page, chat, "hi", " hi ")
    assert used(page) == [None, "full"]
    texts = [m["content"][0]["text"].strip() for m in page.value(chat.chatbot)]
    assert texts == ["hi", "HI", "hi", "HI"]


def test_what_fails_fails_as_without_a_cache(serve):
    def reply(message, history):
        if message == "bad":
            raise gr.Error("no")
        if message == "nothing":
            return
        yield message

    for message in ("bad", "nothing"):
        messages = []
        for fn in (reply, gr.cache(reply)):
            app = serve(gr.ChatInterface(fn, api_name="chat"))
            runs = [app.run("chat", message, None) for _ in range(2)]
            messages.append([(run.success, run.seen()[-1]) for run in runs])
        assert messages[0] == messages[1]


class Loud(gr.ChatInterface):
    def _append_message_to_history(self, message, history, role="user"):
        said = f"{message}!" if role == "assistant" else message
        return super()._append_message_to_history(said, history, role)


class Titled(gr.ChatInterface):
    def __init__(self, fn, **settings):
        super().__init__(fn, title="Titled", **settings)


def test_only_what_is_gradio_s_own_is_run_ahead_of_the_queue(serve):
    @gr.cache
    def reply(message, history):
        return message

    @functools.wraps(reply)
    def wrapper(message, history):
        return reply(message, history) + "?"

    with gr.Blocks() as demo:
        Loud(reply, api_name="loud")
        gr.ChatInterface(wrapper, api_name="wrapper")
        Titled(reply, api_name="titled")
    app = serve(demo)
    for name, used in {
        "loud": "partial",
        "wrapper": "partial",
        "titled": "full",
    }.items():
        runs = [app.run(name, name, None) for _ in range(2)]
        assert runs[1].used == used, name
        assert runs[0].data == runs[1].data


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
    for used in (None, "full"):
        session = app.session()
        for message in ("label", "html", "text"):
            assert app.run("chat", message, None, session=session).used == used
    assert runs == ["label", "html", "text"]
    assert "failed" not in capfd.readouterr().err
