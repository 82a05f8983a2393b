"""Streamed sound and pictures: a hit plays the same, and converts nothing."""

import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pytest

import gradio as gr
from gradio.caching.decorator import engine_of
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


def blocks_of(*fns, output=lambda: gr.Audio(streaming=True)):
    with gr.Blocks() as demo:
        media = output()
        for fn in fns:
            gr.Button().click(fn, None, media)
    return demo


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


def without(url, run):
    """What the page is told, without the address of the stream."""
    session, number = re.search(r"/stream/(\w+)/(\w+)/", url).groups()
    return [
        repr(message).replace(session, "SESSION").replace(number, "RUN")
        for message in run.seen()
    ]


def test_a_replay_plays_the_same_sound_and_converts_nothing(serve, conversions):
    runs = []

    @gr.cache
    def play():
        runs.append(1)
        yield from tones()

    app = serve(blocks_of(play))
    first = hear(app, play)
    assert conversions.count("ffmpeg") >= CONVERSIONS
    conversions.clear()
    replays = [hear(app, play) for _ in range(3)]
    assert conversions == []
    assert [first.used, *(r.used for r in replays)] == [None, "full", "full", "full"]
    assert runs == [1]
    sound = first.sound()
    assert len(set(sound)) == CONVERSIONS
    assert all(len(part) > RATE * CHUNKS / CONVERSIONS for part in sound)
    assert all(replay.sound() == sound for replay in replays)
    assert all(replay.timing == first.timing for replay in replays)
    assert len({first.url, *(r.url for r in replays)}) == 4


def test_a_replay_tells_the_page_what_a_run_would(serve):
    @gr.cache
    def play():
        yield from tones()

    app = serve(blocks_of(play))
    first, replay = hear(app, play), hear(app, play)
    assert without(replay.url, replay.run) == without(first.url, first.run)
    session = re.search(r"/stream/(\w+)/", first.url)[1]
    assert session not in repr(replay.run.messages)


def test_a_session_may_hear_it_again(serve, conversions):
    @gr.cache
    def play():
        yield from tones()

    app = serve(blocks_of(play))
    session = app.session()
    heard = [hear(app, play, session=session) for _ in range(4)]
    assert [h.used for h in heard] == [None, "full", "full", "full"]
    assert len({h.url for h in heard}) == 4
    assert all(h.chunks == heard[0].chunks for h in heard)


def test_what_was_computed_elsewhere_is_converted_once(serve, conversions):
    @gr.cache
    def play():
        yield from tones()

    app = serve(blocks_of(play))
    assert len(list(play())) == CHUNKS
    first = hear(app, play)
    conversions.clear()
    second = hear(app, play)
    assert (first.used, second.used) == ("full", "full")
    assert conversions == []
    assert second.chunks == first.chunks
    assert first.is_whole(CHUNKS)


def test_converted_chunks_count_as_memory(serve):
    @gr.cache
    def play():
        yield from tones()

    app = serve(blocks_of(play))
    list(play())
    (entry,) = engine_of(play).cache.store.entries()
    before = entry.size
    heard = hear(app, play)
    (entry,) = engine_of(play).cache.store.entries()
    assert entry.size > before + sum(map(len, heard.chunks))


def test_chunks_that_do_not_fit_are_converted_each_time(serve, conversions):
    @gr.cache(max_memory=30_000)
    def play():
        yield from tones()

    app = serve(blocks_of(play))
    heard = [hear(app, play) for _ in range(2)]
    assert [h.used for h in heard] == [None, "full"]
    assert conversions.count("ffmpeg") >= 2 * CONVERSIONS
    assert heard[0].sounds_like(heard[1])
    (entry,) = engine_of(play).cache.store.entries()
    assert entry.size <= 30_000


def test_what_is_being_heard_outlives_its_entry(serve):
    @gr.cache
    def play():
        yield from tones()

    app = serve(blocks_of(play))
    hear(app, play)
    replay = hear(app, play)
    play.cache.clear()
    assert listen(app, replay.run, replay.url).chunks == replay.chunks
    again = hear(app, play)
    assert again.used is None
    assert again.sounds_like(replay)


