"""How much look-ups do at the same time, and in which threads."""

import asyncio
import threading

import anyio
import pytest

import gradio as gr
from gradio.caching import files
from gradio.caching.context.event_files import EventFiles
from gradio.caching.serving.lookup import lookup
from gradio.caching.serving.lookup.preprocessed import ByteBudget
from gradio.caching.serving.lookup.result import NOT_FOUND, WITHHELD
from support.lookups import App, Waiting, file, until_done
from support.threads import threads_of

COST = 100 * 100 * 12
"""What each of the pictures takes."""
PAYLOAD = 10_000
"""What the payload itself is estimated at."""


@pytest.fixture
def hold(monkeypatch):
    """
    Holds up what a component makes of a payload, as if that were code of the app's
    unless it is Gradio's.
    """

    def hold(kind, is_gradio_s=False):
        held, preprocess = Waiting(), kind.preprocess

        def slow(self, payload):
            if payload is not None:
                held.wait()
            return preprocess(self, payload)

        if is_gradio_s:
            slow.__module__ = preprocess.__module__
        monkeypatch.setattr(kind, "preprocess", slow)
        return held

    return hold


async def find_two(app, budget, pictures, held):
    found = app.finding(app.lookups(budget), *pictures)
    for _ in range(2):
        await held.until_reached()
    await until_done(2, found)
    assert 2 * COST <= budget.used <= budget.limit
    held.may_go.set()
    return await asyncio.gather(*found)


def test_no_more_is_decoded_at_the_same_time_than_the_budget_holds(pictures, hold):
    held = hold(gr.Image)
    app = App(gr.cache(lambda image: image.sum()), gr.Image())
    budget = ByteBudget(2 * (COST + PAYLOAD))

    results = asyncio.run(find_two(app, budget, pictures, held))
    assert len(held.threads) == 2
    assert results.count(NOT_FOUND) == 2
    taken = [f for f in results if f is not NOT_FOUND]
    # What was reserved is corrected to what was needed, until somebody takes it.
    assert 0 < budget.used < 2 * COST
    for f in taken:
        with f:
            pass
    assert budget.used == 0


def test_what_is_being_decoded_counts_when_its_client_has_left(pictures, hold):
    held = hold(gr.Image)
    app, budget = App(gr.cache(lambda image: image.sum()), gr.Image()), ByteBudget()

    async def main():
        [left] = app.finding(app.lookups(budget), pictures[0])
        await held.until_reached()
        left.cancel()
        await asyncio.wait([left])
        assert left.cancelled()
        assert budget.used >= COST
        held.may_go.set()
        # The look-up itself, which nobody waits for any more.
        await asyncio.wait(asyncio.all_tasks() - {asyncio.current_task()})
        assert budget.used == 0

    asyncio.run(main())


def test_small_payloads_do_not_wait_for_large_ones(pictures, hold):
    held = hold(gr.Image, is_gradio_s=True)
    app = App(gr.cache(lambda image, text: text), gr.Image(), gr.Textbox())

    async def main():
        lookups = app.lookups()
        large = [
            asyncio.ensure_future(lookups.find(*app.asked(p, "a"))) for p in pictures
        ]
        await held.until_reached()
        small = await asyncio.wait_for(lookups.find(*app.asked(None, "a")), 30)
        assert small.key is not None
        assert not any(f.done() for f in large)
        held.may_go.set()
        await asyncio.gather(*large)

    asyncio.run(main())


def test_runs_keep_the_threads_that_they_need(pictures, hold):
    held = hold(gr.Image)
    app = App(gr.cache(lambda image: image.sum()), gr.Image())

    async def main():
        found = app.finding(app.lookups(), *pictures)
        await held.until_reached()
        runs = anyio.to_thread.current_default_thread_limiter()
        assert runs.borrowed_tokens == 0
        held.may_go.set()
        await asyncio.gather(*found)

    asyncio.run(main())


LARGE_TEXT = "x" * 100_000


@pytest.mark.parametrize(("text", "stays"), [("small", True), (LARGE_TEXT, False)])
def test_what_grows_with_an_input_is_not_done_in_the_loop(monkeypatch, text, stays):
    names = ("copies_of", "size_of")
    seen = [threads_of(monkeypatch, lookup, name) for name in names]
    app = App(gr.cache(lambda text: text.upper()))

    async def main():
        found = await app.lookups().find(*app.asked(text))
        assert found.key is not None
        return threading.get_ident()

    here = asyncio.run(main())
    assert [here in threads for threads in seen] == [stays] * 2
    assert all(seen)


def test_files_are_hashed_in_a_thread(pictures, monkeypatch):
    seen = []
    monkeypatch.setattr(
        files.CONTENTS, "of", lambda _: seen.append(threading.get_ident()) or b"x"
    )
    monkeypatch.setattr(EventFiles, "gave", lambda *_: True)
    app = App(gr.cache(lambda path: path), gr.File())

    async def main():
        found = await app.lookups().find(*app.asked(pictures[0]))
        assert found.key is not None
        return threading.get_ident()

    assert asyncio.run(main()) not in seen
    assert seen


@pytest.mark.usefixtures("accepting")
def test_one_at_a_time_reads_files_of_great_size(tmp_path, hold):
    held = hold(gr.File)
    huge = []
    for i in range(3):
        path = tmp_path / f"{i}.bin"
        with path.open("wb") as out:
            out.truncate(300 * 2**20)
        huge.append(file(path))
    app = App(gr.cache(lambda path: "x", key=lambda _: "x"), gr.File())

    async def main():
        found = app.finding(app.lookups(), *huge)
        await held.until_reached()
        await until_done(2, found)
        held.may_go.set()
        return await asyncio.gather(*found)

    results = asyncio.run(main())
    assert results.count(NOT_FOUND) == 2
    assert len(held.threads) == 1


@pytest.mark.usefixtures("impatient")
def test_slow_code_of_others_does_not_hold_up_all():
    held = Waiting()

    class Foreign(gr.Textbox):
        def preprocess(self, payload):
            if payload.startswith("slow"):
                held.wait()
            return payload

    app = App(gr.cache(lambda text: text), Foreign())

    async def main():
        lookups = app.lookups()
        slow = app.finding(lookups, *(f"slow {i}" for i in range(4)))
        await held.until_reached()
        while lookups._places._limiter.available_tokens:
            await asyncio.sleep(0)
        other = await asyncio.wait_for(lookups.find(*app.asked("a")), 30)
        assert other is NOT_FOUND
        held.may_go.set()
        assert all(found.key for found in await asyncio.gather(*slow))
        assert (await lookups.find(*app.asked("a"))).key is not None

    asyncio.run(main())


@pytest.mark.usefixtures("accepting")
def test_a_second_file_of_great_size_runs_uncached(tmp_path, hold, monkeypatch):
    monkeypatch.setattr(lookup, "_MUCH_READING", 1)
    held, passing = hold(gr.File, is_gradio_s=True), []
    given = []
    for name in "ab":
        (tmp_path / name).write_text("content")
        given.append(file(tmp_path / name))
    app = App(gr.cache(lambda path: path), gr.File())

    async def main():
        lookups = app.lookups()
        events = [app.asked(g) for g in given]
        first = asyncio.ensure_future(
            lookups.find(*events[0], lambda: passing.append(True))
        )
        await held.until_reached()
        assert passing == [True]
        assert await lookups.find(*events[1]) is WITHHELD
        held.may_go.set()
        assert (await first).key is not None

    asyncio.run(main())
