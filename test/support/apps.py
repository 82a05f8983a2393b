"""An app that is served from this process, and a client that shows every message."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import httpx
from gradio_client import Client

import gradio as gr

DEADLINE = 30
# As the page says that it takes messages in the response to its join request.
MESSAGES = {"accept": "application/vnd.gradio.messages+json, */*"}
# What differs between any two runs.
_OF_THE_RUN = {"event_id", "duration", "average_duration"}
_OF_THE_CACHE = {"used_cache", "cache_duration", "avg_time"}
_OF_THE_QUEUE = {"estimation", "process_starts", "heartbeat", "close_stream"}


@dataclass
class Run:
    """All messages of an event."""

    messages: list[dict[str, Any]]

    @property
    def completed(self) -> dict[str, Any]:
        return next(m for m in self.messages if m["msg"] == "process_completed")

    @property
    def data(self) -> list[Any]:
        return self.completed["output"]["data"]

    @property
    def used(self) -> str | None:
        return self.completed.get("used_cache")

    @property
    def success(self) -> bool:
        return self.completed["success"]

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [m for m in self.messages if m["msg"] == kind]

    def seen(self) -> list[dict[str, Any]]:
        """What the page makes of it, without what differs between any two runs."""
        return [_plain(m) for m in self.messages if m["msg"] not in _OF_THE_QUEUE]


def _plain(message: dict[str, Any]) -> dict[str, Any]:
    without = _OF_THE_RUN | _OF_THE_CACHE
    plain = {k: v for k, v in message.items() if k not in without}
    if isinstance(plain.get("output"), dict):
        output = plain["output"].items()
        plain["output"] = {k: v for k, v in output if k not in without}
    return plain


def _name(fn: Any) -> str | None:
    return fn.renderable.fn.__name__ if fn.renderable else fn.name


class Stream:
    """The messages of one session, as they come."""

    def __init__(self, url: str, session: str, headers: httpx.Headers) -> None:
        self._url, self._session = url, session
        self._http = httpx.Client(timeout=DEADLINE, headers=headers)

    def __enter__(self) -> Stream:
        params = {"session_hash": self._session}
        self._context = self._http.stream("GET", f"{self._url}data", params=params)
        self._lines = self._context.__enter__().iter_lines()
        return self

    def __exit__(self, *_: object) -> None:
        self._context.__exit__(None, None, None)
        self._http.close()

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for line in self._lines:
            if line.startswith("data:"):
                message = json.loads(line[5:])
                yield message
                if message["msg"] == "close_stream":
                    return

    def until(self, kind: str) -> dict[str, Any]:
        return next(m for m in self if m["msg"] == kind)


class App:
    """An app that is being served."""

    def __init__(self, demo: gr.Blocks) -> None:
        self.demo = demo
        self.queue = demo._queue
        self.url = str(demo.local_url)
        self.http = httpx.Client(base_url=self.url, timeout=DEADLINE)
        self._clients: list[Client] = []
        self._pool = ThreadPoolExecutor(4)

    def post(
        self, fn: Any, *data: Any, session: str, headers: Any = None, **body: Any
    ) -> httpx.Response:
        payload = {"fn_index": self.index(fn), "data": data, "session_hash": session}
        payload |= body
        return self.http.post("gradio_api/queue/join", json=payload, headers=headers)

    def exchange(self, fn: Any, *data: Any, **body: Any) -> Run | None:
        """Asks for an event's messages in its join response: what is there, if any."""
        body = {"session": self.session(), "headers": MESSAGES, **body}
        answer = self.post(fn, *data, **body)
        assert answer.status_code == 200, answer.text
        messages = answer.json().get("messages")
        return None if messages is None else Run(messages)

    def join(self, fn: Any, *data: Any, session: str, **body: Any) -> str:
        answer = self.post(fn, *data, session=session, **body)
        assert answer.status_code == 200, answer.text
        return answer.json()["event_id"]

    def listen(self, session: str) -> Stream:
        return Stream(f"{self.url}gradio_api/queue/", session, self.http.headers)

    def run(self, fn: Any, *data: Any, session: str | None = None, **body: Any) -> Run:
        session = session or self.session()
        event = self.join(fn, *data, session=session, **body)
        with self.listen(session) as stream:
            return Run([m for m in stream if m.get("event_id") in (event, None)])

    def cancel(self, session: str, event: str, fn: Any = 0) -> Future[httpx.Response]:
        index = fn if isinstance(fn, int) else self.index(fn)
        body = {"session_hash": session, "fn_index": index, "event_id": event}
        return self._pool.submit(self.http.post, "gradio_api/cancel", json=body)

    def session(self) -> str:
        return secrets.token_hex(6)

    def index(self, fn: Any) -> int:
        """The listener of a function, by itself, its name or that of its route."""
        name = fn if isinstance(fn, str) else fn.__name__
        fns = self.demo.fns.values()
        return next(f._id for f in fns if name in (_name(f), f.api_name))

    def client(self, **settings: Any) -> Client:
        client = Client(self.url, verbose=False, **settings)
        self._clients.append(client)
        return client

    def close(self) -> None:
        for client in self._clients:
            client.close()
        self._pool.shutdown()
        self.http.close()
        self.demo.close(verbose=False)
