"""
An app that is ended in the middle of answers: `python shutdown_app.py ENDING`, or,
without a cache, `python shutdown_app.py ENDING plain`. Tells in JSON what is left.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr

ENDING, *_REST = sys.argv[1:]
IS_CACHED = not _REST
STEPS = 20_000

is_open = threading.Event()
reached = threading.Semaphore(0)


def hold(text: str) -> str:
    reached.release()
    is_open.wait()
    return text


def cached(**settings: Any) -> Callable[..., Any]:
    return gr.cache(**settings) if IS_CACHED else lambda fn: fn


@cached()
def many_steps(text):
    for i in range(STEPS):
        yield f"{text}{i}"


@cached()
def slow(text):
    return hold(text)


@cached()
async def slow_steps(text):
    yield text
    while not is_open.is_set():
        await asyncio.sleep(0.01)


@cached(key=lambda arguments: hold(arguments["text"]))
def slow_to_find(text):
    # Without a cache there is no look-up that waits.
    return text if IS_CACHED else hold(text)


FUNCTIONS = [many_steps, slow, slow_steps, slow_to_find]


def blocks() -> gr.Blocks:
    with gr.Blocks() as demo:
        given, out = gr.Textbox(), gr.Textbox()
        for fn in FUNCTIONS:
            given.submit(fn, given, out)
    return demo


def launched(demo: gr.Blocks) -> gr.Blocks:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    host = "127.0.0.1"
    demo.launch(
        prevent_thread_lock=True, quiet=True, server_name=host, server_port=port
    )
    return demo


def join(demo: gr.Blocks, listener: int, session: str, text: str) -> None:
    body = {"fn_index": listener, "data": [text], "session_hash": session}
    request = urllib.request.Request(
        f"{demo.local_url}gradio_api/queue/join",
        json.dumps(body).encode(),
        {"content-type": "application/json"},
    )
    urllib.request.urlopen(request, timeout=30).read()


def open_stream(demo: gr.Blocks, session: str) -> socket.socket:
    """Of a session's messages; reads the first bytes alone."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect(("127.0.0.1", demo.server_port))
    path = f"/gradio_api/queue/data?session_hash={session}"
    client.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    client.recv(1)
    return client


def put_in_the_middle(demo: gr.Blocks, text: str) -> list[socket.socket]:
    if IS_CACHED:
        for _ in many_steps(text):
            pass
    streams = []
    for listener in range(len(FUNCTIONS)):
        for client in range(3):
            session = f"{listener}-{client}"
            join(demo, listener, session, text)
            if client:
                streams.append(open_stream(demo, session))
    for _ in ("slow", "slow_to_find"):
        assert reached.acquire(timeout=30)
    return streams


def leave(streams: list[socket.socket]) -> None:
    for stream in streams:
        stream.close()


def wait_for_threads() -> None:
    deadline = time.monotonic() + 20
    while threading.active_count() > 1 and time.monotonic() < deadline:
        time.sleep(0.01)


def tell() -> None:
    wait_for_threads()
    folder = Path(os.environ["GRADIO_TEMP_DIR"])
    left = {
        "threads": sorted(thread.name for thread in threading.enumerate()),
        "files": sorted(path.name for path in folder.rglob("*") if path.is_file()),
    }
    print(json.dumps(left), flush=True)


def close(demo: gr.Blocks) -> None:
    streams = put_in_the_middle(demo, "a")
    demo.close()
    leave(streams)
    is_open.set()
    tell()


def close_and_launch_again(demo: gr.Blocks) -> None:
    for text in ("a", "b"):
        other = launched(blocks())
        for each in (demo, other):
            leave(put_in_the_middle(each, f"{text}{id(each)}"))
            each.close()
        demo = launched(demo)
    demo.close()
    is_open.set()
    tell()


def get_signal(demo: gr.Blocks) -> None:
    streams = put_in_the_middle(demo, "a")
    kill = [os.getpid(), getattr(signal, ENDING)]
    threading.Timer(0.2, os.kill, kill).start()
    demo.block_thread()
    leave(streams)


def end(demo: gr.Blocks) -> None:
    put_in_the_middle(demo, "a")


ENDINGS = {"close": close, "again": close_and_launch_again, "end": end}

if __name__ == "__main__":
    ENDINGS.get(ENDING, get_signal)(launched(blocks()))
