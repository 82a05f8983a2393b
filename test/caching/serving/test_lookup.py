import asyncio
import threading
from types import SimpleNamespace

import anyio
import PIL.Image
import pytest

import gradio as gr
from gradio.caching.decorator import engine_of
from gradio.caching.entry import MISS, Entry
from gradio.caching.keys import PRECOMPUTED_KEY, WithheldKey
from gradio.caching.serving.lookup import lookup
from gradio.caching.serving.lookup.lookup import Lookups
from gradio.caching.serving.lookup.preprocessed import ByteBudget
from gradio.caching.serving.lookup.result import NOT_FOUND, WITHHELD
from gradio.caching.serving.queueing import arrival_order
from support.queued import event_of
from support.threads import threads_of


class App:
    """Blocks with one listener, and events of it that nobody has sent."""

    def __init__(self, fn, *inputs):
        with gr.Blocks() as self.demo:
            self.inputs = inputs or (gr.Textbox(),)
            for component in self.inputs:
                component.unrender()
                component.render()
            out = gr.Textbox()
            gr.Button().click(fn, list(self.inputs), out)
        self.fn = self.demo.fns[0]
        self.queue = SimpleNamespace(blocks=self.demo)

    def find(self, *data, session="s"):
        event = event_of(self.fn, *data, session=session)
        engine = engine_of(self.fn.fn)

        async def main():
            return await Lookups(self.queue).find(event, engine)

        return asyncio.run(main())


def test_a_miss_tells_what_the_run_needs():
    app = App(gr.cache(lambda text: text.upper()))
    found = app.find("a")
    assert found.entry is MISS
    assert found.key is not None
    assert found.inputs == ["a"]
    assert found.reservation is not None


def test_what_was_computed_is_found():
    app = App(gr.cache(lambda text: text.title()))
    assert app.fn.fn("abc") == "Abc"
    found = app.find("abc")
    assert isinstance(found.entry, Entry)
    assert found.entry.value == "Abc"


def test_the_function_is_not_run():
    runs = []
    app = App(gr.cache(lambda text: runs.append(text)))
    app.find("a")
    assert runs == []


@pytest.mark.parametrize("broken", ["key", "preprocess"])
def test_any_failure_finds_nothing(broken, monkeypatch):
    def fails(*_):
        raise ValueError("no")

    settings = {"key": fails} if broken == "key" else {}
    app = App(gr.cache(lambda text: text * 2, **settings))
    if broken == "preprocess":
        monkeypatch.setattr(gr.Textbox, "preprocess", fails)
    assert app.find("a") is NOT_FOUND


def test_inputs_with_a_state_are_not_handed_to_the_run():
    with gr.Blocks():
        state = gr.State([])
    app = App(gr.cache(lambda state: len(state)), state)
    found = app.find(None)
    assert found.key is not None
    assert found.inputs is None


class Waiting:
    """A step of a look-up that is held up, and tells in which thread it came."""

    def __init__(self):
        self.threads = []
        self.reached = threading.Semaphore(0)
        self.may_go = threading.Event()

    def wait(self):
        self.threads.append(threading.get_ident())
        self.reached.release()
        assert self.may_go.wait(30)

    async def until_reached(self):
        assert await asyncio.to_thread(self.reached.acquire, timeout=30)


def lookups_of(app, budget):
    return Lookups(app.queue, budget=budget)


def asked(app, *data, session="s"):
    event = event_of(app.fn, *data, session=session)
    return event, engine_of(app.fn.fn)


@pytest.fixture
def pictures(monkeypatch, tmp_path):
    """Files of equal cost, and how much that is."""
    monkeypatch.setattr(
        "gradio.caching.serving.lookup.preprocessing.accepts_file",
        lambda event, path: bool(path),
    )
    made = []
    for i in range(4):
        path = tmp_path / f"{i}.png"
        PIL.Image.new("RGB", (100, 100), (i, 0, 0)).save(path)
        made.append({"path": str(path), "meta": {"_type": "gradio.FileData"}})
    return made


COST = 100 * 100 * 12
# What the payload itself is estimated at.
PAYLOAD = 10_000


async def until_done(number, futures):
    while sum(f.done() for f in futures) < number:
        pending = [f for f in futures if not f.done()]
        await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)


async def find_two(app, budget, pictures, held):
    lookups = lookups_of(app, budget)
    found = [asyncio.ensure_future(lookups.find(*asked(app, p))) for p in pictures]
    for _ in range(2):
        await held.until_reached()
    await until_done(2, found)
    assert 2 * COST <= budget.used <= budget.limit
    held.may_go.set()
    return await asyncio.gather(*found)


