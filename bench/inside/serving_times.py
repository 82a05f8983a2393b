"""Measures how long a server works for what replicas ask. Runs with the fork."""

from __future__ import annotations

import json
import math
import os
import secrets
import sys
from collections.abc import Callable
from typing import Any

import redis

from gradio.caching.stores.backing import META, Claim, Place
from gradio.caching.stores.choice import chosen

COUNT = 1000
SHELVES = [f"app.f{number}-0" for number in range(10)]
VIEW = "p:view"


def working_seconds(server: redis.Redis) -> float:
    """Reads how long the server's processor has worked so far."""
    info: Any = server.info("cpu")
    return info["used_cpu_user"] + info["used_cpu_sys"]


def each(server: redis.Redis, do: Callable[[int], Any]) -> float:
    """Does something many times; returns the server's seconds for one of them."""
    before = working_seconds(server)
    for number in range(COUNT):
        do(number)
    return (working_seconds(server) - before) / COUNT


def measure(url: str, size: int) -> dict[str, float]:
    """Measures with answers of so many bytes."""
    backing: Any = chosen(f"{url}?prefix={secrets.token_hex(4)}").backing()
    with redis.Redis.from_url(url) as server:
        keys = [Place(SHELVES[0], os.urandom(32)) for _ in range(COUNT)]
        token, claims = os.urandom(16), list[Claim]()
        parts = {META: [b"0" * 200], VIEW: [os.urandom(size)]}
        marks = dict.fromkeys(SHELVES, "")

        def watch(_: int) -> None:
            backing.generations.current(SHELVES)
            marks.update(
                (shelf, told.mark)
                for shelf, told in backing.generations.deleted(marks).items()
            )

        def look(number: int) -> None:
            claims.append(backing.look(keys[number], (META, VIEW), token).claim)

        def put(number: int) -> None:
            backing.put(keys[number], parts, claims[number], math.inf)

        look(0)
        claims.clear()
        times = {
            "look": each(server, look),
            "renew": each(server, lambda i: backing.leases.renew(keys[i], token)),
            "put": each(server, put),
            "watch": each(server, watch),
        }
        times["hit"] = each(
            server, lambda i: backing.look(keys[i], (META, VIEW), token)
        )
    return times


if __name__ == "__main__":
    for size in map(int, sys.argv[2:]):
        print(json.dumps(measure(sys.argv[1], size)), flush=True)
