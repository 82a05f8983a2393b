"""Apps of one text box and its listeners, and what is waited for in them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr

_PAUSE, _PAUSES = 0.05, 600


def blocks_of(*fns: Callable[..., Any], **listener: Any) -> gr.Blocks:
    """An app with a listener for each function, of its name."""
    with gr.Blocks() as demo:
        given, result = gr.Textbox(), gr.Textbox()
        for fn in fns:
            name = fn.__name__.replace(" ", "_")
            given.submit(fn, given, result, api_name=name, **listener)
    return demo


def until(condition: Callable[[], Any]) -> None:
    """Waits for the server, which nothing here can wait for in another way."""
    pause = threading.Event()
    for _ in range(_PAUSES):
        if condition():
            return
        pause.wait(_PAUSE)
    raise AssertionError("it did not happen")


def answer(run: Any) -> tuple[str | None, Any]:
    """What the cache had of an event, and the first of its outputs."""
    return run.used, run.data[0]


def upload(app: Any, content: bytes, name: str) -> dict[str, Any]:
    """Uploads a file as a page does; returns what the page then sends for it."""
    files = {"files": (name, content)}
    (path,) = app.http.post("gradio_api/upload", files=files).raise_for_status().json()
    return {"path": path, "orig_name": name, "meta": {"_type": "gradio.FileData"}}


def upload_file(app: Any, path: Path) -> dict[str, Any]:
    """Uploads a file of this machine."""
    return upload(app, path.read_bytes(), path.name)
