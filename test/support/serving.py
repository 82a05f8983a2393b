"""Serves apps of this repository, each in a process of its own."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from fork import node

ROOT = Path(__file__).resolve().parents[2]
RUNNING = re.compile(r"Running on local URL: +(http://[\w.:]+)")
DEADLINE = 60


class Apps(ExitStack):
    """Serves an app from its first use to the end."""

    def __init__(self, scratch: Path) -> None:
        super().__init__()
        self._scratch = scratch
        self._urls: dict[tuple[str, bool], str] = {}

    def url(self, script: str, ssr: bool = False) -> str:
        """Returns the address of the page of a script that ends in `demo.launch()`."""
        app = script, ssr
        if app not in self._urls:
            scratch = self._scratch / str(len(self._urls))
            self._urls[app] = self.enter_context(_served(ROOT / script, ssr, scratch))
        return self._urls[app]


@contextmanager
def _served(script: Path, ssr: bool, scratch: Path) -> Iterator[str]:
    scratch.mkdir()
    log = scratch / "log.txt"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, script],
            env={**os.environ, **_settings(ssr, scratch)},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # SSR mode starts Node: both end below
        )
    try:
        yield _awaited(process, log)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _settings(ssr: bool, scratch: Path) -> dict[str, str]:
    return {
        "GRADIO_SERVER_PORT": str(_free_port()),
        "PYTHONUNBUFFERED": "1",
        "GRADIO_NODE_PATH": node.find().node,
        "GRADIO_SSR_MODE": str(ssr),
        "GRADIO_ANALYTICS_ENABLED": "False",
        "GRADIO_TEMP_DIR": str(scratch),
    }


def _awaited(process: subprocess.Popen, log: Path) -> str:
    deadline = time.monotonic() + DEADLINE
    while process.poll() is None and time.monotonic() < deadline:
        if url := RUNNING.search(log.read_text()):
            return url[1]
        time.sleep(0.1)
    raise AssertionError(f"{process.args} serves no page:\n{log.read_text()}")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
