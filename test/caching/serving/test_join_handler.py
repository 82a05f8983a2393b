"""Join requests, beside an app in which FastAPI answers them."""

import asyncio
import itertools
import json
from functools import partial

import fastapi
import pytest
from fastapi import Depends, HTTPException
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import from_json
from starlette.responses import PlainTextResponse

from gradio.caching.serving.queueing import join_handler
from support.twin_apps import (
    BODY,
    JOIN,
    JSON,
    STREAM,
    absent,
    allowed,
    allowed_later,
    answers,
    failing,
    join,
    refused,
    statuses,
    twins,
)

BODIES = [
    json.dumps(body).encode()
    for body in [
        BODY,
        {**BODY, "session_hash": None},
        {**BODY, "fn_index": 7},
        {**BODY, "fn_index": "0"},
        {**BODY, "fn_index": "none"},
        {**BODY, "data": "a"},
        {**BODY, "event_data": [float("nan")]},
        {**BODY, "more": 1},
        {},
        [],
        None,
        "text",
    ]
] + [b"", b"{", b"\xff", b'{"data": ["\\ud800"], "fn_index": 0, "session_hash": "s"}']

CONTENT_TYPES = [
    "application/json",
    "application/json; charset=utf-8",
    "APPLICATION/JSON",
    "application/vnd.api+json",
    "application/x-www-form-urlencoded",
    "text/plain",
    None,
]

TAKEN = {200, 400, 422, 500}

# Of what JSON is made of, and of what is written almost like it.
PIECES = [*'0123456789.+-eE[]{}",:/ \n\t', "\\u00e9", "\\ud83d", "\\ude00", "\\n"]
WORDS = ["null", "true", "false", "NaN", "Infinity", "-", "-0", "1e400", "9" * 20, "ä"]
TEXTS = st.lists(st.sampled_from([*PIECES, *WORDS])).map("".join)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda parts: st.lists(parts) | st.dictionaries(st.text(), parts),
)


@pytest.fixture
def apps(monkeypatch):
    return partial(twins, monkeypatch)


def test_a_page_s_request_is_not_solved_anew_each_time(apps, monkeypatch):
    before, app = apps()

    async def solve(**_):
        raise HTTPException(500, "solved")

    monkeypatch.setattr(fastapi.routing, "solve_dependencies", solve)
    assert statuses(before, join()) == [500]
    assert statuses(app, join()) == [200]


@pytest.mark.parametrize(
    ("auth", "expected"),
    [
        (None, TAKEN),
        (allowed, TAKEN),
        (allowed_later, TAKEN),
        (refused, {401, 422, 400}),
        (failing, {418, 422, 400}),
    ],
)
def test_each_body_is_answered_as_before(apps, auth, expected):
    asked = []
    for body, kind in itertools.product(BODIES, CONTENT_TYPES):
        headers = {} if kind is None else {"content-type": kind}
        asked.append(("POST", JOIN, {"content": body, "headers": headers}))
    before, now = [answers(app, *asked) for app in apps(auth_dependency=auth)]
    for of_it, other, request in zip(before, now, asked, strict=True):
        assert of_it == other, request
    assert {status for status, *_ in now} == expected


@given(TEXTS | VALUES.map(json.dumps))
def test_what_is_read_quickly_is_what_json_reads(text):
    try:
        read = from_json(text.encode())
    except ValueError:
        return
    # As text, in which NaN is NaN and 1 is not 1.0.
    assert repr(read) == repr(json.loads(text))


def test_what_else_an_app_asks_for_is_asked_for(apps):
    before, now = apps(app_kwargs={"dependencies": [Depends(absent)]})
    asked = join(), ("GET", STREAM, {})
    assert answers(before, *asked) == answers(now, *asked)
    assert statuses(now, *asked) == [403, 403]


def test_dependencies_that_are_overridden_are(apps):
    for app in apps():
        [depends] = next(
            route.dependencies
            for route in _all_routes(app.router)
            if getattr(route, "path", "") == JOIN
        )
        assert statuses(app, join()) == [200]
        app.dependency_overrides[depends.dependency] = absent
        assert statuses(app, join()) == [403]


def _all_routes(router):
    for route in router.routes:
        inner = getattr(route, "original_router", None)
        yield from [route] if inner is None else inner.routes


def test_a_login_is_needed_where_it_was(apps):
    for app in apps():
        app.auth, app.tokens = {"user": "password"}, {"known": "user"}
        assert statuses(app, join()) == [401]
        cookie = f"access-token-{app.cookie_id}=known"
        assert statuses(app, join(cookie=cookie)) == [200]


@pytest.mark.parametrize("error", [OSError("gone"), HTTPException(413, "too much")])
def test_a_body_that_can_t_be_read_is_refused_as_before(apps, error):
    async def receive():
        raise error

    def status(app):
        sent = []

        async def send(message):
            sent.append(message)

        scope = {
            "type": "http",
            "method": "POST",
            "path": JOIN,
            "root_path": "",
            "query_string": b"",
            "headers": [(k.encode(), v.encode()) for k, v in JSON.items()],
        }
        asyncio.run(app(scope, receive, send))
        return sent[0]["status"], sent[1]["body"]

    before, now = apps()
    assert status(before) == status(now)


async def told(request, error):
    content = await request.body()
    return PlainTextResponse(f"{error} at {content!r}", error.status_code)


@pytest.mark.parametrize("auth", [refused, failing])
def test_what_answers_errors_may_read_the_request(apps, auth):
    before, now = apps(auth_dependency=auth)
    for app in (before, now):
        app.add_exception_handler(HTTPException, told)
    assert answers(before, join()) == answers(now, join())
    assert BODY["session_hash"] in answers(now, join())[0][-1]


def test_what_watches_handlers_sees_all(apps, monkeypatch):
    make, seen = fastapi.routing.get_request_handler, []

    def watched(*args, **settings):
        handle = make(*args, **settings)

        async def handler(request):
            seen.append(request.url.path)
            return await handle(request)

        return handler

    monkeypatch.setattr(fastapi.routing, "get_request_handler", watched)
    _, app = apps()
    assert statuses(app, join()) == [200]
    assert seen == [JOIN]


def test_where_requests_are_watched_all_is_told(apps, monkeypatch):
    _, app = apps()
    seen, solve = [], fastapi.routing.solve_dependencies

    async def noted(**given):
        seen.append(given)
        return await solve(**given)

    monkeypatch.setattr(fastapi.routing, "solve_dependencies", noted)
    monkeypatch.setattr(join_handler, "get_telemetry_data", object)
    assert statuses(app, join()) == [200]
    assert len(seen) == 1
