"""What clients that mean no good cost the others, beside a server without a cache."""

from __future__ import annotations

import asyncio
import struct
import time
import zlib
from typing import Any

from bench.turns import Figures, Turn
from bench.visitor import Inputs, Visitor, new_session

GIGABYTE = 2**30
_POLL_SECONDS = 0.01


def one_colour(side: int, seed: int) -> bytes:
    """Makes a PNG of few bytes that is decoded to many, another one for each seed."""
    pixel = struct.pack(">I", seed)[1:]
    rows = zlib.compressobj(1)
    packed = b"".join(rows.compress(b"\0" + pixel * side) for _ in range(side))
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", packed + rows.flush()), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_part(*part) for part in parts)


def _part(name: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(name + content)
    return (
        struct.pack(">I", len(content)) + name + content + struct.pack(">I", checksum)
    )


def large_pictures(clients: int, side: int) -> Turn:
    """
    Measures many joins at once, each with another large picture: `peak`, the bytes that
    the server takes at most, `pause`, the seconds for which it answers no request, and
    `other`, those until an event of another function is answered meanwhile.
    """

    async def turn(visitor: Visitor) -> Figures:
        made = [one_colour(side, next(visitor.seeds)) for _ in range(clients)]
        data = [await visitor.upload("picture.png", content) for content in made]
        visitor.forget_peak()
        crowd = [_start(visitor, "side", one) for one in data]
        await asyncio.sleep(_POLL_SECONDS)
        done = asyncio.gather(*crowd)
        pause = asyncio.ensure_future(_longest_pause(visitor, done))
        other = await _seconds(visitor, "text", f'["{new_session()}"]')
        await done
        return {
            "peak": [visitor.peak()],
            "pause": [await pause],
            "other": [other],
        }

    return turn


def large_file(size: int) -> Turn:
    """
    Measures one event with a file of great size: `others`, the seconds until ten events
    of the same function with small files are answered, and `pause`, those for which the
    server answers no request until all eleven are.
    """

    async def turn(visitor: Visitor) -> Figures:
        # Uploaded, all but for its bytes: they would only be copied.
        large = visitor.sparse_file("large.bin", size + next(visitor.seeds))
        contents = [f"{new_session()}".encode() for _ in range(10)]
        small = [await visitor.upload("small.txt", content) for content in contents]
        first = _start(visitor, "name", large)
        await asyncio.sleep(_POLL_SECONDS)
        done = asyncio.gather(*(_start(visitor, "name", one) for one in small))
        all_done = asyncio.gather(first, done)
        pause = await _longest_pause(visitor, all_done)
        return {"pause": [pause], "others": [max(await done)]}

    return turn


def trickling_input(others: int) -> Turn:
    """
    Measures one event whose input arrives slowly: `others`, the seconds until other
    events of the same function are answered meanwhile.
    """

    async def turn(visitor: Visitor) -> Figures:
        slow = _start(visitor, "trickle", f'["trickles {new_session()}"]')
        await asyncio.sleep(_POLL_SECONDS)
        asked = (f'["{new_session()}"]' for _ in range(others))
        seconds = await asyncio.gather(
            *(_seconds(visitor, "trickle", one) for one in asked)
        )
        await slow
        return {"others": [max(seconds)]}

    return turn


def invented_hosts(count: int, inputs: Inputs) -> Turn:
    """
    Measures an honest client's answers after others have asked for the same with
    hosts that they made up: `completed`, in seconds.
    """

    async def turn(visitor: Visitor) -> Figures:
        data = await visitor.known("image", inputs)
        for _ in range(count):
            async with visitor.connect(f"{new_session()}.example") as connection:
                await visitor.ask(connection, "image", data)
        return {"completed": [await _seconds(visitor, "image", data) for _ in "123"]}

    return turn


async def _longest_pause(visitor: Visitor, done: asyncio.Future[Any]) -> float:
    longest = 0.0
    async with visitor.connect() as connection:
        while not done.done():
            started = time.perf_counter()
            await connection.get("/gradio_api/app_id")
            longest = max(longest, time.perf_counter() - started)
            await asyncio.sleep(_POLL_SECONDS)
    return longest


def _start(visitor: Visitor, fn: str, data: str) -> asyncio.Future[float]:
    return asyncio.ensure_future(_seconds(visitor, fn, data))


async def _seconds(visitor: Visitor, fn: str, data: str) -> float:
    started = time.perf_counter()
    async with visitor.connect() as connection:
        await visitor.ask(connection, fn, data)
    return time.perf_counter() - started
