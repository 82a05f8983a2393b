"""A proxy between a client and a server, which does what networks do."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable

from support import ports

Change = Callable[[bytes], bytes | None]


def swallow(reply: bytes) -> bytes | None:
    """Lets nothing of a reply through."""
    return b""


def cut(reply: bytes) -> bytes | None:
    """Ends the connection instead of a reply."""
    return None


class Proxy:
    """
    Hands on what is said. `change` is what becomes of each piece of a reply; None of it
    cuts the connection, after `cut_after` bytes of a reply if that is set.
    """

    def __init__(self, port: int) -> None:
        self._target = port
        self.port = ports.free()
        self.change: Change | None = None
        self.connections = 0
        self._sockets: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self._in_thread(self._accept)

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def close(self) -> None:
        """Cuts all connections, and takes no more."""
        for one in (self._listener, *self._sockets):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self) -> None:
        while True:
            client, _ = self._listener.accept()
            self.connections += 1
            server = socket.create_connection(("127.0.0.1", self._target))
            self._sockets += [client, server]
            self._in_thread(self._hand_on, client, server, None)
            self._in_thread(self._hand_on, server, client, lambda: self.change)

    def _hand_on(
        self,
        source: socket.socket,
        target: socket.socket,
        change: Callable[[], Change | None] | None,
    ) -> None:
        while piece := source.recv(2**16):
            now = change and change()
            changed = piece if not now else now(piece)
            if changed is None:
                break
            target.sendall(changed)
        for one in (source, target):
            one.shutdown(socket.SHUT_RDWR)

    def _in_thread(self, work: Callable[..., None], *args: object) -> None:
        def run() -> None:
            with contextlib.suppress(OSError):
                work(*args)

        threading.Thread(target=run, daemon=True).start()
