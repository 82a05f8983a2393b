"""Whatever a client sends, a cached app answers it as the same app without a cache, and
keeps nothing of it."""

import itertools
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import gradio as gr
from gradio.utils import get_upload_folder
from support.odd_requests import bodies_for, odd
from support.sent import Sent

SESSIONS = itertools.count()


def plain(value):
    return repr(value)


async def later(value):
    return repr(value)


def steps(value):
    yield "first"
    yield repr(value)


async def later_steps(value):
    yield "first"
    yield repr(value)


def batch(values):
    return [[repr(value) for value in values]]


def asked(value, request: gr.Request):
    return repr((value, request.session_hash))


def chosen(value, event: gr.SelectData):
    return repr((value, event.index, event.value))


def two(value, other):
    return repr((value, other))


def accepts(value):
    return gr.validate(value != "refused", "refused")


def keyed(arguments):
    return str(arguments["value"])


KINDS = [
    (plain, {}, {}),
    (later, {}, {}),
    (steps, {}, {}),
    (later_steps, {}, {}),
    (batch, {"batch": True, "max_batch_size": 3}, {}),
    (plain, {}, {"per_session": True}),
    (plain, {}, {"key": keyed}),
    (asked, {}, {}),
    (chosen, {}, {}),
    (plain, {"validator": accepts}, {}),
    (two, {}, {}),
]
INPUTS = [gr.Textbox, gr.Number, gr.JSON, gr.File]


def blocks_of(is_cached):
    with gr.Blocks() as demo:
        out = gr.Textbox()
        for component in INPUTS:
            given, other = component(), gr.Textbox()
            for i, (fn, listener, cache) in enumerate(KINDS):
                name = f"{component.__name__}_{i}"
                inputs = [given, other] if fn is two else given
                used = gr.cache(**cache)(fn) if is_cached else fn
                gr.Button().click(used, inputs, out, api_name=name, **listener)
    return demo


LISTENERS = len(KINDS) * len(INPUTS)


@pytest.fixture
def sent(serve, capfd):
    sent = Sent(serve, blocks_of)
    yield sent
    sent.nothing_is_left()


def encoded(body, uploaded):
    if isinstance(body, dict):
        body.setdefault("session_hash", f"s{next(SESSIONS)}")
    return json.dumps(body).replace("UPLOADED", uploaded).encode()


@pytest.fixture
def uploaded(sent):
    file = Path(get_upload_folder()) / "mine" / "a.txt"
    file.parent.mkdir(parents=True)
    file.write_text("mine")
    return str(file)


# A request is sent three times: a third of the examples, also in the nightly run.
@settings(
    max_examples=settings.default.max_examples // 3,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(body=st.one_of(bodies_for(LISTENERS), odd))
def test_any_body(sent, uploaded, body):
    sent.check(encoded(body, uploaded))


def deep(levels):
    return b"[" * levels + b"]" * levels


BROKEN = {
    "much text": b'"' + b"a" * 5_000_000 + b'"',
    "400 levels": deep(400),
    "900 levels": deep(900),
    "3,000 levels": deep(3000),
    "100,000 levels": deep(100_000),
    "a large number": b"9" * 5000,
    "half a character": b'"\\ud800"',
    "no numbers": b"[NaN, Infinity, -Infinity]",
    "no UTF-8": b'"\xff"',
    "no JSON": b"{",
}


def test_large_and_broken_values(sent):
    body = b'{"fn_index": %d, "session_hash": "s%d", "data": [%s]}'
    for value in BROKEN.values():
        for listener in (0, 2 * len(KINDS)):  # of a text box, and of one that takes all
            sent.check(body % (listener, next(SESSIONS), value))


def test_a_text_of_50_mb(sent):
    body = b'{"fn_index": 0, "session_hash": "s", "data": ["%s"]}' % (b"a" * 50_000_000)
    posted = [sent._post(app, body, (), "queue/join") for app in sent.apps]
    assert [answer[:3] for answer in posted] == ["200", "200"]
    for app in sent.apps:
        sent._settle(app)
        (messages,) = sent._unread(app)
        completed = messages[-1].output["data"][0]
        assert len(completed) == 50_000_002


def test_too_few_and_too_many_inputs(sent):
    for data in ([], ["a", "b", "c"], None, {}, "a"):
        for listener in range(len(KINDS)):
            body = {"fn_index": listener, "data": data, "session_hash": "s"}
            sent.check(json.dumps(body))
        sent.check(json.dumps({"data": data}), path="call/Textbox_0")


def test_odd_sessions(sent):
    for session in ("", "s" * 100_000, "a\0b", "\ud800", "../x", None, 1, []):
        for listener in (0, 4, 5, 7):
            body = {"fn_index": listener, "data": ["a"], "session_hash": session}
            sent.check(json.dumps(body))
