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
from starlette._exception_handler import wrap_app_handling_exceptions
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from gradio.caching.serving.queueing.events import header_of

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Scope, Send

try:
    from fastapi.telemetry import get_telemetry_data
except ImportError:  # as in releases that watch nothing by themselves

    def get_telemetry_data() -> None:
        return None


_JSON = b"application/json"

Receiver = Callable[[], Awaitable["Message"]]


def join_route_class(
    get_user: Callable[..., Any], check_login: Callable[..., Any]
) -> type[APIRoute]:
    """Makes the class of a route that needs a login, and nothing else of an app."""

    class JoinRoute(APIRoute):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            asked = [depends.dependency for depends in self.dependencies]
            made_by = self.get_route_handler().__module__
            # An app may ask for more, and what watches it may look at its handlers.
            if asked == [check_login] and made_by == fastapi.routing.__name__:
                calls = _waited_for(get_user), _waited_for(check_login)
                self.app = _JoinApp(self, self.app, *calls)

    return JoinRoute


@dataclass(frozen=True, slots=True)
class _JoinApp:
    """Does what FastAPI would, which takes longer to find out what that is."""

    route: APIRoute
    in_full: ASGIApp
    get_user: Callable[..., Awaitable[Any]]
    check_login: Callable[..., Awaitable[Any]]

    async def __call__(self, scope: Scope, receive: Receiver, send: Send) -> None:
        request = Request(scope, receive, send)
        try:
            answer = await self._answer(request)
        except Exception as error:
            answer = wrap_app_handling_exceptions(_raising(error), request)
        await answer(scope, receive, send)

    async def _answer(self, request: Request) -> ASGIApp:
        if self._is_unusual(request):
            return self.in_full
        try:
            content = await request.body()
        except Exception as error:
            return self._in_full_with(_raising(error))
        if (body := self._validated(content)) is None:
            return self._in_full_with(_again(content, request.receive))
        user = await self.get_user(request)
        await self.check_login(user)
        answer = await self.route.endpoint(body=body, request=request, username=user)
        return answer if isinstance(answer, Response) else self._response(answer)

    def _in_full_with(self, received: Receiver) -> ASGIApp:
        async def answer(scope: Scope, _: Receiver, send: Send) -> None:
            await self.in_full(scope, received, send)

        return answer

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
        if header_of(request, b"content-type") != _JSON:
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


def _raising(error: Exception) -> Callable[..., Awaitable[Any]]:
    """Fails in the same way once more."""

    async def fail(*_: Any) -> Any:
        raise error

    return fail


def _again(content: bytes, receive: Receiver) -> Receiver:
    """Receives the content of a request once more, and then what comes after it."""
    left: list[Message] = [{"type": "http.request", "body": content}]

    async def receive_again() -> Message:
        return left.pop() if left else await receive()

    return receive_again
