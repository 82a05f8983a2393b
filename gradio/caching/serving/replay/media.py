"""
The streams of sound and pictures that a run served to its session: kept with the answer
as they were converted, and served to the sessions that are given the same answer.
"""

from __future__ import annotations

import copy
import re
import secrets
import weakref
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gradio.caching.entry import Recording
from gradio.caching.release.runs import holds_all, run_name
from gradio.caching.serving.repeatable import streamed_outputs

if TYPE_CHECKING:
    from gradio.blocks import Blocks
    from gradio.queueing import Event
    from gradio.route_utils import MediaStream

# Stands for "session/run/" in an address; no file's name has a NUL.
PLACE = "\0/"
# Runs of Gradio's own are numbered by the addresses of objects, which are smaller.
_RUN_BITS = 52


@dataclass(frozen=True, slots=True)
class Media:
    """What a run of an event sent, with the streams in it."""

    steps: tuple[list[Any], ...]
    streams: Mapping[int, MediaStream] = field(default_factory=dict)


class OpenStreams:
    """
    The streams that answers have opened in the sessions of an app. Gradio keeps those
    of runs for ever; of these, the oldest are closed. For one event loop.
    """

    def __init__(self, blocks: Blocks) -> None:
        self._served: dict[str, dict[Any, Any]] = blocks.pending_streams
        self._capacity: int = blocks.state_holder.capacity
        self._opened: OrderedDict[tuple[str, Any], None] = OrderedDict()

    def add(self, session: str, streams: Mapping[int, MediaStream]) -> Any:
        """
        Opens a session's finished streams, by the ids of their output components, and
        returns the name of the run under which they are served.
        """
        run = run_name(1 << _RUN_BITS | secrets.randbits(_RUN_BITS))
        self._served[session][run] = {i: _clone(s) for i, s in streams.items()}
        self._opened[session, run] = None
        while len(self._opened) > self._capacity:
            self._close(*self._opened.popitem(last=False)[0])
        return run

    def _close(self, session: str, run: Any) -> None:
        runs = self._served.get(session, {})
        runs.pop(run, None)
        if not runs:
            self._served.pop(session, None)


_OPEN: weakref.WeakKeyDictionary[Blocks, OpenStreams] = weakref.WeakKeyDictionary()


def capture_streams(
    blocks: Blocks, event: Event, value: Any, steps: Sequence[list[Any]]
) -> Media | None:
    """
    Returns what was sent for a completed event, with the streams in it, if any; None if
    they are not the ones to be expected of its result.
    """
    streams: dict[int, MediaStream] = {}
    moved = tuple(map(list, steps))
    for position, output in streamed_outputs(event.fn).items():
        place = _place(event.session_hash, output, steps[-1][position])
        chunks = _chunk_count(value, position, len(event.fn.outputs))
        stream = _finished(blocks, place, output, chunks)
        if place is None or stream is None:
            return None
        streams[output] = stream
        for step in moved:
            step[position] = with_place(step[position], place, PLACE)
    return Media(moved, streams)


def open_streams(
    blocks: Blocks, event: Event, media: Media
) -> Callable[[list[Any]], list[Any]]:
    """
    Serves the streams of an answer to an event's session from now on, and returns what
    puts their addresses into the `data` of a message.
    """
    if not media.streams:
        return _as_it_is
    if blocks not in _OPEN:
        _OPEN[blocks] = OpenStreams(blocks)
    run = _OPEN[blocks].add(event.session_hash, media.streams)
    place = f"{event.session_hash}/{run}/"
    positions = streamed_outputs(event.fn)

    def write(step: list[Any]) -> list[Any]:
        parts = enumerate(step)
        return [with_place(d, PLACE, place) if i in positions else d for i, d in parts]

    return write


def _as_it_is(step: list[Any]) -> list[Any]:
    return step


def _place(session: str, output: int, data: Any) -> str | None:
    """The part of a stream's address that is the run's own: session and name."""
    address = rf"({re.escape(session)}/\w+/){output}/playlist\.m3u8"
    found = {m[1] for text in _texts(data) if (m := re.fullmatch(address, text))}
    return found.pop() if found else None


def _finished(
    blocks: Blocks, place: str | None, output: int, chunks: int | None
) -> MediaStream | None:
    if place is None:
        return None
    session, name, _ = place.rsplit("/", 2)
    runs = blocks.pending_streams.get(session, {})
    stream = next((runs[run] for run in runs if str(run) == name), {}).get(output)
    if stream is None or not stream.ended or not holds_all(stream, chunks):
        return None
    clone = _clone(stream)
    clone.segments = stream.segments[:]
    return clone


def _clone(stream: MediaStream) -> MediaStream:
    """One with the same segments, and a file of its own for who downloads it."""
    clone = copy.copy(stream)
    clone.combined_file = None
    return clone


def _chunk_count(value: Any, position: int, outputs: int) -> int | None:
    """How many chunks Gradio makes of a result for one of its outputs."""
    if not isinstance(value, Recording):
        return None
    items = value.yields
    if outputs > 1:
        if not all(isinstance(y, (tuple, list)) and len(y) == outputs for y in items):
            return None
        items = tuple(item[position] for item in items)
    return sum(item is not None for item in items)


def _texts(data: Any) -> list[str]:
    if isinstance(data, dict):
        return [text for value in data.values() for text in _texts(value)]
    return [data] if isinstance(data, str) else []


def with_place(data: Any, old: str, new: str) -> Any:
    """Returns data with another place in the addresses of its streams."""
    if isinstance(data, str):
        return data.replace(old, new)
    if isinstance(data, dict):
        return {key: with_place(value, old, new) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [with_place(value, old, new) for value in data]
    return data
