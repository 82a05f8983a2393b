"""The routes that events ask for, beside those of an app that was left as it is."""

import itertools
from functools import partial

import fastapi
import pytest
from fastapi import FastAPI

from gradio.caching.serving.queueing import event_routes
from gradio.route_utils import API_PREFIX
from gradio.routes import App
from support.twin_apps import (
    JOIN,
    STREAM,
    allowed,
    answers,
    demo,
    failing,
    refused,
    twins,
)


@pytest.fixture
def apps(monkeypatch):
    return partial(twins, monkeypatch)


def test_their_requests_are_compared_with_them_before_all_others():
    first, second, *_ = App.create_app(demo()).router.routes
    assert (first.path, first.methods) == (JOIN, {"POST"})
    assert (second.path, second.methods) == (STREAM, {"GET"})


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
