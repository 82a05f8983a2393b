"""Streamed sound for several sessions at the same time."""

from concurrent.futures import ThreadPoolExecutor

import gradio as gr
from support.sound import hear, listen, players_of, tone, tones


def test_what_is_being_heard_outlives_its_entry(serve):
    @gr.cache
    def play():
        yield from tones()

    app = serve(players_of(play))
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

    app = serve(players_of(play))
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

    app = serve(players_of(play))
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

    app = serve(players_of(play))
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
