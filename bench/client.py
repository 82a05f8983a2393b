"""
A client for one event at a time, on bare sockets: the overhead of an HTTP library would
be the greater part of what is compared.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

API = "/gradio_api/queue"
_COMPLETED = b'"process_completed"'
_LINE_LIMIT = 2**27
# What the page sends along, to be answered in one exchange.
_ACCEPT = b"accept: application/vnd.gradio.messages+json, */*\r\n"


class Connection:
    """One HTTP/1.1 connection that is kept open, for one request after the other."""

    def __init__(self, port: int, host: str | None = None) -> None:
        self._port = port
        self._proxy = f"x-forwarded-host: {host}\r\n".encode() if host else b""
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter

    async def __aenter__(self) -> Connection:
        self._reader, self._writer = await asyncio.open_connection(
            "127.0.0.1", self._port, limit=_LINE_LIMIT
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()
        await self._writer.wait_closed()

    async def post(self, path: str, body: bytes, headers: bytes = b"") -> bytes:
        """
        Returns the body of the answer. Raises RuntimeError for any status but 200.
        """
        self._send(b"POST", path, body, headers)
        answered = await self._headers()
        return await self._reader.readexactly(int(answered[b"content-length"]))

    async def get(self, path: str) -> bytes:
        """Returns the body of the answer. Raises RuntimeError unless all is well."""
        self._send(b"GET", path)
        headers = await self._headers()
        return await self._reader.readexactly(int(headers[b"content-length"]))

    async def events(self, path: str) -> AsyncIterator[bytes]:
        """Returns the pieces that a server-sent event stream arrives in, to its end."""
        self._send(b"GET", path)
        await self._headers()
        while size := int(await self._reader.readline(), 16):
            yield await self._reader.readexactly(size)
            await self._reader.readexactly(2)
        await self._reader.readexactly(2)

    def _send(
        self, method: bytes, path: str, body: bytes = b"", headers: bytes = b""
    ) -> None:
        # Without a drain: the server reads while this goes on to wait for the answer.
        self._writer.write(
            b"%s %s HTTP/1.1\r\nhost: 127.0.0.1:%d\r\n"
            b"content-type: application/json\r\ncontent-length: %d\r\n%s%s\r\n%s"
            % (
                method,
                path.encode(),
                self._port,
                len(body),
                self._proxy,
                headers,
                body,
            )
        )

    async def _headers(self) -> dict[bytes, bytes]:
        head = await self._reader.readuntil(b"\r\n\r\n")
        status, *lines = head.rstrip().split(b"\r\n")
        if b" 200 " not in status:
            raise RuntimeError(f"The server answered {status.decode()}.")
        return dict(line.lower().split(b": ", 1) for line in lines)


@dataclass(frozen=True, slots=True)
class Answer:
    """What one event told."""

    joined: float
    completed: float
    steps: int
    message: dict[str, Any]

    @property
    def is_hit(self) -> bool:
        """Whether the event was answered from the cache."""
        return self.message.get("used_cache") == "full"


async def ask_at_once(
    connection: Connection, fn: int, session: str, data: str
) -> Answer:
    """
    Triggers an event whose response is to bring all that there is, as the page does.
    Raises RuntimeError if it does not.
    """
    started = time.perf_counter()
    response = await connection.post(
        f"{API}/join", _request(fn, session, data), _ACCEPT
    )
    completed = time.perf_counter() - started
    messages = json.loads(response).get("messages")
    if not messages:
        raise RuntimeError("The response holds no messages.")
    steps = sum(m["msg"] == "process_generating" for m in messages)
    return Answer(completed, completed, steps, messages[-1])


async def ask(connection: Connection, fn: int, session: str, data: str) -> Answer:
    """Triggers an event and waits for the end of its stream, as other clients do."""
    body = _request(fn, session, data)
    started = time.perf_counter()
    await connection.post(f"{API}/join", body)
    joined = time.perf_counter() - started
    completed, steps, last = 0.0, 0, b""
    async for piece in connection.events(f"{API}/data?session_hash={session}"):
        steps += piece.count(b'"process_generating"')
        if _COMPLETED in piece:
            completed = time.perf_counter() - started
            last = piece
    message = _message(last)
    if not message.get("success"):
        raise RuntimeError(f"The event failed: {last[:1000].decode()}")
    return Answer(joined, completed, steps, message)


def _request(fn: int, session: str, data: str) -> bytes:
    return f'{{"data":{data},"fn_index":{fn},"session_hash":"{session}"}}'.encode()


def _message(piece: bytes) -> dict[str, Any]:
    for line in piece.splitlines():
        if _COMPLETED in line:
            return json.loads(line.removeprefix(b"data: "))
    return {}
