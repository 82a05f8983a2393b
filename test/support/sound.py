"""Streamed sound and pictures, as a client hears and sees them."""

import subprocess
from dataclasses import dataclass

import numpy as np

import gradio as gr
from gradio.components.base import StreamingOutput

RATE = 8000
CHUNKS = 3
# Later releases encode sound across chunks: the last one comes at the end.
IN_ONE = hasattr(StreamingOutput, "flush_stream_output")
CONVERSIONS = 1 if IN_ONE else CHUNKS


def tone(hertz):
    ticks = np.arange(RATE // 2) * (2 * np.pi * hertz / RATE)
    return RATE, (np.sin(ticks) * 9000).astype(np.int16)


def tones():
    for i in range(CHUNKS):
        yield tone(200 + 100 * i)


def players_of(*fns, output=lambda: gr.Audio(streaming=True)):
    """An app with a button for each function, and one output for all."""
    with gr.Blocks() as demo:
        media = output()
        for fn in fns:
            gr.Button().click(fn, None, media)
    return demo


def addresses(data):
    """The addresses of streams in what was sent to an output."""
    if isinstance(data, dict):
        if data.get("is_stream"):
            return [data["url"]]
        return [url for value in data.values() for url in addresses(value)]
    return []


@dataclass
class Heard:
    run: object
    url: str
    playlist: list
    chunks: list

    @property
    def used(self):
        return self.run.used

    @property
    def timing(self):
        return [line for line in self.playlist if line.startswith("#")]

    def sound(self):
        parts = [b"".join(self.chunks)] if IN_ONE else self.chunks
        return [pcm(part) for part in parts]

    def sounds_like(self, other):
        """Converted twice, sound that is encoded across chunks is not the same bits."""
        if IN_ONE:
            return len(self.sound()[0]) == len(other.sound()[0])
        return self.sound() == other.sound()

    def is_whole(self, chunks):
        """Whether it is made of the chunks of a run that yielded so many."""
        return IN_ONE or len(self.chunks) == chunks


def hear(app, fn, position=0, **of):
    run = app.run(fn, **of)
    (url,) = addresses(run.of("process_generating")[0]["output"]["data"][position])
    assert addresses(run.data[position]) == [url]
    return listen(app, run, url)


def listen(app, run, url):
    playlist = app.http.get(url).raise_for_status().text.splitlines()
    parts = [line for line in playlist if not line.startswith("#")]
    folder = url.rsplit("/", 1)[0]
    chunks = [app.http.get(f"{folder}/{part}").raise_for_status() for part in parts]
    return Heard(run, url, playlist, [chunk.content for chunk in chunks])


def pcm(chunk):
    return decoded(chunk, "-f", "s16le")


def frames(chunk):
    return decoded(chunk, "-f", "framemd5")


def decoded(chunk, *form):
    command = ["ffmpeg", "-v", "error", "-i", "pipe:", *form, "pipe:"]
    return subprocess.run(command, input=chunk, capture_output=True, check=True).stdout
