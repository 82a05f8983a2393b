"""Streamed sound and pictures: a hit plays the same, and converts nothing."""

import re
import subprocess

import gradio as gr
from gradio.caching.wrapping import engine_of
from support.sound import (
    CHUNKS,
    CONVERSIONS,
    RATE,
    frames,
    hear,
    pcm,
    players_of,
    tone,
    tones,
)


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

    app = serve(players_of(play))
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

    app = serve(players_of(play))
    first, replay = hear(app, play), hear(app, play)
    assert without(replay.url, replay.run) == without(first.url, first.run)
    session = re.search(r"/stream/(\w+)/", first.url)[1]
    assert session not in repr(replay.run.messages)


def test_a_session_may_hear_it_again(serve, conversions):
    @gr.cache
    def play():
        yield from tones()

    app = serve(players_of(play))
    session = app.session()
    heard = [hear(app, play, session=session) for _ in range(4)]
    assert [h.used for h in heard] == [None, "full", "full", "full"]
    assert len({h.url for h in heard}) == 4
    assert all(h.chunks == heard[0].chunks for h in heard)


def test_what_was_computed_elsewhere_is_converted_once(serve, conversions):
    @gr.cache
    def play():
        yield from tones()

    app = serve(players_of(play))
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

    app = serve(players_of(play))
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

    app = serve(players_of(play))
    heard = [hear(app, play) for _ in range(2)]
    assert [h.used for h in heard] == [None, "full"]
    assert conversions.count("ffmpeg") >= 2 * CONVERSIONS
    assert heard[0].sounds_like(heard[1])
    (entry,) = engine_of(play).cache.store.entries()
    assert entry.size <= 30_000


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

    app = serve(players_of(play))
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

    app = serve(players_of(show, output=lambda: gr.Video(streaming=True)))
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
