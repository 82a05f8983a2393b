"""Processes that end, and the time that passes for what they leave in a store."""

from __future__ import annotations

import pytest

from gradio.caching.code import shelf_name
from support.ageing import Callers
from support.restarts import forget_process, passing_time


@pytest.fixture
def callers():
    callers = Callers()
    yield callers
    callers.close()


@pytest.fixture
def restart(monkeypatch):
    """Forgets all that a process knows."""

    def restart():
        forget_process(monkeypatch)
        monkeypatch.setattr(shelf_name, "_holders", {})

    restart()
    return restart


@pytest.fixture
def ageing(monkeypatch, clock):
    """Lets seconds pass, by the clock of this process and by that on the wall."""
    return passing_time(monkeypatch, clock)
