"""
The routes that each event asks for: its requests are compared with them before all
others.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from fastapi.routing import APIRoute
from starlette.routing import Match

from gradio.caching.errors import fail_open
from gradio.caching.serving.queueing.join_handler import join_route_class

if TYPE_CHECKING:
    from fastapi import APIRouter, FastAPI
    from starlette.routing import BaseRoute

_JOIN, _STREAM = "/queue/join", "/queue/data"


@fail_open(None)
def events_first(
    app: FastAPI,
    router: APIRouter,
    get_user: Callable[..., Any],
    check_login: Callable[..., Any],
) -> None:
    """Lets the requests of events be compared with the routes of theirs first."""
    _bring_forward(app, router, _STREAM, APIRoute)
    _bring_forward(app, router, _JOIN, join_route_class(get_user, check_login))


def _bring_forward(
    app: FastAPI, router: APIRouter, name: str, route_class: type[APIRoute]
) -> None:
    path = router.prefix + name
    given = next((route for route in router.routes if _concerns(route, path)), None)
    if not isinstance(given, APIRoute) or given.path != path:
        return
    if any(_concerns(route, path) for route in app.router.routes):
        return  # what says something to it before it is to go on doing so
    app.router.add_api_route(
        path,
        given.endpoint,
        methods=given.methods,
        dependencies=given.dependencies,
        route_class_override=route_class,
    )
    router.routes.remove(given)
    app.router.routes.insert(0, app.router.routes.pop())


def _concerns(route: BaseRoute, path: str) -> bool:
    scope = {"type": "http", "method": "POST", "path": path, "root_path": ""}
    return route.matches(scope)[0] is not Match.NONE
