"""One server as its clients see it: its event listeners, and files uploaded to it."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx

from bench import payloads
from bench.client import Answer, Connection, ask, ask_at_once
from bench.servers import Server

_CHUNK = 2**20

Inputs = Callable[["Visitor"], Awaitable[str]]


class Visitor:
    """What clients of one server share."""

    def __init__(self, server: Server) -> None:
        self.kind = server.kind
        self.awake = server.awake
        self.url = server.url
        self.session = new_session()
        self.seeds = itertools.count(1)
        self._server = server
        self._listeners: dict[str, int] = {}
        self._known: dict[tuple[str, Inputs], str] = {}

    def connect(self, host: str | None = None) -> Connection:
        """
        Returns a connection to the server, to be used as an async context manager.
        """
        return Connection(self._server.port, host)

    @property
    def has_cache(self) -> bool:
        """Tells whether what was asked before is answered from a cache."""
        return self.kind != "plain"

    async def ask(
        self,
        connection: Connection,
        fn: str,
        data: str,
        session: str | None = None,
        at_once: bool = False,
    ) -> Answer:
        """Returns how it went: over a stream, or in one exchange."""
        number = await self.listener(fn)
        way = ask_at_once if at_once else ask
        return await way(connection, number, session or new_session(), data)

    async def known(self, fn: str, make: Inputs) -> str:
        """
        Returns the inputs, JSON: always the same ones, which the listener was asked
        before.
        """
        if (fn, make) not in self._known:
            self._known[fn, make] = data = await make(self)
            async with self.connect() as connection:
                await self.ask(connection, fn, data)
        return self._known[fn, make]

    async def upload(self, name: str, content: bytes) -> str:
        """Returns the inputs of an event that is given this file, JSON."""
        async with httpx.AsyncClient(base_url=self._server.url) as client:
            answer = await client.post(
                "/gradio_api/upload", files={"files": (name, content)}
            )
        return payloads.file(answer.raise_for_status().json()[0], name)

    def sparse_file(self, name: str, size: int) -> str:
        """As `upload`, of a file of so many zeros, without sending them."""
        folder = Path(self._server.files, new_session())
        folder.mkdir()
        with (folder / name).open("wb") as out:
            out.truncate(size)
        # An upload leaves what it wrote in the system's memory.
        with (folder / name).open("rb", buffering=0) as written:
            buffer = bytearray(_CHUNK)
            while written.readinto(buffer):
                pass
        return payloads.file(str(folder / name), name)

    def forget_peak(self) -> None:
        """Lets `peak` begin anew."""
        (self._server.status / "clear_refs").write_text("5")

    def peak(self) -> int:
        """The most bytes of memory that the server had since `forget_peak`."""
        status = (self._server.status / "status").read_text().splitlines()
        [line] = (line for line in status if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024

    async def listener(self, fn: str) -> int:
        """Finds the number of the event listener behind a route."""
        if not self._listeners:
            async with httpx.AsyncClient(base_url=self._server.url) as client:
                config = (await client.get("/config")).json()
            found = ((d["api_name"], d["id"]) for d in config["dependencies"])
            self._listeners.update(found)
        return self._listeners[fn]


def new_session() -> str:
    """Returns the hash of a session that no server has seen."""
    return uuid.uuid4().hex
