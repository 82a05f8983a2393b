"""What is measured over HTTP: which servers take turns, at what, and how often."""

from __future__ import annotations

from dataclasses import dataclass

from bench import payloads
from bench.envs import PEER
from bench.hostile import (
    GIGABYTE,
    invented_hosts,
    large_file,
    large_pictures,
    trickling_input,
)
from bench.turns import (
    Turn,
    crowd,
    hits,
    hits_from_behind,
    misses,
    other_words,
    picture,
    sound,
    stampede,
    table,
    words,
)
from bench.visitor import Visitor, new_session

MISS_SIDE = 2048
HOSTILE_CLIENTS, HOSTILE_SIDE = 60, 6000


@dataclass(frozen=True, slots=True)
class Scenario:
    """One case."""

    name: str
    kinds: tuple[str, ...]
    turn: Turn
    rounds: int


async def new_text(visitor: Visitor) -> str:  # noqa: ARG001
    """A text that was never seen."""
    return payloads.text(new_session())


async def new_picture(visitor: Visitor) -> str:
    """A picture that this server has never seen; each gets the same ones in turn."""
    content = payloads.picture(MISS_SIDE, seed=next(visitor.seeds))
    return await visitor.upload("picture.jpg", content)


_WITH_FLOOR = ("floor", PEER, "fork")
_ALONE = ("floor", "fork")
_PEERS = (PEER, "fork")
_MISSES = ("plain", "fork")
_STORED = ("stored",)
_SHARED = ("shared",)

SCENARIOS = (
    # First: Gradio sums up all earlier events after each run, and the base must not
    # have fewer of them.
    # Before results of other cases fill the memory of the server that keeps them.
    Scenario(
        "60 large pictures at once",
        _MISSES,
        large_pictures(HOSTILE_CLIENTS, HOSTILE_SIDE),
        1,
    ),
    Scenario("miss, text", _MISSES, misses("text", new_text, 5), 80),
    Scenario("miss, image 2048²", _MISSES, misses("image", new_picture, 2), 20),
    Scenario("miss, full cache", _MISSES, misses("full", new_picture, 2), 20),
    Scenario("text, new sessions", _WITH_FLOOR, hits("text", words), 30),
    Scenario("text, 8 clients", _WITH_FLOOR, crowd("text", words, 8, 4), 15),
    Scenario("text, 64 at once", _WITH_FLOOR, crowd("text", words, 64), 10),
    Scenario("text, one session", _PEERS, hits("text", words, same_session=True), 30),
    Scenario(
        "one exchange", _ALONE, hits("text", words, same_session=True, at_once=True), 90
    ),
    Scenario(
        "one exchange, 8 clients", _ALONE, crowd("text", words, 8, 4, at_once=True), 60
    ),
    Scenario(
        "one exchange, 64 at once", _ALONE, crowd("text", words, 64, at_once=True), 30
    ),
    Scenario("image 512²", _PEERS, hits("image", picture(512)), 15),
    Scenario("image 2048²", _PEERS, hits("image", picture(2048), 2), 10),
    Scenario("image 4096²", _PEERS, hits("image", picture(4096), 1), 7),
    Scenario("frame 10,000 × 10", _PEERS, hits("frame", table, 2), 10),
    Scenario("audio 10 s", _PEERS, hits("audio", sound), 15),
    Scenario("generator, 100 yields", _PEERS, hits("stream", words, 2), 15),
    Scenario("a file of 1 GB", _MISSES, large_file(GIGABYTE), 8),
    Scenario("an input that trickles in", _MISSES, trickling_input(10), 2),
    Scenario("20 invented hosts", _MISSES, invented_hosts(20, picture(1024)), 2),
    Scenario("50 identical, 2 s", _PEERS, stampede(new_text, 50), 3),
    Scenario(
        "event from disk: text",
        _STORED,
        hits_from_behind("text", words, other_words),
        20,
    ),
    Scenario(
        "event from disk: image 512²",
        _STORED,
        hits_from_behind("image", picture(512), picture(512, 1)),
        10,
    ),
    Scenario(
        "event from redis: text",
        _SHARED,
        hits_from_behind("text", words, other_words),
        20,
    ),
    Scenario(
        "event from redis: image 512²",
        _SHARED,
        hits_from_behind("image", picture(512), picture(512, 1)),
        10,
    ),
)
"""In the order in which they are measured."""
