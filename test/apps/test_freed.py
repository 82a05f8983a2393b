"""What no store keeps is freed, though Gradio keeps the context of each run."""

import asyncio
import gc
from collections import Counter

import pytest

import gradio as gr
from gradio.caching.entry import Entry, Recording
from gradio.caching.keys import CacheKey
from gradio.caching.serving.lookup.request_index import KnownRequest


@gr.cache(max_size=1)
def function(text):
    return {"made of": text}


@gr.cache(max_size=1)
async def coroutine(text):
    return {"made of": text}


@gr.cache(max_size=1)
def generator(text):
    yield {"made of": text}


@gr.cache(max_size=1)
async def async_generator(text):
    yield {"made of": text}


def entries(*texts):
    """The entries of these results that are still in memory."""
    gc.collect()
    values = [{"made of": text} for text in texts]
    values += [Recording(yields=(value,)) for value in values]
    found = (item for item in gc.get_objects() if type(item) is Entry)
    return [entry for entry in found if entry.value in values]


@pytest.mark.parametrize("fn", [function, coroutine, generator, async_generator])
def test_an_evicted_result(serve, fn):
    with gr.Blocks() as demo:
        given = gr.Textbox()
        given.submit(fn, given, gr.JSON(), api_name=fn.__name__)
    app = serve(demo)
    texts = [f"{fn.__name__} {number}" for number in range(5)]
    for text in texts:
        assert app.run(fn, text).success
    assert len(entries(*texts)) == 1
    assert app.run(fn, texts[-1]).used == "full"


def ended_runs(app):
    """Waits until all runs have ended, which they do after their last message."""
    for run in list(app.queue._asyncio_tasks):
        ending = asyncio.wait({run})
        asyncio.run_coroutine_threadsafe(ending, run.get_loop()).result(30)


def live_objects():
    """
    How many objects of each class of the cache there are, but what is known of
    requests, which is bounded by their number.
    """
    gc.collect()
    kinds = map(type, gc.get_objects())
    return Counter(
        kind.__qualname__
        for kind in kinds
        if str(kind.__module__).startswith("gradio.caching")
        and kind not in (KnownRequest, CacheKey)
    )


@pytest.mark.parametrize("fn", [function, coroutine, generator, async_generator])
def test_a_run_leaves_nothing_behind(serve, fn):
    with gr.Blocks() as demo:
        given = gr.Textbox()
        given.submit(fn, given, gr.JSON(), api_name=fn.__name__)
    app = serve(demo)

    def run_some(name):
        for number in range(10):
            assert app.run(fn, f"{name} {number}").success
        ended_runs(app)
        return live_objects()

    run_some("first")
    before = run_some("before")
    assert run_some("after") - before == Counter()
    assert not app.queue._asyncio_tasks
    assert app.queue.event_ids_to_events == {}