def test_no_more_is_decoded_at_the_same_time_than_the_budget_holds(
    pictures, monkeypatch
):
    held = Waiting()
    preprocess = gr.Image.preprocess

    def slow(self, payload):
        held.wait()
        return preprocess(self, payload)

    monkeypatch.setattr(gr.Image, "preprocess", slow)
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


def test_what_is_being_decoded_counts_when_its_client_has_left(pictures, monkeypatch):
    held, preprocess = Waiting(), gr.Image.preprocess

    def slow(self, payload):
        held.wait()
        return preprocess(self, payload)

    monkeypatch.setattr(gr.Image, "preprocess", slow)
    app, budget = App(gr.cache(lambda image: image.sum()), gr.Image()), ByteBudget()

    async def main():
        lookups = lookups_of(app, budget)
        left = asyncio.ensure_future(lookups.find(*asked(app, pictures[0])))
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


@pytest.mark.parametrize("fails", ["preprocess", "key"])
def test_what_fails_gives_back_what_was_reserved(pictures, monkeypatch, fails):
    def broken(*_):
        raise ValueError("no")

    settings = {"key": broken} if fails == "key" else {}
    if fails == "preprocess":
        monkeypatch.setattr(gr.Image, "preprocess", broken)
    app = App(gr.cache(lambda image: image.sum(), **settings), gr.Image())
    budget = ByteBudget()

    async def main():
        return await lookups_of(app, budget).find(*asked(app, pictures[0]))

    assert asyncio.run(main()) is NOT_FOUND
    assert budget.used == 0


def test_what_can_not_be_estimated_is_not_decoded_ahead(tmp_path, monkeypatch):
    monkeypatch.setattr(
        "gradio.caching.serving.lookup.preprocessing.accepts_file",
        lambda event, path: bool(path),
    )
    monkeypatch.setattr(gr.Audio, "preprocess", None)
    path = tmp_path / "a.mp3"
    path.write_bytes(b"x" * 100)
    given = {"path": str(path), "meta": {"_type": "gradio.FileData"}}
    app, budget = App(gr.cache(lambda sound: sound), gr.Audio()), ByteBudget()

    async def main():
        return await lookups_of(app, budget).find(*asked(app, given))

    assert asyncio.run(main()) is NOT_FOUND
    assert budget.used == 0


def test_small_payloads_do_not_wait_for_large_ones(pictures, monkeypatch):
    held, preprocess = Waiting(), gr.Image.preprocess

    def slow(self, payload):
        if payload is not None:
            held.wait()
        return preprocess(self, payload)

    slow.__module__ = preprocess.__module__
    monkeypatch.setattr(gr.Image, "preprocess", slow)
    app = App(gr.cache(lambda image, text: text), gr.Image(), gr.Textbox())

    async def main():
        lookups = lookups_of(app, ByteBudget())
        large = [
            asyncio.ensure_future(lookups.find(*asked(app, p, "a"))) for p in pictures
        ]
        await held.until_reached()
        small = await asyncio.wait_for(lookups.find(*asked(app, None, "a")), 30)
        assert small.key is not None
        assert not any(f.done() for f in large)
        held.may_go.set()
        await asyncio.gather(*large)

    asyncio.run(main())


def test_runs_keep_the_threads_that_they_need(pictures, monkeypatch):
    held, preprocess = Waiting(), gr.Image.preprocess

    def slow(self, payload):
        held.wait()
        return preprocess(self, payload)

    monkeypatch.setattr(gr.Image, "preprocess", slow)
    app = App(gr.cache(lambda image: image.sum()), gr.Image())

    async def main():
        lookups = lookups_of(app, ByteBudget())
        found = [asyncio.ensure_future(lookups.find(*asked(app, p))) for p in pictures]
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
        found = await lookups_of(app, ByteBudget()).find(*asked(app, text))
        assert found.key is not None
        return threading.get_ident()

    here = asyncio.run(main())
    assert [here in threads for threads in seen] == [stays] * 2
    assert all(seen)


def test_files_are_hashed_in_a_thread(pictures, monkeypatch):
    from gradio.caching import files
    from gradio.caching.context.event_files import EventFiles

    seen = []
    monkeypatch.setattr(
        files.CONTENTS, "of", lambda _: seen.append(threading.get_ident()) or b"x"
    )
    monkeypatch.setattr(EventFiles, "gave", lambda *_: True)
    app = App(gr.cache(lambda path: path), gr.File())

    async def main():
        found = await lookups_of(app, ByteBudget()).find(*asked(app, pictures[0]))
        assert found.key is not None
        return threading.get_ident()

    assert asyncio.run(main()) not in seen
    assert seen


