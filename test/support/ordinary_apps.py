"""Apps that use no cache, and what a visitor of each asks: run with base and fork."""

from __future__ import annotations

import inspect
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

import gradio as gr


@dataclass(frozen=True)
class Ordinary:
    """An app, and requests in their order."""

    make: Callable[[], gr.Blocks]
    queued: list[tuple[str, list[Any]]] = field(default_factory=list)
    direct: list[tuple[str, list[Any]]] = field(default_factory=list)
    named: list[tuple[str, list[Any]]] = field(default_factory=list)
    launch: dict[str, Any] = field(default_factory=dict)


def interface() -> gr.Blocks:
    def greet(name, times):
        return f"Hello {name}! " * int(times)

    examples = [["Ada", 1], ["Bob", 2]]
    return gr.Interface(greet, ["text", gr.Slider(1, 5, step=1)], "text", examples)


def picture() -> gr.Blocks:
    def shade(level):
        return np.full((8, 8, 3), int(level), np.uint8), {"dark": 0.25, "light": 0.75}

    return gr.Interface(shade, "number", ["image", "label"])


def state() -> gr.Blocks:
    def count(step, total):
        return total + step, total + step

    with gr.Blocks() as demo:
        total, step, shown = gr.State(0), gr.Number(1), gr.Number()
        gr.Button().click(count, [step, total], [shown, total])
    return demo


def chat() -> gr.Blocks:
    def reply(message, history):
        for i in range(len(message)):
            yield f"{len(history or [])}: {message[: i + 1]}"

    return gr.ChatInterface(reply)


def stream() -> gr.Blocks:
    def grow(text):
        for i in range(1, len(text) + 1):
            yield text[:i], {"length": i}

    with gr.Blocks() as demo:
        gr.Button().click(grow, gr.Textbox(), [gr.Textbox(), gr.JSON()])
    return demo


def batch() -> gr.Blocks:
    def shout(texts):
        return [[text.upper() for text in texts]]

    with gr.Blocks() as demo:
        gr.Button().click(shout, gr.Textbox(), gr.Textbox(), batch=True)
    return demo


def unqueued() -> gr.Blocks:
    def shout(text):
        return text.upper()

    with gr.Blocks() as demo:
        gr.Button().click(shout, gr.Textbox(), gr.Textbox(), queue=False)
    return demo


def rendered() -> gr.Blocks:
    with gr.Blocks() as demo:
        number = gr.Number(2)

        @gr.render(inputs=number)
        def boxes(n):
            for i in range(int(n)):
                gr.Textbox(f"box {i}", key=i)

    return demo


def toasts() -> gr.Blocks:
    def warn(text):
        gr.Info("started")
        gr.Warning(text, duration=3)
        return gr.update(value=text, label="warned")

    def fail(text):
        raise gr.Error(f"no {text}")

    with gr.Blocks() as demo:
        given, result = gr.Textbox(), gr.Textbox()
        gr.Button().click(warn, given, result).success(fail, given, result)
    return demo


def coroutine() -> gr.Blocks:
    async def tool(text: str) -> str:
        """Turns a text round."""
        return text[::-1]

    with gr.Blocks() as demo:
        gr.Button().click(tool, gr.Textbox(), gr.Textbox(), api_name="tool")
    return demo


def validated() -> gr.Blocks:
    def check(text):
        return gr.validate(len(text) > 1, "too short")

    def shout(text):
        return text.upper()

    with gr.Blocks() as demo:
        gr.Button().click(shout, gr.Textbox(), gr.Textbox(), validator=check)
    return demo


def pages() -> gr.Blocks:
    def shout(text):
        return text.upper()

    def whisper(text):
        return text.lower()

    with gr.Blocks() as demo:
        gr.Interface(shout, "text", "text")
    with demo.route("Second"):
        gr.Interface(whisper, "text", "text")
    return demo


def named() -> gr.Blocks:
    def minus(a, b):
        return a - b

    with gr.Blocks() as demo:
        x, y, out = gr.Number(), gr.Number(), gr.Number()
        swapped: Any = {"inputs_kwargs": {"b": x, "a": y}}
        gr.Button().click(minus, None, out, **swapped)
    return demo


def properties() -> gr.Blocks:
    def told(slider: gr.Slider):
        return f"{slider.value} of {slider.maximum}"

    with gr.Blocks() as demo:
        gr.Button().click(told, gr.Slider(0, 50), gr.Textbox())
    return demo


def user() -> gr.Blocks:
    def who(text, token: gr.OAuthToken | None):
        return f"{text}: {token.token if token else None}"

    return gr.Interface(who, "text", "text")


def workflow() -> gr.Blocks:
    def shout(text: str) -> str:
        return text.upper()

    graph = Path(tempfile.gettempdir(), "no such graph", "workflow.json")
    return gr.Workflow(str(graph), bind=[shout])


APPS = {
    "interface": Ordinary(
        interface,
        queued=[("greet", ["Ada", 2]), ("greet", ["Ada", 2])],
        named=[("greet", ["Bob", 1])],
    ),
    "picture": Ordinary(picture, queued=[("shade", [100]), ("shade", [100])]),
    "state": Ordinary(state, queued=[("count", [2, None]), ("count", [3, None])]),
    "chat": Ordinary(
        chat,
        queued=[
            ("_clear_and_save_textbox", ["hey"]),
            ("_append_message_to_history", [None, []]),
            ("_submit_fn", [None, None]),
        ],
        named=[("reply", ["hey", None]), ("reply", ["you", None])],
    ),
    "stream": Ordinary(stream, queued=[("grow", ["abcd"])], named=[("grow", ["xy"])]),
    "batch": Ordinary(batch, queued=[("shout", ["a"]), ("shout", ["b"])]),
    "unqueued": Ordinary(unqueued, direct=[("shout", ["a"]), ("shout", ["a"])]),
    "rendered": Ordinary(rendered, queued=[("boxes", [2]), ("boxes", [3])]),
    "toasts": Ordinary(toasts, queued=[("warn", ["w"]), ("fail", ["f"])]),
    "coroutine": Ordinary(
        coroutine, queued=[("tool", ["abc"])], named=[("tool", ["de"])]
    ),
    "validated": Ordinary(validated, queued=[("shout", ["ab"]), ("shout", ["cd"])]),
    "pages": Ordinary(pages, queued=[("shout", ["a"]), ("whisper", ["B"])]),
}
_SLIDER = {"value": 3, "minimum": 0, "maximum": 50}
if "inputs_kwargs" in inspect.signature(gr.on).parameters:
    APPS["named"] = Ordinary(named, queued=[("minus", [5, 3]), ("minus", [3, 5])])
    APPS["properties"] = Ordinary(properties, queued=[("told", [_SLIDER])])
if hasattr(gr, "Workflow"):
    asked = [("predict_fn_shout", ['["a"]']), ("predict_fn_shout", ['["b"]'])]
    APPS["workflow"] = Ordinary(workflow, queued=asked)
    APPS["user"] = Ordinary(user, queued=[("who", ["a"]), ("who", ["a"])])
