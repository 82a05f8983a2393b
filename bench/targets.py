"""What is promised: one row of the table each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Unit = Literal["ms", "µs", "s", "per s", "runs", "MB", "bytes"]


@dataclass(frozen=True, slots=True)
class Target:
    """One promise."""

    row: str
    case: str
    figure: str
    limit: float
    other: str | None = "cached"
    """What it is measured against; the limit holds where the base has that."""
    unit: Unit = "ms"
    more_is_better: bool = False
    ours: str = "fork"


def _hit(case: str, limit: float, row: str | None = None) -> Target:
    return Target(row or f"{case}, hit", case, "completed", limit)


def _inside(case: str, limit: float, unit: Unit = "ms") -> Target:
    return Target(case, case, "seconds", limit, unit=unit)


def _large(
    value: str, limit: float, against_limit: float = 1.3, unit: Unit = "ms"
) -> tuple[Target, Target]:
    case = f"in-process: {value}"
    row = f"{case}, against BLAKE3 and a copy"
    floor = Target(row, case, "seconds", against_limit, "limit", unit)
    return _inside(case, limit, unit), floor


def _pause(act: str) -> Target:
    case = f"1e6 small entries: longest pause in {act}"
    return Target(case, case, "seconds", 20, None)


def _hostile(row: str, figure: str, limit: float, unit: Unit = "ms") -> Target:
    case = row.partition(":")[0]
    return Target(f"{row}, against no cache", case, figure, limit, "plain", unit)


def _stored(name: str, limit: float | None, unit: Unit = "ms") -> tuple[Target, ...]:
    case = f"disk: {name}"
    peers = (
        Target(f"{case}, against {peer}", case, "seconds", 1, peer, unit)
        for peer in ("diskcache", "joblib")
    )
    own = () if limit is None else (Target(case, case, "seconds", limit, None, unit),)
    return (*own, *peers)


def _event_from_disk(name: str) -> Target:
    case = f"event from disk: {name}"
    row = f"{case}, beyond a hit from memory"
    return Target(row, case, "added", 0.5, None, ours="stored")


def _event_from_redis(name: str) -> Target:
    case = f"event from redis: {name}"
    row = f"{case}, beyond a hit from memory"
    return Target(row, case, "added", 1, None, ours="shared")


def _in_redis(name: str, limit: float) -> Target:
    case = f"redis: {name}"
    return Target(case, case, "seconds", limit, None, ours="redis")


TARGETS = (
    _hit("text, new sessions", 0.65, "text hit, a new session each, 1 client"),
    _hit("text, 8 clients", 0.65, "text hit, a new session each, 8 clients"),
    Target(
        "text hit, 64 sessions at once",
        "text, 64 at once",
        "per_second",
        2,
        unit="per s",
        more_is_better=True,
    ),
    _hit("text, one session", 0.7, "text hit, one session reused"),
    Target("text hit in one exchange", "one exchange", "completed", 1.5, "floor"),
    Target(
        "text hit in one exchange, 8 clients",
        "one exchange, 8 clients",
        "completed",
        1.5,
        "floor",
    ),
    Target(
        "text hit in one exchange, 64 sessions at once",
        "one exchange, 64 at once",
        "per_second",
        0.7,
        "floor",
        unit="per s",
        more_is_better=True,
    ),
    _hit("image 512²", 0.3),
    _hit("image 2048²", 0.05),
    _hit("image 4096²", 0.012),
    _hit("frame 10,000 × 10", 0.2),
    _hit("audio 10 s", 0.6),
    _hit("generator, 100 yields", 0.4),
    Target("… until its join request answers", "generator, 100 yields", "joined", 0.1),
    Target("miss, text, against no cache", "miss, text", "completed", 1.03, "plain"),
    Target(
        "miss, image 2048², against no cache",
        "miss, image 2048²",
        "completed",
        1.03,
        "plain",
    ),
    Target(
        "… once the cache is full, against no cache",
        "miss, full cache",
        "completed",
        1.03,
        "plain",
    ),
    Target("50 identical requests: runs", "50 identical, 2 s", "runs", 1, None, "runs"),
    Target(
        "50 identical requests: until the last answer",
        "50 identical, 2 s",
        "completed",
        2.2,
        None,
        "s",
    ),
    # 1.2 of what it takes without one, and the 256 MB that inputs may take ahead of the
    # queue.
    _hostile("60 large pictures at once: memory", "peak", 1.46, "MB"),
    _hostile("60 large pictures at once: pause of all else", "pause", 2),
    _hostile("60 large pictures at once: another function", "other", 1.5),
    _hostile("a file of 1 GB: pause of all else", "pause", 2),
    _hostile("a file of 1 GB: ten small ones", "others", 1.5),
    _hostile("an input that trickles in: ten others", "others", 1.5),
    _hostile("20 invented hosts: an honest client", "completed", 0.5),
    _inside("in-process: int", 0.25, "µs"),
    _inside("in-process: a session's text", 0.3, "µs"),
    *_large("text 10 kB", 0.2, 2, "µs"),
    *_large("array 1 MB", 0.15),
    *_large("array 100 MB", 0.3),
    *_large("picture 4096²", 0.35),
    *_large("frame 1e6 × 5", 0.3),
    _inside("in-process: 1e5 strings", 0.5),
    _inside("gr.Cache, 1 thread", 1, "µs"),
    _inside("gr.Cache, 8 threads", 1, "µs"),
    _inside("clear a session", 0.02),
    _inside("store a list", 0.02),
    _inside("1e6 small entries: bytes each", 1, "bytes"),
    _pause("filling"),
    _pause("evicting"),
    _pause("clearing"),
    _inside("gr.Cache, 10,000 sessions", 1, "µs"),
    Target("import gradio", "import gradio", "seconds", 1.01, "plain"),
    *_stored("array 2048² × 3", 6),
    *_stored("frame 1e6 × 5", 25),
    *_stored("small text", None, "µs"),
    *_stored("miss", None, "µs"),
    Target(
        "disk: what it adds to a miss",
        "disk: what it adds to a miss",
        "seconds",
        0.05,
        None,
    ),
    _event_from_disk("text"),
    _event_from_disk("image 512²"),
    _in_redis("array 2048² × 3", 25),
    _in_redis("what it adds to a miss", 0.3),
    _event_from_redis("text"),
    _event_from_redis("image 512²"),
)
