"""Serves apps of this repository, each in a process of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from fork import node
from support import ports

ROOT = Path(__file__).resolve().parents[2]
RUNNING = re.compile(r"Running on local URL: +(http://[\w.:]+)")
DEADLINE = 180


@dataclass(frozen=True)
class Served:
    """An app, and its group of processes."""

    url: str
    group: int

    def signal(self, number: int) -> None:
        os.killpg(self.group, number)


class Apps(ExitStack):
    """Serves an app from its first use to the end."""

    def __init__(self, scratch: Path) -> None:
        super().__init__()
        self._scratch = scratch
        self._served: dict[tuple[str, bool], Served] = {}

    def url(self, script: str, ssr: bool = False) -> str:
        """Returns the address of the page of a script that ends in `demo.launch()`."""
        app = script, ssr
        if app not in self._served:
            scratch = self._scratch / str(len(self._served))
            self._served[app] = self.enter_context(_serve(ROOT / script, ssr, scratch))
        self._served[app].signal(signal.SIGCONT)
        return self._served[app].url

    def rest(self) -> None:
        """Suspends all, until they are asked for: each looks for work all the time."""
        for app in self._served.values():
            app.signal(signal.SIGSTOP)


@contextmanager
def _serve(script: Path, ssr: bool, scratch: Path) -> Iterator[Served]:
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
        yield Served(_awaited(process, log), process.pid)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _settings(ssr: bool, scratch: Path) -> dict[str, str]:
    return {
        "GRADIO_SERVER_PORT": str(ports.free()),
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
