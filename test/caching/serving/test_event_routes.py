"""The routes that events ask for, beside those of an app that was left as it is."""

import asyncio
import itertools
import json
import re

import fastapi
import pytest
from fastapi import Depends, FastAPI, HTTPException
from fastapi.testclient import TestClient

import gradio as gr
from gradio.caching import serving
from gradio.caching.serving.queueing import event_routes
from gradio.route_utils import API_PREFIX
from gradio.routes import App

JOIN, STREAM = f"{API_PREFIX}/queue/join", f"{API_PREFIX}/queue/data"
JSON = {"content-type": "application/json"}
BODY = {"data": ["a"], "fn_index": 0, "session_hash": "s"}
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


def allowed(_: fastapi.Request) -> str:
    return "user"


async def allowed_later(_: fastapi.Request) -> str:
    return "user"


def refused(_: fastapi.Request) -> None:
    return None


def failing(_: fastapi.Request) -> None:
    raise HTTPException(418, "no")


def absent() -> None:
    raise HTTPException(403, "not you")


def demo():
    with gr.Blocks() as demo:
        given, out = gr.Textbox(), gr.Textbox()
        gr.Button().click(lambda text: text, given, out)
    demo.auth_message = None  # which `launch` sets
    return demo


@pytest.fixture
def apps(monkeypatch):
    """Makes the same app twice: as it would be without the route, and with it."""

    def make(**settings):
        with monkeypatch.context() as patch:
            patch.setattr(serving, "events_first", lambda *_: None)
            before = App.create_app(demo(), **settings)
        return before, App.create_app(demo(), **settings)

    return make


def answers(app, *asked):
    client = TestClient(app, raise_server_exceptions=False)
    got = [client.request(method, path, **more) for method, path, more in asked]
    return [
        (g.status_code, g.headers.get("allow"), g.headers.get("content-type"), text(g))
        for g in got
    ]


def text(response):
    return re.sub(r'(?<="event_id":")[0-9a-f]{32}', "…", response.text)


def join(content=BODIES[0], **headers):
    return "POST", JOIN, {"content": content, "headers": {**JSON, **headers}}


def test_their_requests_are_compared_with_them_before_all_others():
    first, second, *_ = App.create_app(demo()).router.routes
    assert (first.path, first.methods) == (JOIN, {"POST"})
    assert (second.path, second.methods) == (STREAM, {"GET"})


def test_a_page_s_request_is_not_solved_anew_each_time(apps, monkeypatch):
    before, app = apps()

    async def solve(**_):
        raise HTTPException(500, "solved")

    monkeypatch.setattr(fastapi.routing, "solve_dependencies", solve)
    assert [answer[0] for answer in answers(before, join())] == [500]
    assert [answer[0] for answer in answers(app, join())] == [200]


TAKEN = {200, 400, 422, 500}


@pytest.mark.parametrize(
    ("auth", "statuses"),
    [
        (None, TAKEN),
        (allowed, TAKEN),
        (allowed_later, TAKEN),
        (refused, {401, 422, 400}),
        (failing, {418, 422, 400}),
    ],
)
def test_each_body_is_answered_as_before(apps, auth, statuses):
    asked = []
    for body, kind in itertools.product(BODIES, CONTENT_TYPES):
        headers = {} if kind is None else {"content-type": kind}
        asked.append(("POST", JOIN, {"content": body, "headers": headers}))
    before, now = [answers(app, *asked) for app in apps(auth_dependency=auth)]
    for of_it, other, request in zip(before, now, asked, strict=True):
        assert of_it == other, request
    assert {status for status, *_ in now} == statuses


def test_each_method_and_path_is_answered_as_before(apps):
    paths = [
        JOIN,
        STREAM,
        f"{JOIN}/",
        f"/x{JOIN}",
        "/queue/join",
        f"{API_PREFIX}/queue/x",
    ]
    methods = ["GET", "POST", "PUT", "HEAD", "OPTIONS", "DELETE"]
    asked = [(m, p, {}) for m, p in itertools.product(methods, paths)]
    before, now = [answers(app, *asked) for app in apps()]
    assert before == now


@pytest.mark.parametrize("auth", [None, refused, failing])
def test_a_stream_that_names_no_session_is_refused_as_before(apps, auth):
    asked = ("GET", STREAM, {})
    before, now = [answers(app, asked) for app in apps(auth_dependency=auth)]
    assert before == now


def test_what_else_an_app_asks_for_is_asked_for(apps):
    before, now = apps(app_kwargs={"dependencies": [Depends(absent)]})
    asked = join(), ("GET", STREAM, {})
    assert answers(before, *asked) == answers(now, *asked)
    assert [status for status, *_ in answers(now, *asked)] == [403, 403]


def test_dependencies_that_are_overridden_are(apps):
    for app in apps():
        [depends] = next(
            route.dependencies
            for route in _all_routes(app.router)
            if getattr(route, "path", "") == JOIN
        )
        assert answers(app, join())[0][0] == 200
        app.dependency_overrides[depends.dependency] = absent
        assert answers(app, join())[0][0] == 403


def _all_routes(router):
    for route in router.routes:
        inner = getattr(route, "original_router", None)
        yield from [route] if inner is None else inner.routes


def test_a_login_is_needed_where_it_was(apps):
    for app in apps():
        app.auth, app.tokens = {"user": "password"}, {"known": "user"}
        assert answers(app, join())[0][0] == 401
        cookie = f"access-token-{app.cookie_id}=known"
        assert answers(app, join(cookie=cookie))[0][0] == 200


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
    assert answers(app, join())[0][0] == 200
    assert seen == [JOIN]


def test_where_requests_are_watched_all_is_told(apps, monkeypatch):
    _, app = apps()
    seen, solve = [], fastapi.routing.solve_dependencies

    async def noted(**given):
        seen.append(given)
        return await solve(**given)

    monkeypatch.setattr(fastapi.routing, "solve_dependencies", noted)
    monkeypatch.setattr(event_routes, "get_telemetry_data", object)
    assert answers(app, join())[0][0] == 200
    assert len(seen) == 1


@pytest.mark.parametrize(
    ("of_app", "path"),
    [(True, JOIN), (True, "/{name:path}"), (False, "/{name:path}")],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_where_another_concerns_such_requests_all_stays_as_it_is(of_app, path, method):
    app, router = FastAPI(), fastapi.APIRouter(prefix=API_PREFIX)
    before = app if of_app else router
    before.add_api_route(path, lambda: "first", methods=[method])
    router.add_api_route("/queue/join", lambda: "second", methods=["POST"])
    routes = [*app.router.routes], [*router.routes]
    event_routes.events_first(app, router, allowed, refused)
    assert (app.router.routes, router.routes) == routes


def test_a_router_without_such_routes_stays_as_it_is():
    app, router = FastAPI(), fastapi.APIRouter()
    routes = [*app.router.routes]
    event_routes.events_first(app, router, allowed, refused)
    assert (app.router.routes, router.routes) == (routes, [])
