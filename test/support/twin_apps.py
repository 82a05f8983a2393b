"""The same app twice: as it would be without our routes, and with them."""

from __future__ import annotations

import json
import re
from typing import Any

import fastapi
import pytest
from fastapi import HTTPException
from fastapi.testclient import TestClient

import gradio as gr
from gradio.caching import serving
from gradio.route_utils import API_PREFIX
from gradio.routes import App

JOIN, STREAM = f"{API_PREFIX}/queue/join", f"{API_PREFIX}/queue/data"
BODY = {"data": ["a"], "fn_index": 0, "session_hash": "s"}
JSON = {"content-type": "application/json"}


def twins(monkeypatch: pytest.MonkeyPatch, **settings: Any) -> tuple[App, App]:
    """Makes the app without our routes, and with them."""
    with monkeypatch.context() as patch:
        patch.setattr(serving, "events_first", lambda *_: None)
        before = App.create_app(demo(), **settings)
    return before, App.create_app(demo(), **settings)


def demo() -> gr.Blocks:
    with gr.Blocks() as demo:
        given, out = gr.Textbox(), gr.Textbox()
        gr.Button().click(lambda text: text, given, out)
    demo.auth_message = None  # which `launch` sets
    return demo


def join(content: bytes | None = None, **headers: str) -> tuple[str, str, Any]:
    """A join request as pages send it."""
    content = content or json.dumps(BODY).encode()
    return "POST", JOIN, {"content": content, "headers": {**JSON, **headers}}


def answers(app: App, *asked: tuple[str, str, Any]) -> list[tuple[Any, ...]]:
    """What each request is answered: its status, the headers that matter, its text."""
    client = TestClient(app, raise_server_exceptions=False)
    got = [client.request(method, path, **more) for method, path, more in asked]
    return [
        (g.status_code, g.headers.get("allow"), g.headers.get("content-type"), _text(g))
        for g in got
    ]


def statuses(app: App, *asked: tuple[str, str, Any]) -> list[int]:
    return [status for status, *_ in answers(app, *asked)]


def _text(response: Any) -> str:
    return re.sub(r'(?<="event_id":")[0-9a-f]{32}', "…", response.text)


def allowed(_: fastapi.Request) -> str:
    return "user"


async def allowed_later(_: fastapi.Request) -> str:
    return "user"


def refused(_: fastapi.Request) -> None:
    return None


def failing(_: fastapi.Request) -> None:
    raise HTTPException(418, "no")


def absent() -> None:
    raise HTTPException(403, "not you")
