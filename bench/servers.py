"""The server processes, of which only the one that is being measured runs."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Generator
from pathlib import Path

from bench import redis_server
from bench.envs import FOLDER, python

_INSIDE = os.path.join(os.path.dirname(__file__), "inside")
_SCRIPTS = {
    "fork": ("fork", "app.py", "--cached"),
    "plain": ("base", "app.py"),
    "cached": ("base", "app.py", "--cached"),
    "floor": ("fork", "floor.py"),
    "soak": ("fork", "soak_app.py", "--cached"),
    "stored": ("fork", "app.py", "--cached", "--stored"),
    "shared": ("fork", "app.py", "--cached", "--shared"),
}
# By default it is chance, and lasts as long as the process, whether large arrays are
# made in fresh pages each time: up to a tenth of what an event with a picture takes.
_SAME_MEMORY = {
    "MALLOC_MMAP_THRESHOLD_": str(2**30),
    "MALLOC_TRIM_THRESHOLD_": str(2**32),
}
KINDS = tuple(_SCRIPTS)
"""
The fork, the base without and with its own cache, the floor, and the fork with a disk
behind its memory, or a Redis.
"""


def environment(kind: str) -> str:
    """Names the environment that a kind of server runs in."""
    return _SCRIPTS[kind][0]


class Server:
    """One server process."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.port = _free_port()
        self.files = tempfile.mkdtemp(prefix=f"files-{kind}-", dir=FOLDER)
        _, script, *options = _SCRIPTS[kind]
        script = os.path.join(_INSIDE, script)
        self._process = subprocess.Popen(
            [python(environment(kind)), script, str(self.port), *options],
            env=_settings(kind, self.files),
            stdout=subprocess.PIPE,
        )

    def wait_until_ready(self) -> None:
        """Raises RuntimeError if the server does not come up."""
        assert self._process.stdout
        for line in self._process.stdout:
            if line == b"ready\n":
                return
        raise RuntimeError(f"The server {self.kind} did not come up.")

    @property
    def status(self) -> Path:
        """What Linux tells of the process."""
        return Path("/proc", str(self._process.pid))

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def pause(self) -> None:
        """Stops the process where it is: also an idle server takes processor time."""
        self._process.send_signal(signal.SIGSTOP)

    @contextlib.contextmanager
    def awake(self) -> Generator[None]:
        """Lets a paused server run meanwhile."""
        self._process.send_signal(signal.SIGCONT)
        try:
            yield
        finally:
            self.pause()

    def end(self) -> None:
        """Ends the process and removes the files that it made."""
        self._process.kill()
        self._process.wait()
        shutil.rmtree(self.files, ignore_errors=True)


@contextlib.contextmanager
def running(kinds: tuple[str, ...]) -> Generator[dict[str, Server]]:
    """Returns a context manager for the servers by kind, all paused."""
    servers: dict[str, Server] = {}
    if "shared" in kinds:
        redis_server.start()
    try:
        for kind in kinds:
            servers[kind] = Server(kind)
            servers[kind].wait_until_ready()
            servers[kind].pause()
        yield servers
    finally:
        for server in servers.values():
            server.end()


def _settings(kind: str, files: str) -> dict[str, str]:
    memory = {} if kind == "soak" else _SAME_MEMORY
    quiet = {"GRADIO_ANALYTICS_ENABLED": "False", "PYTHONWARNINGS": "ignore"}
    return {**os.environ, **quiet, **memory, "GRADIO_TEMP_DIR": files}


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]
