"""Streamed sound answers after a restart as it was converted, before the queue."""

from __future__ import annotations

import subprocess

import numpy as np
import pytest

import gradio as gr
from support.restarts import Runs, starting

RATE = 8000
RUNS = Runs()


@pytest.fixture
def start(serve, monkeypatch):
    return starting(serve, monkeypatch, RUNS)


@pytest.fixture
def converted(monkeypatch):
    """The programs that were started."""
    started = []
    real = subprocess.Popen.__init__

    def note(self, args, *rest, **settings):
        started.append(args[0])
        real(self, args, *rest, **settings)

    monkeypatch.setattr(subprocess.Popen, "__init__", note)
    return started


def play(text):
    RUNS.append(text)
    ticks = np.arange(RATE // 2) / RATE
    for hertz in (200, 300):
        tone = np.sin(2 * np.pi * hertz * ticks) * 9000
        yield text, (RATE, tone.astype(np.int16))


def app_of(fn, before=0, **settings):
    with gr.Blocks() as demo:
        for _ in range(before):  # so that all others have other numbers
            gr.Number()
        given = gr.Textbox()
        outputs = [gr.Textbox(), gr.Audio(streaming=True)]
        given.submit(gr.cache(fn, **settings), given, outputs, api_name="f")
    return demo


def heard(app, run):
    """What is served at the address of a stream: its list, and all of its sound."""
    url = run.data[1]["url"]
    playlist = app.http.get(url).raise_for_status().text.splitlines()
    folder = url.rsplit("/", 1)[0]
    parts = [line for line in playlist if not line.startswith("#")]
    chunks = [app.http.get(f"{folder}/{p}").raise_for_status().content for p in parts]
    return [line for line in playlist if line.startswith("#")], chunks


def test_it_is_served_again_and_not_converted(start, tmp_path, converted):
    app = start(lambda: app_of(play, store=tmp_path / "cache"))
    first = app.run("f", "a")
    assert first.used is None
    sound = heard(app, first)
    assert all(sound[1])
    for before in (0, 3):
        app = start(lambda n=before: app_of(play, n, store=tmp_path / "cache"))
        converted.clear()
        runs = [app.run("f", "a") for _ in range(2)]
        assert [run.used for run in runs] == ["full", "full"]
        assert converted == []
        assert all(heard(app, run) == sound for run in runs)
        assert not runs[0].of("process_starts")
        assert len({run.data[1]["url"] for run in runs}) == 2
    assert app.run("f", "b").used is None
    assert RUNS == ["a", "b"]


def test_it_can_be_downloaded_as_a_whole(start, tmp_path):
    start(lambda: app_of(play, store=tmp_path / "cache")).run("f", "a")
    app = start(lambda: app_of(play, store=tmp_path / "cache"))
    url = app.run("f", "a").data[1]["url"]
    whole = app.http.get(url.replace("playlist.m3u8", "playlist-file"))
    assert whole.raise_for_status().content
