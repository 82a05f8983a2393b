"""What of a request tells one caller from another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from gradio.caching.calls.bindings import digest_if_any
from gradio.caching.errors import UnsharedError
from gradio.caching.portable import note_obstacle
from gradio.caching.types import Children, KeyWriter, encode
from gradio.route_utils import Request

Pairs = tuple[tuple[str, Any], ...]

# New with each message, whoever sends it.
_OF_THE_MESSAGE = frozenset(
    {
        *("accept", "age", "connection", "content-length", "date", "expect"),
        "keep-alive",
        *("te", "trailer", "transfer-encoding", "upgrade", "sec-websocket-key"),
        *("if-match", "if-modified-since", "if-none-match", "if-unmodified-since"),
        # Ids and times that proxies and tracers add.
        *("request-id", "x-request-id", "correlation-id", "x-correlation-id"),
        *("trace-id", "x-trace-id", "x-transaction-id", "x-unique-id"),
        *("traceparent", "tracestate", "baggage", "b3", "uber-trace-id"),
        *("sentry-trace", "newrelic", "elastic-apm-traceparent", "grpc-trace-bin"),
        *("x-amzn-trace-id", "x-amzn-requestid", "x-amz-cf-id", "request-context"),
        *("x-cloud-trace-context", "x-ot-span-context", "x-client-trace-id"),
        *("x-ms-request-id", "x-ms-client-request-id", "x-azure-ref"),
        *("x-appgw-trace-id", "x-arr-log-id", "cf-ray", "cf-request-id"),
        *("fly-request-id", "x-vercel-id", "x-railway-request-id", "rndr-id"),
        *("x-nf-request-id", "x-akamai-request-id", "x-kong-request-id", "x-varnish"),
        *("x-request-start", "x-queue-start", "x-timer", "x-envoy-attempt-count"),
        "x-envoy-expected-rq-timeout-ms",
        # The port of a connection.
        *("x-real-port", "x-client-port", "x-remote-port", "x-forwarded-client-port"),
        # Tokens of a platform that are good for one request.
        *("x-ip-token", "x-zerogpu-token", "x-zerogpu-uuid"),
    }
)
_TRACERS = ("x-b3-", "x-datadog-", "x-instana-", "ot-tracer-", "ot-baggage-")
_ADDRESSES = frozenset(
    {
        *("forwarded", "x-forwarded-for", "x-original-forwarded-for", "x-real-ip"),
        *("x-client-ip", "x-cluster-client-ip", "x-remote-ip", "true-client-ip"),
        "cloudfront-viewer-address",
    }
)
_PORT = re.compile(r"(\d+\.\d+\.\d+\.\d+|\[[0-9a-fA-F:.]+\]):\d+")
# Set anew with each answer, to find the server again.
_BALANCERS = ("AWSALB", "AWSELB", "__cf_bm")


@encode.register(Request)
def _(request: Request, out: KeyWriter) -> Children:  # noqa: ARG001
    """
    By user and session, and by what the user may have changed since the last request.
    """
    note_obstacle("who calls")
    if not (request.session_hash or request.username):
        raise UnsharedError("a gr.Request without a session")
    return (parts_of(request),)


def parts_of(request: Request) -> dict[str, Any]:
    """
    Names what a function can read from a request that is the caller's own; not what is
    new with each request.
    """
    path, session = _path(request), _session(request)
    return {
        "user": request.username,
        "session": request.session_hash,
        "client": _host(_read(request, "client")),
        "path": path,
        "path parameters": _pairs(_read(request, "path_params")),
        "query": _pairs(_read(request, "query_params")),
        "server session": session,
        **dict(_headers(request, bool(session))),
        **_found_by_middleware(request),
        "more": {k: v for k, v in request.kwargs.items() if k not in _SEEN_TO},
    }


_SEEN_TO = frozenset(
    {"headers", "query_params", "cookies", "path_params", "client", "url"}
)


def _headers(request: Request, knows_session: bool) -> Iterable[tuple[str, Any]]:
    found: dict[str, list[str]] = {}
    for name, value in _pairs(_read(request, "headers")):
        header = name.lower()
        if header not in _OF_THE_MESSAGE and not header.startswith(_TRACERS):
            found.setdefault(header, []).append(_stable(header, value, knows_session))
    return ((f"header {name!r}", values) for name, values in found.items())


def _stable(header: str, value: Any, knows_session: bool) -> Any:
    if header in _ADDRESSES:
        return _PORT.sub(r"\1", str(value))
    if header == "cookie":
        return [c for c in _cookies(value) if not _is_renewed(c, knows_session)]
    return value


def _cookies(value: Any) -> list[str]:
    return [cookie.strip() for cookie in str(value).split(";")]


def _is_renewed(cookie: str, knows_session: bool) -> bool:
    # What a session's cookie says is in the session; it is signed anew all the time.
    signed = knows_session and cookie.startswith("session=")
    return signed or cookie.startswith(_BALANCERS)


def _read(request: Request, name: str) -> Any:
    raw = request.request
    return request.kwargs.get(name) if raw is None else getattr(raw, name, None)


def _scope(request: Request) -> Mapping[str, Any]:
    return getattr(request.request, "scope", None) or {}


def _found_by_middleware(request: Request) -> dict[str, Any]:
    """Lists what middleware told a function of the caller, such as its tenant."""
    scope = _scope(request)
    told = {f"of the app, {n!r}": scope[n] for n in ("user", "auth") if n in scope}
    for name, value in dict(scope.get("state") or {}).items():
        if name.replace("_", "-").lower() not in _OF_THE_MESSAGE:
            told[f"state {name!r}"] = value
    return {name: digest_if_any(value) for name, value in told.items()}


def _session(request: Request) -> Any:
    return _scope(request).get("session")


def _path(request: Request) -> Any:
    scope = _scope(request)
    if "path" in scope:
        return scope.get("scheme"), scope["path"]
    return urlsplit(str(_read(request, "url") or "")).path


def _host(client: Any) -> Any:
    return (
        client.get("host")
        if isinstance(client, dict)
        else getattr(client, "host", None)
    )


def _pairs(values: Any) -> Pairs:
    if not values:
        return ()
    listed = getattr(values, "multi_items", None) or values.items
    return tuple(sorted(listed(), key=lambda pair: pair[0]))
