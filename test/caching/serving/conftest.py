"""An app's function, and look-ups that take as long as a test says."""

import asyncio

import PIL.Image
import pytest

import gradio as gr
from gradio.caching.serving.lookup.lookup import Lookups
from gradio.caching.serving.queueing import arrival_order


@pytest.fixture
def runs():
    return []


@pytest.fixture
def shout(runs):
    @gr.cache
    def shout(text):
        runs.append(text)
        return text.upper()

    return shout


@pytest.fixture
def slow(monkeypatch):
    """Holds up the look-ups of one text until it is set."""

    class Slow:
        def __init__(self):
            self.may_go = asyncio.Event()
            self.held = 0

    slow, find = Slow(), Lookups.find

    async def held_up(self, event, engine, *rest, **more):
        if event.data.data == ["slow"]:
            slow.held += 1
            await slow.may_go.wait()
        return await find(self, event, engine, *rest, **more)

    monkeypatch.setattr(Lookups, "find", held_up)
    return slow


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(arrival_order, "PATIENCE", 0)


@pytest.fixture
def accepting(monkeypatch):
    """Takes every path that a client names for an upload."""
    where = "gradio.caching.serving.lookup.preprocessing.accepts_file"
    monkeypatch.setattr(where, lambda event, path: bool(path))


@pytest.fixture
def pictures(accepting, tmp_path):
    """Files that a page names, of equal cost."""
    made = []
    for i in range(4):
        path = tmp_path / f"{i}.png"
        PIL.Image.new("RGB", (100, 100), (i, 0, 0)).save(path)
        made.append({"path": str(path), "meta": {"_type": "gradio.FileData"}})
    return made
