"""What is done ahead of the queue is done as in a run."""

from contextvars import ContextVar, copy_context

import pytest
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware

import gradio as gr
from gradio.caching.context.toasts import _recorded
from gradio.caching.inflight.flights import _led
from gradio.caching.keys import PRECOMPUTED_KEY
from gradio.caching.release import runs
from support.twins import plain_and_cached

OF_RELEASE = [v for v in vars(runs).values() if isinstance(v, ContextVar)]

OURS = (PRECOMPUTED_KEY, _recorded, _led, *OF_RELEASE)

PROBED = ContextVar("set by a middleware")


class Probe(gr.Textbox):
    """A component that notes in which context it is asked."""

    seen: list = []

    def preprocess(self, payload):
        self.note("preprocess")
        return super().preprocess(payload)

    def postprocess(self, value):
        self.note("postprocess")
        return super().postprocess(value)

    @classmethod
    def note(cls, step):
        cls.seen.append((step, variables()))


def variables():
    """All that is set in the context, but for what is the cache's own."""
    found = {v.name: x for v, x in copy_context().items() if v not in OURS}
    found = {n: x for n, x in found.items() if x is not None and x is not False}
    return {name: _comparable(name, value) for name, value in found.items()}


def _comparable(name, value):
    """What is new with each event is known by its type."""
    is_old = name == PROBED.name or isinstance(value, (bool, gr.Blocks))
    return value if is_old else type(value)


async def set_by_middleware(request, call_next):
    PROBED.set(request.url.path)
    return await call_next(request)


def probed(text):
    return text


async def probed_later(text):
    return text


def probed_generator(text):
    yield text


async def probed_generator_later(text):
    yield text


@pytest.mark.parametrize(
    "fn", [probed, probed_later, probed_generator, probed_generator_later]
)
def test_what_is_done_ahead_of_the_queue_is_done_in_the_context_of_a_run(fn, serve):
    with gr.Blocks() as demo:
        given, out = Probe(), Probe()
        for name, made in plain_and_cached(fn, "fn"):
            gr.Button().click(made, given, out, api_name=name)
    middleware = Middleware(BaseHTTPMiddleware, dispatch=set_by_middleware)
    app = serve(demo, app_kwargs={"middleware": [middleware]})

    def contexts(name):
        Probe.seen = []
        run = app.run(name, "a")
        return run.used, Probe.seen

    _, expected = contexts("plain fn")
    assert {step for step, _ in expected} == {"preprocess", "postprocess"}
    used, on_a_miss = contexts("cached fn")
    assert (used, on_a_miss) == (None, expected)
    used, on_a_hit = contexts("cached fn")
    assert (used, on_a_hit) == ("full", expected)


@pytest.mark.parametrize("size", [1, 100_000])
def test_a_key_is_made_in_the_context_of_a_call(size, serve):
    seen = []

    def key(kwargs):
        seen.append(variables())
        return kwargs["text"]

    def noted(text, progress=gr.Progress(track_tqdm=True)):  # noqa: B008
        seen.append(variables())
        return text

    with gr.Blocks() as demo:
        given, out = gr.Textbox(), gr.Textbox()
        gr.Button().click(gr.cache(noted, key=key), given, out, api_name="fn")
    app = serve(demo)
    app.run("fn", "a" * size)
    in_lookup, in_call = seen
    assert in_lookup == in_call
