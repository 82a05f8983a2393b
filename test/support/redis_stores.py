"""Stores on servers that fail, and what is logged of them."""

from __future__ import annotations

import logging
import threading

from gradio.caching.stores.choice import chosen
from support.records import OTHER, PLACE, SHELF, put


class Told(logging.Handler):
    """What is logged, and when a server is said to be back."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[str] = []
        self.is_back = threading.Event()

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())
        if self.messages[-1].endswith(" is back."):
            self.is_back.set()

    def of(self, words: str) -> int:
        return sum(words in message for message in self.messages)


def opened(url, timeout=20):
    """A store as another process opens it; patient, however slow the machine is."""
    address = chosen(f"{url}?timeout={timeout}").address
    from gradio.caching.stores.redis_address import open_redis

    return open_redis(address)


def use(store):
    """Calls all there is; returns what a look finds."""
    look = store.look(PLACE, ["v"], b"mine")
    put(store, OTHER, claim=look.claim)
    store.put(OTHER, {"p:1": [b""]}, look.claim, 1)
    store.parts(PLACE, ["v"])
    store.generations.current([SHELF])
    store.generations.deleted({SHELF: ""})
    store.leases.take(OTHER, b"mine")
    store.leases.renew(OTHER, b"mine")
    store.leases.free(OTHER, b"mine")
    return look


def number(reply: bytes) -> int:
    """Reads a reply that is a number, as a server sends it."""
    return int(reply.strip().lstrip(b":"))
