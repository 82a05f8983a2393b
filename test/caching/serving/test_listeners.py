import copy
import functools

import pytest

import gradio as gr
from gradio.caching.calls.call_keys import INPUT
from gradio.caching.serving.lookup.listeners import listener_of


@gr.cache
def shout(text):
    return text.upper()


@gr.cache
def of_caller(text, request: gr.Request):
    return text, request.username


class Voice:
    @gr.cache
    def say(self, text):
        return text


def listener(fn):
    with gr.Blocks() as demo:
        gr.Button().click(fn, gr.Textbox(), gr.Textbox())
    return next(iter(demo.fns.values()))


def test_what_is_the_same_for_all_requests_is_found_out_once():
    fn = listener(shout)
    assert listener_of(fn).call == ((INPUT,), {})
    assert listener_of(fn) is listener_of(fn)


@pytest.mark.parametrize(("fn", "depends"), [(shout, False), (of_caller, True)])
def test_a_function_may_be_told_who_calls(fn, depends):
    assert listener_of(listener(fn)).depends_on_request is depends


def test_the_instance_of_a_method_is_an_argument():
    voice = Voice()
    assert listener_of(listener(voice.say)).call == ((voice, INPUT), {})


def test_another_function_in_its_place_is_seen():
    fn = listener(shout)
    before = listener_of(fn)
    fn.fn = of_caller
    assert not before.depends_on_request
    assert listener_of(fn).depends_on_request


def test_a_copy_with_other_inputs_is_another_listener():
    fn = listener(shout)
    before, copied = listener_of(fn), copy.copy(fn)
    assert listener_of(copied) is before
    copied.inputs = [gr.Textbox(), gr.Textbox()]
    assert listener_of(copied).call == ((INPUT, INPUT), {})
    assert listener_of(fn) is before


def test_defaults_that_gradio_passes_are_asked_for_each_time():
    def repeat(text, times=2):
        return text * times

    @gr.cache
    @functools.wraps(repeat)
    def told(*args):
        return repeat(*args)

    fn = listener(told)
    assert listener_of(fn).call.args == (INPUT, 2)
    repeat.__defaults__ = (3,)
    assert listener_of(fn).call.args == (INPUT, 3)


def test_the_function_of_a_chat_is_asked_for_each_time():
    demo = gr.ChatInterface(lambda message, history: message)
    (fn,) = (f for f in demo.fns.values() if f.api_visibility == "public")
    before, voice = listener_of(fn).call, Voice()
    demo.fn = voice.say
    assert listener_of(fn).call == ((voice, *before.args), before.kwargs)
