"""A folder for a store, a clock for it, and what is logged."""

from __future__ import annotations

import logging
import time

import pytest

from gradio.caching import errors
from gradio.caching.stores.disk import DiskStore


class Clock:
    def __init__(self):
        self.now = time.time()

    def __call__(self):
        return self.now


@pytest.fixture(autouse=True)
def told(monkeypatch, caplog):
    """What is logged, where nothing was logged before."""
    monkeypatch.setattr(errors, "_logged", errors.OncePerSubject())
    caplog.set_level(logging.WARNING, logger="gradio.caching")
    return caplog


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def store(tmp_path, clock):
    return DiskStore(str(tmp_path / "cache"), clock=clock)
