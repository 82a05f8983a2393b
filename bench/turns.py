"""What is done at one server before it is another's turn, and its figures."""

from __future__ import annotations

import asyncio
import functools
import time
from collections.abc import Awaitable, Callable

from bench import payloads
from bench.client import Answer
from bench.visitor import Inputs, Visitor

_WRITTEN_SECONDS = 0.2

Figures = dict[str, list[float]]
Turn = Callable[[Visitor], Awaitable[Figures]]


async def words(visitor: Visitor) -> str:  # noqa: ARG001
    """The same text at every server."""
    return payloads.text("All that glitters is not gold. " * 3)


async def other_words(visitor: Visitor) -> str:  # noqa: ARG001
    """Another text than `words`."""
    return payloads.text("Still waters run deep. " * 4)


async def table(visitor: Visitor) -> str:  # noqa: ARG001
    """The same table at every server."""
    return payloads.table()


async def sound(visitor: Visitor) -> str:
    """The same sound at every server."""
    return await visitor.upload("sound.wav", payloads.sound())


@functools.lru_cache
def picture(side: int, seed: int = 0) -> Inputs:
    """Returns the same picture at every server."""

    async def make(visitor: Visitor) -> str:
        return await visitor.upload("picture.jpg", payloads.picture(side, seed))

    return make


def hits(
    fn: str,
    inputs: Inputs,
    times: int = 5,
    same_session: bool = False,
    at_once: bool = False,
) -> Turn:
    """Returns a turn with the figures `completed` and `joined`, in seconds."""

    async def turn(visitor: Visitor) -> Figures:
        data = await visitor.known(fn, inputs)
        session = visitor.session if same_session else None
        async with visitor.connect() as connection:
            asked = (connection, fn, data, session, at_once)
            answers = [await visitor.ask(*asked) for _ in range(times)]
            return _figures(answers, hit=visitor.has_cache)

    return turn


def hits_from_behind(fn: str, one: Inputs, other: Inputs, times: int = 5) -> Turn:
    """
    Returns a turn at a server whose memory has only the latest result: `completed` and
    `joined` of hits from behind it, and `added`, the seconds beyond those from memory.
    """

    async def turn(visitor: Visitor) -> Figures:
        known = [await visitor.known(fn, inputs) for inputs in (one, other)]
        await asyncio.sleep(_WRITTEN_SECONDS)
        async with visitor.connect() as connection:
            answers = [
                await visitor.ask(connection, fn, data)
                for data in known * times
                for _ in ("from behind", "from memory")
            ]
        figures, memory = _figures(answers[::2]), _figures(answers[1::2])
        pairs = zip(figures["completed"], memory["completed"], strict=True)
        return {**figures, "added": [slow - fast for slow, fast in pairs]}

    return turn


def crowd(
    fn: str, inputs: Inputs, clients: int, times: int = 1, at_once: bool = False
) -> Turn:
    """
    Returns a turn with the figures `completed` and `joined` in seconds, and
    `per_second`.
    """

    async def client(visitor: Visitor, data: str) -> list[Answer]:
        async with visitor.connect() as connection:
            asked = (connection, fn, data, None, at_once)
            return [await visitor.ask(*asked) for _ in range(times)]

    async def turn(visitor: Visitor) -> Figures:
        data = await visitor.known(fn, inputs)
        started = time.perf_counter()
        answers = await asyncio.gather(*(client(visitor, data) for _ in range(clients)))
        seconds = time.perf_counter() - started
        all_answers = [answer for one in answers for answer in one]
        figures = _figures(all_answers, hit=visitor.has_cache)
        return {**figures, "per_second": [clients * times / seconds]}

    return turn


def misses(fn: str, make: Callable[[Visitor], Awaitable[str]], times: int) -> Turn:
    """Returns a turn with the figures `completed` and `joined`, in seconds."""

    async def turn(visitor: Visitor) -> Figures:
        inputs = [await make(visitor) for _ in range(times)]
        async with visitor.connect() as connection:
            return _figures(
                [await visitor.ask(connection, fn, data) for data in inputs],
                hit=False,
            )

    return turn


def stampede(make: Callable[[Visitor], Awaitable[str]], clients: int) -> Turn:
    """
    Returns a turn with the figures `runs`, of the function, and `completed`, the
    seconds until the last answer.
    """

    async def client(visitor: Visitor, data: str) -> None:
        async with visitor.connect() as connection:
            await visitor.ask(connection, "slow", data)

    async def turn(visitor: Visitor) -> Figures:
        data = await make(visitor)
        started = time.perf_counter()
        await asyncio.gather(*(client(visitor, data) for _ in range(clients)))
        seconds = time.perf_counter() - started
        async with visitor.connect() as connection:
            answer = await visitor.ask(connection, "runs", data)
        return {"runs": answer.message["output"]["data"], "completed": [seconds]}

    return turn


def _figures(answers: list[Answer], hit: bool = True) -> Figures:
    """Raises RuntimeError if a hit was none, which would be a wrong figure."""
    wrong = [answer for answer in answers if answer.is_hit is not hit]
    if wrong:
        raise RuntimeError(f"{len(wrong)} of {len(answers)}: not as expected.")
    return {
        "completed": [answer.completed for answer in answers],
        "joined": [answer.joined for answer in answers],
    }
