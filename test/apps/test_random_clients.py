"""Clients that come and leave at random: all others get their own answers."""

from __future__ import annotations

import asyncio
import gc
import json
import random
import secrets
import sys
import time
from collections.abc import AsyncIterator

import httpx
import pytest

import gradio as gr
from gradio.caching.serving import hooks

ROUNDS, CLIENTS = 5, 30
DEADLINE = 60
LETTERS = "abc"


def work() -> float:
    """Seconds, so that leaders, followers and those who leave meet at any step."""
    return random.random() * 0.01


def prefixed(text: str) -> str:
    time.sleep(work())
    return f"plain {text}"


async def later(text: str) -> str:
    await asyncio.sleep(work())
    return f"later {text}"


def counted(text: str):
    for number in range(4):
        time.sleep(work())
        yield f"counted {text} {number}"


async def counted_later(text: str):
    for number in range(4):
        await asyncio.sleep(work())
        yield f"counted later {text} {number}"


def alone(text: str) -> str:
    time.sleep(work())
    return f"alone {text}"


def batch(texts: list[str]) -> list[list[str]]:
    time.sleep(work())
    return [[f"batch {text}" for text in texts]]


def failing(text: str) -> str:
    time.sleep(work())
    raise gr.Error(f"failing {text}", print_exception=False)


ANSWERS = {
    prefixed: "plain {}",
    later: "later {}",
    counted: "counted {} 3",
    counted_later: "counted later {} 3",
    alone: "alone {}",
    batch: "batch {}",
    failing: "failing {}",
}


def app() -> gr.Blocks:
    with gr.Blocks() as demo:
        given, out = gr.Textbox(), gr.Textbox()
        for fn in ANSWERS:
            cached = gr.cache(max_size=2, per_session=fn is alone)(fn)
            limit = random.choice([1, 3, None])
            given.submit(cached, given, out, batch=fn is batch, concurrency_limit=limit)
    return demo


@pytest.fixture
def _hectic():
    """Threads take turns, and garbage is collected, much more often than usual."""
    interval, threshold = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(1e-5)
    gc.set_threshold(50)
    yield
    sys.setswitchinterval(interval)
    gc.set_threshold(*threshold)


async def messages(http: httpx.AsyncClient, session: str) -> AsyncIterator[dict]:
    params = {"session_hash": session}
    async with http.stream("GET", "gradio_api/queue/data", params=params) as stream:
        async for line in stream.aiter_lines():
            if line.startswith("data:"):
                yield json.loads(line[5:])


async def client(http: httpx.AsyncClient) -> tuple[str, str | None]:
    """What a client should get, and what it got; None if it did not wait for it."""
    index, text = random.randrange(len(ANSWERS)), random.choice(LETTERS)
    expected = [*ANSWERS.values()][index].format(text)
    session, patience = secrets.token_hex(6), random.choice([0, 1, 3, *[99] * 9])
    event = {"fn_index": index, "data": [text], "session_hash": session}
    await asyncio.sleep(work())
    (await http.post("gradio_api/queue/join", json=event)).raise_for_status()
    if patience == 0:
        return expected, None
    async for message in messages(http, session):
        patience -= 1
        if message["msg"] == "process_completed":
            output = message["output"]
            got = output.get("error") or output.get("data", [None])[0]
            return expected, got
        if patience == 0:
            break
    return expected, None


@pytest.mark.usefixtures("_hectic")
@pytest.mark.parametrize("seed", range(3))
def test_all_who_wait_get_their_own_answer(serve, seed):
    random.seed(seed)
    served = serve(app())

    async def main():
        async with httpx.AsyncClient(base_url=served.url, timeout=DEADLINE) as http:
            for _ in range(ROUNDS):
                clients = asyncio.gather(*(client(http) for _ in range(CLIENTS)))
                for expected, got in await asyncio.wait_for(clients, DEADLINE):
                    answered.append(got)
                    assert got in (expected, None)

    answered: list[str | None] = []
    asyncio.run(main())
    assert len([got for got in answered if got is not None]) > len(answered) / 2
    assert_nothing_is_left(served.queue)


def assert_nothing_is_left(queue) -> None:
    cache = hooks._caches[queue]

    def held() -> list[int]:
        events = [*cache.tasks._tasks, *cache._leaders.events]
        reserved = cache._lookups._budget.used
        return [len(events), cache._arrivals.waiting, len(queue), reserved]

    deadline = time.monotonic() + DEADLINE
    while any(held()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert held() == [0, 0, 0, 0]
