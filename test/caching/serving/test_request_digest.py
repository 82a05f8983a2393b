import functools
import os
from types import SimpleNamespace

import pytest

import gradio as gr
from gradio.caching.serving.batch import Batches
from gradio.caching.serving.lookup.request_digest import request_digest
from gradio.caching.serving.queueing.run_context import RunContext
from gradio.caching.serving.repeatable import (
    has_own_components,
    variant_of,
)
from gradio.caching.wrapping import engine_of
from support.queued import SCOPE, event_of


class App:
    """Blocks with one listener, and events of it that nobody has sent."""

    def __init__(self, fn, component=gr.Textbox, **listener):
        with gr.Blocks() as self.demo:
            self.given, self.out = component(), gr.Textbox()
            gr.Button().click(fn, self.given, self.out, **listener)
        self.fn = self.demo.fns[0]
        self.queue = self.demo._queue

    def event(self, data, session="s", headers=(), scope=SCOPE, **body):
        request = SimpleNamespace(scope={**scope, "headers": list(headers)})
        return event_of(self.fn, data, session=session, request=request, **body)

    def digest(self, data, **event):
        engine, event = engine_of(self.fn.fn), self.event(data, **event)
        context = RunContext(self.queue)
        return context.call(request_digest, self.queue, event, engine)


@pytest.fixture
def app():
    return App(gr.cache(lambda text: text))


def test_equal_requests_of_any_session_are_recognised(app):
    assert app.digest("a") == app.digest("a", session="other")
    assert len(app.digest("a")) == 32


def test_equal_requests_of_a_batch_function_are_recognised():
    app = App(gr.cache(lambda texts: [texts]), batch=True)
    engine = engine_of(app.fn.fn)
    # What runs the misses is no function of `gr.cache`.
    runs, context = Batches().runner(app.fn, engine), RunContext(app.queue)
    one, equal, other = (
        context.call(request_digest, app.queue, event_of(runs, text), engine)
        for text in ("a", "a", "b")
    )
    assert one == equal != other
    assert one is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [("a", "b"), (1, 1.0), (1, True), (0.0, -0.0), (None, ""), ([1, [2]], [[1], 2])],
)
def test_other_requests_are_told_apart(app, one, other):
    assert app.digest(one) != app.digest(other)


def test_numbers_that_json_can_hold(app):
    nan = float("nan")
    assert app.digest([nan, 10**400]) == app.digest([nan, 10**400])


def test_listeners_are_told_apart():
    fn = gr.cache(lambda text: text)
    assert App(fn).digest("a") != App(fn).digest("a")


def test_the_format_of_the_answer_counts(app):
    assert variant_of(app.event("a", simple_format=True)) != variant_of(app.event("a"))
    assert app.digest("a", simple_format=True) != app.digest("a")


@pytest.mark.parametrize(
    "made_up",
    [
        {"headers": [(b"host", b"elsewhere")]},
        {"headers": [(b"x-forwarded-host", b"elsewhere")]},
        {"headers": [(b"x-forwarded-proto", b"https")]},
        {"headers": [(b"x-gradio-server", b"http://elsewhere")]},
        {"headers": [(b"user-agent", b"x")]},
        {"scope": {**SCOPE, "root_path": "/elsewhere"}},
        {"scope": {**SCOPE, "scheme": "https"}},
        {"scope": {**SCOPE, "path": "/elsewhere/gradio_api/queue/join"}},
    ],
)
def test_where_a_client_says_that_the_app_is_does_not_count(app, made_up):
    assert variant_of(app.event("a", **made_up)) == variant_of(app.event("a"))
    assert app.digest("a", **made_up) == app.digest("a")


def test_per_session_a_request_belongs_to_its_session():
    app = App(gr.cache(lambda text: text, per_session=True))
    assert app.digest("a", session="one") != app.digest("a", session="two")
    assert app.digest("a", session="one") == app.digest("a", session="one")


def test_event_data_counts_if_the_function_wants_it(app):
    assert app.digest("a", event_data={"x": 1}) == app.digest("a", event_data={"x": 2})

    def chosen(text, data: gr.SelectData):
        return text, data

    # What is told of the component may be the session's own.
    assert App(gr.cache(chosen)).digest("a", event_data={"index": 1}) is None


