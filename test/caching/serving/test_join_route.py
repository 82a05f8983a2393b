"""Requests that are compared with an app's routes in another order."""

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient

import gradio as gr
from gradio.caching import serving
from gradio.caching.serving.queueing.route_order import joins_first
from gradio.route_utils import API_PREFIX
from gradio.routes import App

PATHS = ["/a/queue/join", "/a/queue/data", "/a/other", "/a/none", "/queue/join"]


def client_of(before=(), *, joined_first):
    router = APIRouter(prefix="/a")
    for method, path in [
        *before,
        ("GET", "/other"),
        ("POST", "/queue/join"),
        ("GET", "/queue/{name}"),
        ("POST", "/queue/{name}"),
    ]:
        told = f"{method} {path}"
        router.add_api_route(path, lambda told=told: told, methods=[method])
    if joined_first:
        joins_first(router)
    app = FastAPI()
    app.include_router(router)
    return TestClient(app), router


def first_of(router):
    return router.routes[0].path


def test_a_join_request_is_compared_with_its_own_route_first():
    _, router = client_of(joined_first=True)
    assert first_of(router) == "/a/queue/join"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_where_another_concerns_it_before_that_one_is_first(method):
    _, router = client_of([(method, "/{name:path}")], joined_first=True)
    assert first_of(router) == "/a/{name:path}"


def test_gradio_s_own_route_is_before_all_that_stood_before_it(monkeypatch):
    routers = []
    monkeypatch.setattr(serving, "joins_first", routers.append)
    App.create_app(gr.Blocks())
    joins_first(router := routers[-1])
    assert first_of(router) == f"{API_PREFIX}/queue/join"


@pytest.mark.parametrize(
    "before", [[], [("POST", "/{name:path}")], [("GET", "/{name:path}")]]
)
@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "OPTIONS", "DELETE"])
def test_each_request_is_answered_as_before(before, method):
    answered = []
    for joined_first in (False, True):
        client, _ = client_of(before, joined_first=joined_first)
        got = [client.request(method, path) for path in PATHS]
        answered.append([(g.status_code, g.text, g.headers.get("allow")) for g in got])
    assert answered[0] == answered[1]


def test_a_router_without_such_a_route_stays_as_it_is(caplog):
    router = APIRouter()
    joins_first(router)
    assert router.routes == []
    assert "joins_first" in caplog.text
