"""`python wire.py PORT`: serves ordinary apps, prints as JSON all that they send."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Iterator
from typing import Any

import httpx
from ordinary_apps import APPS, Ordinary

import gradio as gr

API = "gradio_api"
SESSION = "session0"
MCP = "mcp"
_SPEAKS = {"accept": "application/json, text/event-stream"}
# As the page says that it takes hits in the response: there are none.
_TAKES = {"accept": "application/vnd.gradio.messages+json, */*"}


class Visitor:
    """Asks an app, and returns each answer as it is on the wire."""

    def __init__(self, demo: gr.Blocks) -> None:
        self._fns = demo.fns.values()
        self._http = httpx.Client(base_url=str(demo.local_url), timeout=60)

    def get(self, path: str) -> str:
        return _plain(self._http.get(path))

    def queued(self, fn: str, data: list[Any]) -> Iterator[str]:
        body = self._body(fn, data)
        yield _plain(self._http.post(f"{API}/queue/join", json=body, headers=_TAKES))
        yield from self._stream(f"{API}/queue/data?session_hash={SESSION}")

    def direct(self, fn: str, data: list[Any]) -> Iterator[str]:
        yield _plain(self._http.post(f"{API}/run/predict", json=self._body(fn, data)))

    def named(self, endpoint: str, data: list[Any]) -> Iterator[str]:
        path = f"{API}/call/{endpoint}"
        answer = self._http.post(path, json={"data": data})
        yield _plain(answer)
        yield from self._stream(f"{path}/{answer.json()['event_id']}")

    def tool(self, method: str, **params: Any) -> Iterator[str]:
        message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        path = f"{API}/mcp/"
        yield _plain(self._http.post(path, json=message, headers=_SPEAKS))

    def _body(self, fn: str, data: list[Any]) -> dict[str, Any]:
        names = ((f._id, (f.name, f.api_name, _rendering(f))) for f in self._fns)
        index = next(number for number, known in names if fn in known)
        return {"fn_index": index, "data": data, "session_hash": SESSION}

    def _stream(self, path: str) -> Iterator[str]:
        with self._http.stream("GET", path) as answer:
            yield f"{answer.status_code} {answer.headers['content-type']}"
            yield from answer.iter_lines()


def _plain(answer: httpx.Response) -> str:
    answer.raise_for_status()
    return f"{answer.status_code} {answer.headers['content-type']} {answer.text}"


def _rendering(fn: Any) -> str | None:
    return fn.renderable.fn.__name__ if fn.renderable else None


def _visited(app: Ordinary, port: int) -> Iterator[str]:
    demo = app.make()
    quietly = {"prevent_thread_lock": True, "quiet": True, "ssr_mode": False}
    demo.launch(server_name="127.0.0.1", server_port=port, **quietly, **app.launch)
    visitor = Visitor(demo)
    yield visitor.get("config")
    yield visitor.get(f"{API}/info")
    for fn, data in app.queued:
        yield from visitor.queued(fn, data)
    for fn, data in app.direct:
        yield from visitor.direct(fn, data)
    for endpoint, data in app.named:
        yield from visitor.named(endpoint, data)
    if app.launch.get("mcp_server"):
        yield from visitor.tool("tools/list")
        yield from visitor.tool("tools/call", name="tool", arguments={"text": "abc"})
    yield visitor.get(f"{API}/queue/status")
    demo.close(verbose=False)


def main(port: int) -> None:
    apps = dict(APPS)
    if importlib.util.find_spec("mcp"):
        apps[MCP] = Ordinary(APPS["coroutine"].make, launch={"mcp_server": True})
    sent = {name: list(_visited(app, port)) for name, app in apps.items()}
    print("\n" + json.dumps({"gradio": gr.__file__, "sent": sent}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
