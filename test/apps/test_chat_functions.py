"""Whose answers in chats are kept apart, and which functions run as usual."""

import functools

import gradio as gr
from support.chats import (
    talk,
    used,
)
from support.page import Page


def test_partials_count_with_what_they_hold(serve):
    @gr.cache
    def reply(name, message, history, settings):
        return f"{name}{settings['mark']} {len(history)}: {message}"

    settings = {"mark": "!"}
    bound = functools.partial(reply, "bob", settings=settings)
    app = serve(gr.ChatInterface(bound, api_name="chat"))
    for told in (None, "full"):
        run = app.run("chat", "hi", None)
        assert (run.used, run.data[0]) == (told, "bob! 0: hi")
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
    for told in (None, "full"):
        for name in ("ann", "bob"):
            run = app.run(name, "hi", None)
            assert (run.used, run.data[0]) == (told, f"{name}, 0: hi")


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
    for name, told in {
        "loud": "partial",
        "wrapper": "partial",
        "titled": "full",
    }.items():
        runs = [app.run(name, name, None) for _ in range(2)]
        assert runs[1].used == told, name
        assert runs[0].data == runs[1].data
