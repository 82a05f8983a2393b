"""The least that HTTP messages cost: a bare Starlette app that looks nothing up."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import AsyncIterator

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

_COMPLETED = (
    '{"msg":"process_completed","event_id":"%s","output":{"data":["%s"],'
    '"is_generating":false,"duration":0.001,"average_duration":0.001,'
    '"render_config":null,"changed_state_ids":[]},"success":true,'
    '"title":null,"used_cache":"full","cache_duration":0.001,"avg_time":0.001}'
)
_CLOSED = 'data: {"msg":"close_stream","event_id":null}\n\n'
_EVENT_ID = "0" * 32

_asked: dict[str, str] = {}


async def config(_: Request) -> Response:
    return JSONResponse({"dependencies": [{"id": 0, "api_name": "text"}]})


async def join(request: Request) -> Response:
    body = await request.json()
    answer = body["data"][0][::-1]
    if "messages" in request.headers.get("accept", ""):
        message = json.loads(_COMPLETED % (_EVENT_ID, answer))
        return JSONResponse({"event_id": _EVENT_ID, "messages": [message]})
    _asked[body["session_hash"]] = answer
    return JSONResponse({"event_id": _EVENT_ID})


async def data(request: Request) -> Response:
    answer = _asked.pop(request.query_params["session_hash"])

    async def messages() -> AsyncIterator[str]:
        yield f"data: {_COMPLETED % (_EVENT_ID, answer)}\n\n"
        yield _CLOSED

    return StreamingResponse(messages(), media_type="text/event-stream")


app = Starlette(
    routes=[
        Route("/config", config),
        Route("/gradio_api/queue/join", join, methods=["POST"]),
        Route("/gradio_api/queue/data", data),
    ]
)


def main() -> None:
    """Serves the app until the process is ended."""
    # With its protocol named: else asyncio leaves small writes to Nagle's algorithm.
    own = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    own.bind(("127.0.0.1", int(sys.argv[1])))
    own.listen(256)
    print("ready", flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[own])


if __name__ == "__main__":
    main()
