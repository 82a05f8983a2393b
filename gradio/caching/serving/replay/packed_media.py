"""What was sent for an event, with its streams, as every process understands it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from gradio.caching.release.runs import OF_A_STREAM
from gradio.caching.serving.repeatable import streamed_outputs
from gradio.caching.serving.replay.media import PLACE, Media, with_place
from gradio.route_utils import MediaStream

if TYPE_CHECKING:
    from gradio.block_function import BlockFunction

# Stands for the number of an output, which it has in this process alone.
_OUTPUT = "\0"


class PackedMedia(NamedTuple):
    """What means the same in another process: outputs are told by their positions."""

    steps: tuple[list[Any], ...]
    streams: dict[int, dict[str, Any]]


def packed_media(fn: BlockFunction, media: Media) -> PackedMedia:
    """Makes what was sent for an event plain values."""
    streams = media.streams
    outputs = {i: o for i, o in streamed_outputs(fn).items() if o in streams}
    steps = _with_outputs(
        media.steps, {i: (str(o), _OUTPUT) for i, o in outputs.items()}
    )
    return PackedMedia(steps, {i: _state_of(streams[o]) for i, o in outputs.items()})


def unpacked_media(fn: BlockFunction, packed: PackedMedia) -> Media:
    """
    Makes of plain values what was sent for an event. Raises KeyError for streams of
    other outputs.
    """
    outputs, states = streamed_outputs(fn), packed.streams
    names = {i: (_OUTPUT, str(outputs[i])) for i in states}
    streams = {outputs[i]: _stream_of(state) for i, state in states.items()}
    return Media(_with_outputs(packed.steps, names), streams)


def _state_of(stream: MediaStream) -> dict[str, Any]:
    """What a finished stream consists of."""
    return {name: getattr(stream, name) for name in OF_A_STREAM}


def _stream_of(state: Mapping[str, Any]) -> MediaStream:
    stream = MediaStream()
    for name in OF_A_STREAM:
        setattr(stream, name, state[name])
    stream.ended = True
    return stream


def _with_outputs(
    steps: Sequence[list[Any]], names: Mapping[int, tuple[str, str]]
) -> tuple[list[Any], ...]:
    """Names outputs anew in the addresses of their streams."""
    if not names:
        return tuple(steps)
    moved = tuple(map(list, steps))
    for position, (old, new) in names.items():
        for step in moved:
            places = (f"{PLACE}{name}/" for name in (old, new))
            step[position] = with_place(step[position], *places)
    return moved
