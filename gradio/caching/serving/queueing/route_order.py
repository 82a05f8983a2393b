"""The order in which a request is compared with an app's routes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Match

from gradio.caching.errors import fail_open

if TYPE_CHECKING:
    from fastapi import APIRouter
    from starlette.routing import BaseRoute

_JOIN = "/queue/join"


@fail_open(None)
def joins_first(router: APIRouter) -> None:
    """Lets join requests be compared with the route of theirs first."""
    path = router.prefix + _JOIN
    route = next(route for route in router.routes if _concerns(route, path))
    # Of all that say something to it the first stays the first, so nothing changes.
    router.routes.remove(route)
    router.routes.insert(0, route)


def _concerns(route: BaseRoute, path: str) -> bool:
    scope = {"type": "http", "method": "POST", "path": path, "root_path": ""}
    return route.matches(scope)[0] is not Match.NONE
