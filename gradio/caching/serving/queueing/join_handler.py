"""
Answers join requests that are as any page sends them by the functions of their route,
at less cost than FastAPI. All others it answers itself.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any

import fastapi
from fastapi.routing import APIRoute
from pydantic_core import from_json
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Message

try:
    from fastapi.telemetry import get_telemetry_data
except ImportError:  # as in releases that watch nothing by themselves

    def get_telemetry_data() -> None:
        return None


_JSON = "application/json"

Handler = Callable[["Request"], Awaitable[Response]]


def join_route_class(
    get_user: Callable[..., Any], check_login: Callable[..., Any]
) -> type[APIRoute]:
    """Makes the class of a route that needs a login, and nothing else of an app."""

    class JoinRoute(APIRoute):
        def get_route_handler(self) -> Any:
            in_full = super().get_route_handler()
            asked = [depends.dependency for depends in self.dependencies]
            # An app may ask for more, and what watches it may look at its handlers.
            if asked != [check_login] or in_full.__module__ != fastapi.routing.__name__:
                return in_full
            calls = _waited_for(get_user), _waited_for(check_login)
            return _JoinHandler(self, in_full, *calls).handle

    return JoinRoute


@dataclass(frozen=True, slots=True)
class _JoinHandler:
    """Does what FastAPI would, which takes longer to find out what that is."""

    route: APIRoute
    in_full: Handler
    get_user: Callable[..., Awaitable[Any]]
    check_login: Callable[..., Awaitable[Any]]

    async def handle(self, request: Request) -> Response:
        if self._is_unusual(request):
            return await self.in_full(request)
        try:
            content = await request.body()
        except Exception as error:
            return await self.in_full(_failing(request, error))
        if (body := self._validated(content)) is None:
            return await self.in_full(request)
        user = await self.get_user(request)
        await self.check_login(user)
        answer = await self.route.endpoint(body=body, request=request, username=user)
        return answer if isinstance(answer, Response) else self._response(answer)

    def _validated(self, content: bytes) -> Any:
        """Makes what a request asks for, None if that may not be as it should be."""
        try:
            # What this reads, in a fraction of the time, `json` would read as the same.
            given = from_json(content)
        except ValueError:
            return None
        field: Any = self.route.body_field
        body, errors = field.validate(given, {}, loc=("body",))
        return None if errors else body

    def _is_unusual(self, request: Request) -> bool:
        if request.headers.get("content-type") != _JSON:
            return True
        provider = self.route.dependency_overrides_provider
        if getattr(provider, "dependency_overrides", None):
            return True
        return get_telemetry_data() is not None

    def _response(self, answer: Any) -> Response:
        made_by: Any = self.route.response_class
        return getattr(made_by, "value", made_by)(answer)


def _waited_for(fn: Callable[..., Any]) -> Callable[..., Awaitable[Any]]:
    """Returns what calls a function as FastAPI would: in a thread unless it's async."""
    return fn if iscoroutinefunction(fn) else partial(run_in_threadpool, fn)


def _failing(request: Request, error: Exception) -> Request:
    """The same request, of which reading fails in the same way."""

    async def receive() -> Message:
        raise error

    return type(request)(request.scope, receive, request._send)
