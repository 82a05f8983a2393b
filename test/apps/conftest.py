"""Real apps, served from this process, and what several of their tests begin with."""

from __future__ import annotations

import subprocess
import threading
from typing import Any

import pytest

import gradio as gr
from gradio.caching import ages
from gradio.caching.serving import renewals
from gradio.caching.serving.queueing import join_response
from support import ports
from support.ageing import Runs, Settled
from support.apps import DEADLINE, App
from support.clocks import Clock
from support.gates import Gate
from support.shouting import shout


@pytest.fixture
def serve(monkeypatch, tmp_path):
    """Serves apps until the test ends."""
    monkeypatch.setenv("GRADIO_ANALYTICS_ENABLED", "False")
    monkeypatch.setenv("GRADIO_IS_E2E_TEST", "1")  # a heartbeat four times a second
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "uploads"))
    monkeypatch.setenv("GRADIO_EXAMPLES_CACHE", str(tmp_path / "examples"))
    apps: list[App] = []

    def start(demo: gr.Blocks, **settings: Any) -> App:
        demo.launch(
            prevent_thread_lock=True,
            quiet=True,
            server_name="127.0.0.1",
            server_port=ports.free(),
            **settings,
        )
        apps.append(App(demo))
        return apps[-1]

    yield start
    for app in apps:
        app.close()


@pytest.fixture
def gate():
    gate = Gate()
    yield gate
    gate.open()


@pytest.fixture
def patient(monkeypatch):
    """Lets join requests wait for the messages of hits however long it takes."""
    monkeypatch.setattr(join_response, "PATIENCE", DEADLINE)


@pytest.fixture
def clock(monkeypatch):
    """The clock by which results grow old."""
    clock = Clock()
    monkeypatch.setattr(ages, "clock", clock)
    return clock


@pytest.fixture
def renewed():
    """Numbers the runs of a function, and holds up those after the first."""
    runs = Runs(lambda number, text: f"{text}{number}")
    yield runs
    runs.gate.open()


@pytest.fixture
def settled(monkeypatch):
    """Tells when renewals of events have ended."""
    return Settled(monkeypatch, renewals)


@pytest.fixture(autouse=True)
def _nothing_was_shouted():
    shout.cache.clear()


@pytest.fixture
def counted():
    """A cached function that shouts, and the texts that it was run with."""
    runs = []

    @gr.cache
    def shout(text):
        runs.append(text)
        return text.upper()

    return shout, runs


@pytest.fixture
def conversions(monkeypatch):
    """The programs that were started."""
    started = []
    start = subprocess.Popen.__init__

    def note(self, args, *rest, **settings):
        started.append(args[0])
        start(self, args, *rest, **settings)

    monkeypatch.setattr(subprocess.Popen, "__init__", note)
    return started


@pytest.fixture
def number():
    """A function whose results differ each time it runs."""

    @gr.cache(per_session=True, max_size=0)
    def number(text):
        with lock:
            runs.append(text)
            return str(len(runs))

    lock, runs = threading.Lock(), []
    number.runs = runs
    return number
