"""Apps that use no cache, and what a visitor of each asks: run with base and fork."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
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
}
