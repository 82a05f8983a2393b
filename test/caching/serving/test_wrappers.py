import asyncio
import functools
from types import MethodType

import pytest

import gradio as gr
from gradio import chat_interface
from gradio.caching.serving.wrappers import callee_of, inner_function, rewrapped


def reply(message, history):
    return message


def streamed(message, history):
    yield message


def submits_of(chat):
    """The functions of the listeners of a chat that call the user's."""
    names = ("_submit_fn", getattr(chat.fn, "__name__", ""))
    return [fn.fn for fn in chat.fns.values() if fn.name in names]


@pytest.mark.parametrize("fn", [reply, streamed])
def test_every_listener_of_a_chat_that_calls_the_function_is_known(fn):
    chat = gr.ChatInterface(fn, editable=True, examples=["a"])
    # Submit, API, example, retry, option, edit.
    assert [inner_function(fn) for fn in submits_of(chat)] == [fn] * 6
    others = [fn.fn for fn in chat.fns.values() if fn.fn not in submits_of(chat)]
    assert fn not in map(inner_function, others)


class Bot:
    def reply(self, name, message, history):
        return name, message


def test_what_the_function_of_a_chat_is_given_besides():
    bot = Bot()
    inner = functools.partial(bot.reply, history=[])
    chat = gr.ChatInterface(functools.partial(inner, "bob", x=1))
    (api,) = (fn.fn for fn in chat.fns.values() if fn.api_visibility == "public")
    assert callee_of(api) == (bot.reply, (bot, "bob"), {"history": [], "x": 1})
    assert callee_of(bot.reply) == (bot.reply, (bot,), {})
    assert callee_of(chat.fn) == (chat.fn, (), {})


def test_the_function_that_the_chat_has_now():
    chat = gr.ChatInterface(reply)
    chat.fn = print
    assert inner_function(submits_of(chat)[0]) is print


@pytest.mark.parametrize(
    "method", ["_submit_fn", "_append_message_to_history", "_message_as_message_dict"]
)
@pytest.mark.parametrize("where", ["subclass", "instance", "patch"])
def test_a_chat_that_a_user_changed_is_the_user_s(method, where, monkeypatch):
    def changed(self, *args):
        return args

    class Chat(gr.ChatInterface):
        pass

    if where == "subclass":
        setattr(Chat, method, changed)
    if where == "patch":
        monkeypatch.setattr(chat_interface.ChatInterface, method, changed)
    chat = Chat(reply)
    if where == "instance":
        setattr(chat, method, MethodType(changed, chat))
    fn = submits_of(chat)[0]
    assert inner_function(fn) is fn


def test_wrappers_of_users_are_functions_of_their_own():
    fn = submits_of(gr.ChatInterface(reply))[0]

    @functools.wraps(fn)
    def wrapper(*args, **kwargs):
        return fn(*args, **kwargs)

    for own in (wrapper, functools.partial(fn), print, object(), None):
        assert inner_function(own) is own


def stacked(fn):
    with gr.Blocks():
        return gr.Button().click()(gr.on([gr.Textbox().change])(fn))


def test_what_a_decorator_of_gradio_s_returns_is_the_function():
    assert inner_function(stacked(reply)) is reply
    assert inner_function(gr.utils.async_lambda(reply)) is reply


async def coroutine(text):
    return text


async def async_generator(text):
    yield text


@pytest.mark.parametrize("fn", [streamed, coroutine, async_generator])
def test_of_other_kinds_gradio_passes_on_something_else(fn):
    assert inner_function(stacked(fn)) is not fn


def test_a_chat_s_wrapper_does_with_a_stored_answer_what_it_does_with_one():
    async def play(*_):
        return "stored"

    chat = gr.ChatInterface(reply)
    submit = submits_of(chat)[0]
    history = [{"role": "user", "content": "before"}]
    made = asyncio.run(rewrapped(submit, play, ["hi", history])())
    said = [{"role": "user", "content": "hi"}]
    said.append({"role": "assistant", "content": "stored"})
    assert made == ("stored", [*history, *said])
    assert history == [{"role": "user", "content": "before"}]
    assert chat.fn is reply


def test_and_so_do_those_that_stream():
    async def play(*_):
        yield "one"
        yield "two"

    submit = submits_of(gr.ChatInterface(streamed))[0]

    async def main():
        steps = rewrapped(submit, play, ["hi", []])()
        return [(response, history[-1]["content"]) async for response, history in steps]

    assert asyncio.run(main()) == [("one", "one"), ("two", "two")]


def test_other_functions_need_no_wrapping():
    async def play():
        return 1

    assert rewrapped(reply, play, ["hi"]) is play
    assert rewrapped(stacked(reply), play, ["hi"]) is play
