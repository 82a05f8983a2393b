"""The Redis server that is measured against: one for all, started when it is needed."""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import socket
import subprocess
import time

VARIABLE = "GRADIO_BENCH_REDIS"
"""Tells the measured processes where it is."""

_PATIENCE = 10.0


@functools.cache
def start() -> None:
    """Starts it, until this process ends. Raises RuntimeError if there is none."""
    program = shutil.which("redis-server")
    if program is None:
        raise RuntimeError("There is no redis-server: run scripts/system-packages.")
    port = _free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    server = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
    atexit.register(server.kill)
    deadline = time.monotonic() + _PATIENCE
    while not _answers(port):
        if time.monotonic() > deadline:
            raise RuntimeError("redis-server did not come up.")
        time.sleep(0.02)
    os.environ[VARIABLE] = f"redis://127.0.0.1:{port}/0"


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
