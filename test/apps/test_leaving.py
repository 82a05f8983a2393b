"""Clients that leave, and errors: the queue works on."""

import gradio as gr
from support.listeners import blocks_of, until
from support.shouting import shout, works


def test_a_client_that_leaves_while_it_is_looked_up(serve, gate):
    runs = []

    @gr.cache(key=lambda kwargs: (gate.wait(), kwargs["text"])[1])
    def slow_to_find(text):
        runs.append(text)
        return text

    app = serve(blocks_of(slow_to_find, shout))
    event = app.join(slow_to_find, "a", session="leaves")
    gate.until_reached()
    app.cancel("leaves", event).result()
    with app.listen("leaves") as stream:
        assert stream.until("process_completed")["event_id"] == event
    gate.open()
    assert works(app)
    assert event not in app.queue.event_ids_to_events
    assert len(app.queue) == 0


def test_a_client_that_disconnects_while_it_is_looked_up(serve, gate):
    runs = []

    @gr.cache(key=lambda kwargs: (gate.wait(), kwargs["text"])[1])
    def slow_to_find(text):
        runs.append(text)
        return text

    app = serve(blocks_of(slow_to_find, shout))
    session = app.session()
    app.join(slow_to_find, "a", session=session)
    gate.until_reached()
    with app.listen(session):
        pass
    until(lambda: session not in app.queue.pending_messages_per_session)
    gate.open()
    assert works(app)
    assert runs == []
    assert len(app.queue) == 0


def test_cancelling_a_replay(serve):
    """It stops as a run would; the next one is whole."""

    @gr.cache
    def count(text):
        for i in range(300):
            yield f"{text}{i}"

    app = serve(blocks_of(count, shout))
    app.run(count, "a")
    session = app.session()
    event = app.join(count, "a", session=session)
    app.cancel(session, event).result()
    with app.listen(session) as stream:
        assert stream.until("process_completed")["event_id"] == event
    again = app.run(count, "a")
    assert again.data == ["a299"]
    assert len(again.of("process_generating")) == 300
    assert works(app)


def test_a_client_that_leaves_in_the_middle_of_a_replay(serve):
    @gr.cache
    def count(text):
        for i in range(300):
            yield f"{text}{i}" * 1000

    app = serve(blocks_of(count, shout))
    app.run(count, "a")
    session = app.session()
    app.join(count, "a", session=session)
    with app.listen(session) as stream:
        stream.until("process_generating")
    assert works(app)
    assert app.run(count, "a").used == "full"
    until(lambda: not app.demo.app.iterators)


def test_a_generator_whose_client_leaves_stores_nothing(serve, gate):
    closed = []

    @gr.cache
    def fn(text):
        try:
            yield text
            gate.wait()
            while True:  # Only its client's leaving can end it.
                yield text * 2
        finally:
            closed.append(True)

    app = serve(blocks_of(fn, shout))
    session = app.session()
    event = app.join(fn, "a", session=session)
    with app.listen(session) as stream:
        stream.until("process_generating")
        gate.until_reached()
        # It waits for the generator, which can't be closed while it runs.
        cancelled = app.cancel(session, event)
        gate.open()
        cancelled.result()
    until(lambda: closed)
    assert works(app)
    assert len(fn.cache) == 0
