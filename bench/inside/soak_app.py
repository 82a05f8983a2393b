"""An app with all kinds of cached functions, which tells how it feels. For `soak`."""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import threading
import time
from collections.abc import AsyncIterator, Iterator

import numpy as np

import gradio as gr

# Gradio keeps the state of so many sessions that have gone: all of them are there soon.
_SESSIONS = 100
_PAGE = os.sysconf("SC_PAGE_SIZE")


def text(words: str) -> str:
    return words[::-1]


def slow(words: str) -> str:
    time.sleep(0.05)
    return words[::-1]


async def later(words: str) -> str:
    await asyncio.sleep(0.01)
    return words[::-1]


def stream(words: str) -> Iterator[str]:
    for end in range(10):
        yield words[:end]


async def stream_later(words: str) -> AsyncIterator[str]:
    for end in range(10):
        await asyncio.sleep(0)
        yield words[:end]


def batch(words: list[str]) -> list[list[str]]:
    return [[word[::-1] for word in words]]


def fails(words: str) -> str:
    raise gr.Error(words, print_exception=False)


def array(words: str) -> np.ndarray:
    size = 64 + len(words) % 64
    return np.full((size, size, 3), len(words) % 256, np.uint8)


def remembered(words: str, kept: gr.Cache = gr.Cache(max_size=64)) -> str:  # noqa: B008
    if (hit := kept.get(words)) is None:
        kept.set(words, value=words[::-1])
        return words[::-1]
    return hit["value"]


async def vitals() -> dict[str, float]:
    """Tells what must not grow."""
    gc.collect()
    with open("/proc/self/statm") as file:
        resident = int(file.read().split()[1]) * _PAGE
    return {
        "memory, MB": resident / 2**20,
        "threads": threading.active_count(),
        "tasks": len(asyncio.all_tasks()),
        "descriptors": len(os.listdir("/proc/self/fd")),
        "live objects": sum(map(_is_ours, gc.get_objects())),
    }


def _is_ours(value: object) -> bool:
    return str(type(value).__module__).startswith("gradio.caching")


def build(cached: bool) -> gr.Blocks:
    """Builds the app, with each function behind a route of its name."""

    def kept(fn, **settings):
        return gr.cache(fn, max_size=64, **settings) if cached else fn

    functions = {
        "text": kept(text),
        "mine": kept(text, per_session=True),
        "slow": kept(slow),
        "later": kept(later),
        "stream": kept(stream),
        "stream_later": kept(stream_later),
        "fails": kept(fails),
        "remembered": remembered,
    }
    with gr.Blocks() as demo:
        given, made, picture = gr.Textbox(), gr.Textbox(), gr.Image()
        for name, fn in functions.items():
            go = gr.Button(name)
            go.click(fn, given, made, api_name=name, concurrency_limit=8)
        go.click(kept(array), given, picture, api_name="array", concurrency_limit=4)
        go.click(kept(batch), given, made, api_name="batch", batch=True)
        go.click(vitals, None, gr.JSON(), api_name="vitals", queue=False)
    return demo


def main() -> None:
    """Serves the app until the process is ended."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("--cached", action="store_true")
    options = parser.parse_args()
    demo = build(options.cached)
    demo.launch(
        server_port=options.port,
        quiet=True,
        ssr_mode=False,
        prevent_thread_lock=True,
        state_session_capacity=_SESSIONS,
    )
    print("ready", flush=True)
    demo.block_thread()


if __name__ == "__main__":
    main()
