"""Apps that start again, over one store."""

from __future__ import annotations

import pytest

import gradio as gr
from gradio.caching.serving import renewals
from support.ageing import Settled
from support.plots import RUNS, app_of, plot
from support.restarts import passing_time, starting


@pytest.fixture
def start(serve, monkeypatch):
    return starting(serve, monkeypatch, RUNS)


@pytest.fixture
def passing(monkeypatch, clock):
    """Lets seconds pass, by the clock of this process and by that on the wall."""
    return passing_time(monkeypatch, clock)


@pytest.fixture
def settled(monkeypatch):
    return Settled(monkeypatch, renewals)


@pytest.fixture
def make(tmp_path):
    """Makes an app whose function returns what can't be packed."""

    def make(fn=plot, *outputs, **settings):
        outputs = outputs or (gr.Plot,)
        return app_of(fn, outputs, store=tmp_path / "cache", **settings)

    return make
