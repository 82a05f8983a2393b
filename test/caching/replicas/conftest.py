"""Processes that share a store with leases, and callers in each."""

from __future__ import annotations

import pytest

from support.ageing import Callers
from support.held_calls import RUNS
from support.replicas import Processes


@pytest.fixture(autouse=True)
def _none_yet():
    RUNS.clear()


@pytest.fixture
def processes(monkeypatch):
    return Processes(monkeypatch)


@pytest.fixture
def server(processes):
    return processes.server


@pytest.fixture
def callers():
    callers = [Callers() for _ in range(4)]
    yield callers
    for each in callers:
        each.close()