def with_request(text, request: gr.Request):
    return text, request


def with_profile(text, profile: gr.OAuthProfile | None):
    return text, profile


@pytest.mark.parametrize(
    "app",
    [
        App(gr.cache(with_request)),
        App(gr.cache(with_profile)),
        App(gr.cache(lambda text: text, key=lambda kwargs: kwargs)),
        App(gr.cache(lambda state: state), gr.State),
        App(gr.cache(lambda moment: moment), gr.DateTime),
    ],
)
def test_what_depends_on_more_than_the_payload_is_not_recognised(app):
    assert app.digest("a") is None


def file_data(path):
    return {"path": str(path), "meta": {"_type": "gradio.FileData"}}


def with_settings(text, settings={"mode": "a"}):  # noqa: B006
    return text, settings


def with_number(text, n=3):
    return text, n


@functools.wraps(with_settings)
def passing_on(*args, **kwargs):
    return with_settings(*args, **kwargs)


class Slotted:
    __slots__ = ("mode",)

    @gr.cache
    def method(self, text):
        return text, self.mode


@pytest.mark.parametrize(
    "fn",
    [
        gr.cache(with_settings),
        gr.cache(passing_on),
        gr.cache(functools.partial(with_number, n=[3])),
        gr.cache(functools.partial(lambda settings, text: (text, settings), {})),
        Slotted().method,
        gr.cache(Slotted().method),
    ],
)
def test_what_a_key_reads_besides_the_payload_and_may_change(fn):
    assert App(fn).digest("a") is None


def test_what_a_key_reads_besides_the_payload_and_can_not_change():
    app = App(gr.cache(with_number))
    assert app.digest("a") == app.digest("a") is not None
    before = app.digest("a")
    with_number.__defaults__ = (4,)
    try:
        assert app.digest("a") != before
    finally:
        with_number.__defaults__ = (3,)
    assert App(gr.cache(functools.partial(with_number, n=3))).digest("a") is not None


def test_choices_that_are_changed_for_all_sessions_count():
    app = App(gr.cache(lambda index: index), lambda: gr.Dropdown(["a", "b"]))
    before = app.digest("a")
    app.given.choices.reverse()
    assert app.digest("a") != before
    app.given.choices = [(object(), "a")]
    assert app.digest("a") is None


def test_a_file_counts_by_its_stamp(app, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("a")
    data = file_data(path)
    before = app.digest(data)
    assert before == app.digest(data)
    os.utime(path, ns=(1, 1))
    assert app.digest(data) != before
    path.unlink()
    assert app.digest(data) is None


def test_a_file_in_the_place_of_another_is_told_apart(app, tmp_path):
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("a")
        os.utime(tmp_path / name, ns=(1, 1))
    data = file_data(tmp_path / "a.txt")
    before = app.digest(data)
    os.replace(tmp_path / "b.txt", tmp_path / "a.txt")
    assert app.digest(data) != before


def test_equal_files_of_other_names_are_told_apart(app, tmp_path):
    for name in ("a.csv", "a.tsv"):
        (tmp_path / name).write_text("a")
    one, other = (app.digest(file_data(tmp_path / n)) for n in ("a.csv", "a.tsv"))
    assert one != other


@pytest.mark.parametrize(
    "wrap",
    [
        lambda p: p,
        lambda p: [[p, 1]],
        lambda p: {"path": p},
        lambda p: {"text": p, "files": []},
        lambda p: [{"role": "user", "content": [{"type": "text", "text": p}]}],
    ],
)
def test_a_path_in_a_text_is_a_text(app, tmp_path, wrap):
    path = tmp_path / "a.txt"
    before = app.digest(wrap(str(path)), event_data={"value": str(path)})
    path.write_text("a")
    assert app.digest(wrap(str(path)), event_data={"value": str(path)}) == before


def test_a_session_that_changed_a_component_is_on_its_own(app):
    state = app.demo.state_holder["s"]
    assert not has_own_components(app.queue, app.event("a"))
    state.blocks_config.blocks[app.out._id] = gr.Textbox(label="mine", render=False)
    assert has_own_components(app.queue, app.event("a"))
    assert app.digest("a") is None
    assert app.digest("a", session="other") is not None