def test_two_sessions_hear_it_at_the_same_time(serve, conversions):
    @gr.cache
    def play():
        yield from tones()

    app = serve(blocks_of(play))
    first = hear(app, play)
    conversions.clear()
    with ThreadPoolExecutor(8) as pool:
        heard = list(pool.map(lambda _: hear(app, play), range(16)))
    assert conversions == []
    assert {h.used for h in heard} == {"full"}
    assert all(h.chunks == first.chunks for h in heard)
    assert len({h.url for h in heard}) == 16


def test_followers_hear_what_the_leader_hears(serve, gate):
    @gr.cache
    def play():
        yield tone(200)
        gate.wait()
        yield tone(300)

    app = serve(blocks_of(play))
    with ThreadPoolExecutor(4) as pool:
        leader = pool.submit(hear, app, play)
        gate.until_reached()
        followers = [pool.submit(hear, app, play) for _ in range(2)]
        gate.open()
        heard = [leader.result(), *(f.result() for f in followers)]
    assert gate.runs == 1
    assert [h.used for h in heard] == [None, "full", "full"]
    assert all(h.chunks == heard[0].chunks for h in heard)
    assert heard[0].is_whole(2)


def test_a_client_that_leaves_spoils_nothing(serve, gate):
    @gr.cache
    def play():
        yield tone(200)
        gate.wait()
        yield tone(300)

    app = serve(blocks_of(play))
    session = app.session()
    event = app.join(play, session=session)
    with app.listen(session) as stream:
        stream.until("process_generating")
    gate.until_reached()
    cancelled = app.cancel(session, event)
    gate.open()
    cancelled.result()
    first = hear(app, play)
    session = app.session()
    app.join(play, session=session)
    with app.listen(session) as stream:
        stream.until("process_generating")
    replay = hear(app, play)
    assert replay.used == "full"
    assert replay.chunks == first.chunks
    assert replay.is_whole(2)


def test_sound_beside_other_outputs_and_pauses(serve, conversions):
    @gr.cache
    def play():
        yield "low", tone(200)
        yield "nothing", None
        yield "high", tone(300)

    with gr.Blocks() as demo:
        outputs = [gr.Textbox(), gr.Audio(streaming=True)]
        gr.Button().click(play, None, outputs)
    app = serve(demo)
    first = hear(app, play, position=1)
    conversions.clear()
    replay = hear(app, play, position=1)
    assert conversions == []
    assert replay.chunks == first.chunks
    assert replay.is_whole(2)
    assert without(replay.url, replay.run) == without(first.url, first.run)
    assert replay.run.data[0] == "high"


def test_what_is_more_than_chunks_is_converted_again(serve, conversions):
    @gr.cache
    def play():
        yield tone(200), gr.update(label="low")
        yield tone(300), gr.update(label="high")

    with gr.Blocks() as demo:
        outputs = [gr.Audio(streaming=True), gr.Textbox()]
        gr.Button().click(play, None, outputs)
    app = serve(demo)
    first = hear(app, play)
    conversions.clear()
    replay = hear(app, play)
    assert conversions.count("ffmpeg") >= min(2, CONVERSIONS)
    assert replay.used == "full"
    assert replay.sounds_like(first)


def test_a_replay_can_be_downloaded(serve):
    @gr.cache
    def play():
        yield from tones()

    app = serve(blocks_of(play))
    files = []
    for heard in (hear(app, play), hear(app, play)):
        url = heard.url.replace("playlist.m3u8", "playlist-file")
        files.append(app.http.get(url).raise_for_status().content)
    assert pcm(files[0]) == pcm(files[1])
    assert len(pcm(files[0])) > RATE * CHUNKS


def test_a_replay_plays_the_same_pictures(serve, conversions, tmp_path):
    films = []
    for name in ("red", "blue"):
        film = tmp_path / f"{name}.mp4"
        source = f"color={name}:size=64x64:rate=10:duration=1"
        command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", source]
        subprocess.run([*command, "-pix_fmt", "yuv420p", str(film)], check=True)
        films.append(str(film))

    @gr.cache
    def show():
        yield from films

    app = serve(blocks_of(show, output=lambda: gr.Video(streaming=True)))
    conversions.clear()
    first = hear(app, show)
    assert "ffmpeg" in conversions
    conversions.clear()
    replay = hear(app, show)
    assert conversions == []
    assert replay.used == "full"
    assert replay.timing == first.timing
    seen = [frames(chunk) for chunk in first.chunks]
    assert len(set(seen)) == 2
    assert [frames(chunk) for chunk in replay.chunks] == seen
