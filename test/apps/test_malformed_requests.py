"""Whatever a client sends, a cached app answers it as the same app without a cache, and
keeps nothing of it."""

import asyncio
import gc
import itertools
import json
import re
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import gradio as gr
from gradio.caching.serving.follow.broadcast import Broadcast
from gradio.caching.serving.queueing.arrival_order import Place
from gradio.utils import get_upload_folder

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


class Sent:
    """The apps, without and with a cache, and what they make of a request."""

    def __init__(self, serve):
        self.before = {id(o) for o in [*_held(), *_budgets()]}
        self.apps = [serve(blocks_of(is_cached)) for is_cached in (False, True)]
        self._loops = [_loop_of(app) for app in self.apps]

    def check(self, content, headers=(), path="queue/join"):
        expected, *cached = [
            self._answer(app, content, headers, path)
            for app in (*self.apps, self.apps[-1])
        ]
        assert cached == [expected, expected]

    def _answer(self, app, content, headers, path):
        answer = self._post(app, content, headers, path)
        self._settle(app)
        told = [self._told(app, messages) for messages in self._unread(app) if messages]
        return self._without_ids(app, answer), told

    def _post(self, app, content, headers, path):
        kind = {"content-type": "application/json", "connection": "close"}
        try:
            answer = app.http.post(
                f"gradio_api/{path}", content=content, headers=kind | dict(headers)
            )
        except httpx.RemoteProtocolError as error:
            return repr(error)
        except httpx.ReadError:
            return "the connection was closed"
        return f"{answer.status_code} {answer.text}"

    def _settle(self, app):
        queue, loop = app.queue, self._loops[self.apps.index(app)]

        def is_busy():
            runs = any(job is not None for job in queue.active_jobs) or len(queue)
            return runs or any(map(_works, asyncio.all_tasks(loop)))

        while is_busy():
            app.http.get("gradio_api/queue/status")

    def _unread(self, app):
        pending = app.queue.pending_messages_per_session
        for messages in list(pending.values()):
            yield [messages.get_nowait() for _ in range(messages.qsize())]

    def _told(self, app, messages):
        told = [m.model_dump() for m in messages if m.msg.value != "estimation"]
        told = [m for m in told if m["msg"] != "process_starts"]
        for message in told:
            for name in ("event_id", "used_cache", "cache_duration", "avg_time"):
                message.pop(name, None)
            for name in ("duration", "average_duration", "used_cache"):
                (message.get("output") or {}).pop(name, None)
        return self._without_ids(app, json.dumps(told, default=str))

    def _without_ids(self, app, text):
        text = text.replace(app.url.rstrip("/").removeprefix("http://"), "APP")
        return re.sub(r'(?<="event_id":")[0-9a-f]{32}|0x[0-9a-f]+', "ID", text)

    def nothing_is_left(self):
        assert [o for o in _held() if id(o) not in self.before] == []
        assert [b.used for b in _budgets() if id(b) not in self.before] == []
        plain, cached = (app.queue.pending_event_ids_session for app in self.apps)
        # Twice as many requests; ids of answers that were read would go as well.
        for session, ids in cached.items():
            assert len(ids) <= 2 * len(plain.get(session, ids))


def _budgets():
    """Those in use; other tests may have left some."""
    budgets = (o for o in gc.get_objects() if "Budget" in type(o).__name__)
    return [b for b in budgets if getattr(b, "used", 0)]


def _held():
    """What is held while events are answered, of all apps of this process."""
    gc.collect()
    return [o for o in gc.get_objects() if isinstance(o, (Broadcast, Place))]


def _loop_of(app):
    found = []

    async def note():
        found.append(asyncio.get_running_loop())

    routes = app.demo.app.router.routes
    app.demo.app.add_api_route("/loop", note)
    routes.insert(0, routes.pop())
    app.http.get("loop").raise_for_status()
    return found[0]


def _works(task):
    """Whether it answers something: the others are Gradio's own and never end."""
    return bool(re.match(r"[^_]*_\d+", task.get_name())) or "serving" in repr(task)


@pytest.fixture
def sent(serve, capfd):
    sent = Sent(serve)
    yield sent
    sent.nothing_is_left()


texts = st.text(st.characters(exclude_categories=()), max_size=8)
numbers = st.one_of(
    st.integers(), st.integers(-(10**400), 10**400), st.floats(), st.booleans()
)
paths = st.sampled_from(
    [
        "/etc/passwd",
        "../../../etc/passwd",
        "UPLOADED",
        "UPLOADED/../../x",
        "/dev/null",
        "http://127.0.0.1:1/gradio_api/file=/etc/passwd",
        "",
        "\0",
        "x" * 5000,
    ]
)
odd = st.recursive(
    st.one_of(st.none(), numbers, texts),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)
    ),
    max_leaves=6,
)
files = st.fixed_dictionaries(
    {"path": st.one_of(paths, odd)},
    optional={
        "meta": st.one_of(st.just({"_type": "gradio.FileData"}), odd),
        "url": st.one_of(paths, odd),
        "size": odd,
        "orig_name": st.one_of(paths, odd),
        "mime_type": odd,
        "is_stream": odd,
    },
)
real_files = st.builds(
    lambda path, lies: {**lies, "path": path, "meta": {"_type": "gradio.FileData"}},
    paths,
    files,
)
values = st.one_of(texts, numbers, real_files, files, odd, st.just("refused"))
bodies = st.fixed_dictionaries(
    {
        "fn_index": st.one_of(st.integers(0, LISTENERS - 1), odd),
        "data": st.one_of(st.lists(values, min_size=1, max_size=2), odd),
    },
    optional={
        "session_hash": odd,
        "event_id": odd,
        "event_data": st.one_of(
            st.fixed_dictionaries({"index": odd, "value": odd}), odd
        ),
        "trigger_id": odd,
        "simple_format": odd,
        "batched": odd,
        "request": odd,
        "more": odd,
    },
)


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
@given(body=st.one_of(bodies, odd))
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
