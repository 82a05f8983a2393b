"""The Gradio app that is measured, one listener per case. Runs in each environment."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

import gradio as gr

YIELDS = 100
FEW = 2
SLOW_SECONDS = 2.0
TRICKLE_SECONDS, TASK_SECONDS = 3.0, 0.5

_runs: list[str] = []


def text(words: str) -> str:
    return words[::-1]


def image(pixels: np.ndarray) -> np.ndarray:
    return 255 - pixels


def frame(table: pd.DataFrame) -> pd.DataFrame:
    return table.iloc[::-1]


def audio(sound: tuple[int, np.ndarray]) -> tuple[int, np.ndarray]:
    rate, samples = sound
    return rate, samples[::-1]


def stream(words: str) -> Iterator[str]:
    said = words
    for number in range(YIELDS):
        said += f" {number}"
        yield said


def slow(words: str) -> str:
    _runs.append(words)
    time.sleep(SLOW_SECONDS)
    return words[::-1]


def runs(words: str) -> int:
    """How often `slow` ran with these words; never cached."""
    return _runs.count(words)


def side(pixels: np.ndarray) -> str:
    return str(pixels.shape)


def task(words: str) -> str:
    time.sleep(TASK_SECONDS)
    return words[::-1]


def trickling() -> gr.Textbox:
    """Makes a component whose input may take its time to arrive."""
    given = gr.Textbox()
    preprocess = given.preprocess

    def wait(payload: str | None) -> str | None:
        if payload and payload.startswith("trickles"):
            time.sleep(TRICKLE_SECONDS)
        return preprocess(payload)

    given.preprocess = wait
    return given


def file_name(path: str) -> str:
    return path.rpartition("/")[2]


LISTENERS: dict[str, tuple[Callable[..., Any], Callable[[], Any]]] = {
    "text": (text, gr.Textbox),
    "image": (image, gr.Image),
    "frame": (frame, gr.Dataframe),
    "audio": (audio, gr.Audio),
    "stream": (stream, gr.Textbox),
    "slow": (slow, gr.Textbox),
}
"""The functions, and the component that each takes and gives, by name."""


def caching(cached: bool, stored: bool, shared: bool) -> Any:
    """
    Returns what decorates the functions; with a store, which may be a server's, memory
    has the latest result of each alone.
    """
    if shared:
        server = f"{os.environ['GRADIO_BENCH_REDIS']}?timeout=10"
        return partial(gr.cache, max_size=1, store=server)
    if stored:
        folder = os.path.join(os.environ["GRADIO_TEMP_DIR"], "results")
        return partial(gr.cache, max_size=1, store=folder)
    return gr.cache if cached else lambda fn, **_: fn


def build(decorate: Any) -> gr.Blocks:
    """Returns an app with an input, an output and a button for each case."""
    words = gr.Textbox(render=False)
    with gr.Blocks() as demo:
        for name, (fn, component) in LISTENERS.items():
            with gr.Row():
                given, made, go = component(), component(), gr.Button(name)
            go.click(decorate(fn), given, made, api_name=name, concurrency_limit=10)
            if name == "image":
                full = decorate(fn, max_size=FEW)
                go.click(full, given, made, api_name="full", concurrency_limit=10)
            if name == "slow":
                go.click(runs, given, gr.Number(), api_name="runs")
        words.render()
        # One at a time, as by default.
        go.click(decorate(side), gr.Image(), words, api_name="side")
        go.click(
            decorate(task),
            trickling(),
            words,
            api_name="trickle",
            concurrency_limit=10,
        )
        go.click(
            decorate(file_name), gr.File(), words, api_name="name", concurrency_limit=10
        )
    return demo


def main() -> None:
    """Serves the app until the process is ended."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("--cached", action="store_true")
    parser.add_argument("--stored", action="store_true")
    parser.add_argument("--shared", action="store_true")
    options = parser.parse_args()
    demo = build(caching(options.cached, options.stored, options.shared))
    demo.launch(
        server_port=options.port, quiet=True, ssr_mode=False, prevent_thread_lock=True
    )
    print("ready", flush=True)
    demo.block_thread()


if __name__ == "__main__":
    main()