def test_one_at_a_time_reads_files_of_great_size(pictures, tmp_path, monkeypatch):
    held = Waiting()
    preprocess = gr.File.preprocess

    def slow(self, payload):
        held.wait()
        return preprocess(self, payload)

    monkeypatch.setattr(gr.File, "preprocess", slow)
    huge = []
    for i in range(3):
        path = tmp_path / f"{i}.bin"
        with path.open("wb") as out:
            out.truncate(300 * 2**20)
        huge.append({"path": str(path), "meta": {"_type": "gradio.FileData"}})
    app = App(gr.cache(lambda path: "x", key=lambda _: "x"), gr.File())

    async def main():
        lookups = lookups_of(app, ByteBudget())
        found = [asyncio.ensure_future(lookups.find(*asked(app, h))) for h in huge]
        await held.until_reached()
        await until_done(2, found)
        held.may_go.set()
        return await asyncio.gather(*found)

    results = asyncio.run(main())
    assert results.count(NOT_FOUND) == 2
    assert len(held.threads) == 1


def test_pictures_sent_ahead_are_not_used_up_when_they_can_not_be_handed_on(
    monkeypatch,
):
    from gradio.components.image_editor import EditorDataBlobs

    with gr.Blocks():
        editor, state = gr.ImageEditor(), gr.State([])
    app = App(gr.cache(lambda image, state: "x"), editor, state)
    editor.blob_storage["i"] = EditorDataBlobs(
        background=None, layers=[], composite=None
    )
    value = {"background": None, "layers": [], "composite": None, "id": "i"}

    async def main():
        return await lookups_of(app, ByteBudget()).find(*asked(app, value, None))

    assert asyncio.run(main()) is NOT_FOUND
    assert "i" in editor.blob_storage


def test_slow_code_of_others_does_not_hold_up_all(monkeypatch):
    held = Waiting()

    class Foreign(gr.Textbox):
        def preprocess(self, payload):
            if payload.startswith("slow"):
                held.wait()
            return payload

    monkeypatch.setattr(arrival_order, "PATIENCE", 0)
    app = App(gr.cache(lambda text: text), Foreign())

    async def main():
        lookups = lookups_of(app, ByteBudget())
        slow = [
            asyncio.ensure_future(lookups.find(*asked(app, f"slow {i}")))
            for i in range(4)
        ]
        await held.until_reached()
        while lookups._places._limiter.available_tokens:
            await asyncio.sleep(0)
        other = await asyncio.wait_for(lookups.find(*asked(app, "a")), 30)
        assert other is NOT_FOUND
        held.may_go.set()
        assert all(found.key for found in await asyncio.gather(*slow))
        assert (await lookups.find(*asked(app, "a"))).key is not None

    asyncio.run(main())


@pytest.mark.usefixtures("pictures")
def test_a_second_file_of_great_size_runs_uncached(tmp_path, monkeypatch):
    monkeypatch.setattr(lookup, "_MUCH_READING", 1)
    held, passing, preprocess = Waiting(), [], gr.File.preprocess

    def slow(self, payload):
        held.wait()
        return preprocess(self, payload)

    slow.__module__ = preprocess.__module__
    monkeypatch.setattr(gr.File, "preprocess", slow)
    given = []
    for name in "ab":
        (tmp_path / name).write_text("content")
        given.append(
            {"path": str(tmp_path / name), "meta": {"_type": "gradio.FileData"}}
        )
    app = App(gr.cache(lambda path: path), gr.File())

    async def main():
        lookups = lookups_of(app, ByteBudget())
        events = [asked(app, g) for g in given]
        first = asyncio.ensure_future(
            lookups.find(*events[0], lambda: passing.append(True))
        )
        await held.until_reached()
        assert passing == [True]
        assert await lookups.find(*events[1]) is WITHHELD
        held.may_go.set()
        assert (await first).key is not None

    asyncio.run(main())


def test_a_run_whose_key_is_withheld_goes_uncached_once():
    fn = gr.cache(lambda text: [text])
    engine = engine_of(fn)
    token = PRECOMPUTED_KEY.set(WithheldKey(engine.cache))
    try:
        assert engine.key_of(("a",), {}) is None
        assert engine.key_of(("a",), {}) is not None
    finally:
        PRECOMPUTED_KEY.reset(token)
