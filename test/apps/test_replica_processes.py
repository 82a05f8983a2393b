"""Three processes of an app on one Redis, of which one computes for all."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import httpx
import pytest

from gradio.caching.stores.backing import LEASE
from support import ports
from support.gates import DEADLINE
from support.redis_servers import Server

PROGRAM = """
import os, sys, time
from pathlib import Path
import gradio as gr

folder = Path(sys.argv[2])

@gr.cache(store=sys.argv[3], version="1")
def f(text):
    with (folder / "runs").open("a") as runs:
        print(os.getpid(), text, file=runs)
    while not (folder / text).exists():
        time.sleep(0.01)
    return f"{text} of {os.getpid()}"

with gr.Blocks() as demo:
    given = gr.Textbox()
    given.submit(f, given, gr.Textbox(), api_name="f")
demo.launch(server_port=int(sys.argv[1]))
"""


READY = "To create a public link"
"""Is printed when Gradio has found that it can reach itself."""


class Process:
    """One replica, and those who ask it."""

    def __init__(self, folder, store):
        self.url = f"http://127.0.0.1:{(port := ports.free())}/"
        self.log = folder / f"{port}.log"
        command = [sys.executable, "-u", "app.py", str(port), str(folder), store]
        quiet = {**os.environ, "GRADIO_ANALYTICS_ENABLED": "False"}
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                command, cwd=folder, env=quiet, stdout=log, stderr=log
            )

    def until_ready(self):
        deadline = time.monotonic() + 6 * DEADLINE
        while READY not in self.log.read_text():
            is_alive = self.process.poll() is None and time.monotonic() < deadline
            assert is_alive, self.log.read_text()
            time.sleep(0.05)

    def end(self):
        self.process.kill()
        self.process.wait()

    def answer(self, text, session):
        with httpx.Client(base_url=f"{self.url}gradio_api/queue/", timeout=90) as http:
            body = {"fn_index": 0, "data": [text], "session_hash": session}
            http.post("join", json=body).raise_for_status()
            with http.stream("GET", "data", params={"session_hash": session}) as lines:
                said = [json.loads(x[5:]) for x in lines.iter_lines() if x[:1] == "d"]
        (done,) = [m for m in said if m["msg"] == "process_completed"]
        return done["output"]["data"][0]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("replicas")
    (folder / "app.py").write_text(PROGRAM)
    (folder / "runs").touch()
    return folder


@pytest.fixture(scope="module")
def replicas(folder):
    with ExitStack() as stack:
        server = Server()
        stack.callback(server.close)
        made = []
        # One after another: Gradio gives up if it can't reach itself in some seconds.
        for _ in range(3):
            made.append(Process(folder, server.url))
            stack.callback(made[-1].end)
            made[-1].until_ready()
        yield made


@pytest.fixture
def clients():
    with ThreadPoolExecutor(64) as pool:
        yield pool


def runs(folder, text):
    """The processes in which the function has run."""
    lines = (folder / "runs").read_text().splitlines()
    return [int(line.split()[0]) for line in lines if line.split()[1] == text]


def until_run(folder, text, times, seconds=DEADLINE):
    deadline = time.monotonic() + seconds
    while len(runs(folder, text)) < times:
        assert time.monotonic() < deadline, "it did not run"
        time.sleep(0.01)


def asked(clients, replicas, text, number):
    return [
        clients.submit(replicas[i % len(replicas)].answer, text, f"{text}{i}")
        for i in range(number)
    ]


def test_fifty_equal_events_run_once(replicas, clients, folder):
    answers = asked(clients, replicas, "once", 50)
    until_run(folder, "once", 1)
    (folder / "once").touch()
    (run,) = {answer.result(3 * DEADLINE) for answer in answers}
    assert runs(folder, "once") == [int(run.split()[-1])]


def test_another_one_leads_when_the_leader_is_killed(replicas, clients, folder):
    answers = asked(clients, replicas, "killed", 12)
    until_run(folder, "killed", 1)
    (pid,) = runs(folder, "killed")
    (killed,) = [i for i, each in enumerate(replicas) if each.process.pid == pid]
    os.kill(pid, signal.SIGKILL)
    until_run(folder, "killed", 2, LEASE + DEADLINE)
    (folder / "killed").touch()
    others = [a.result(3 * DEADLINE) for i, a in enumerate(answers) if i % 3 != killed]
    assert len(set(others)) == 1
    assert len(runs(folder, "killed")) == 2
