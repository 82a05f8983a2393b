"""What the inputs of an event will take when they are decoded, known before that."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from sys import getsizeof
from typing import TYPE_CHECKING, Any

import PIL.Image

from gradio import components
from gradio.caching import files
from gradio.caching.mentions import containers_in
from gradio.caching.serving.lookup.headers import (
    NamedFile,
    decoded_picture,
    is_plain_sound,
    named_files,
)

if TYPE_CHECKING:
    from gradio.block_function import BlockFunction

# The raw payload, its validated and its serialised form, and what is made of them.
_COPIES_OF_PAYLOAD = 4
# 8-bit samples become 16-bit ones, and there are three copies at the same time.
_COPIES_OF_SOUND = 6
_COPIES_OF_FILE = 3


@dataclass(frozen=True, slots=True)
class Cost:
    """What a look-up will take at most."""

    memory: int
    reading: int


def cost_of(
    fn: BlockFunction,
    blocks: Sequence[Any],
    payload: list[Any],
    accepts: Callable[[object], bool],
) -> Cost | None:
    """
    Estimates what preprocessing a payload takes, with the components that it is for.
    None if that can't be told, as for a file that Gradio does not accept, or has yet to
    fetch, or for packed sound.
    """
    try:
        memory, reading = _COPIES_OF_PAYLOAD * _bytes_of(payload), 0
        for block, value in zip(blocks, payload, strict=False):
            named = list(named_files(value))
            # Of a component that takes no files, a path is what a client has typed.
            if named and not isinstance(block, tuple(_KINDS)):
                return None
            if not all(_is_at_hand(file, accepts) for file in named):
                return None
            reading += sum(map(_unread, named))
            needed = _decoded(block, value, named) if fn.preprocess else 0
            if needed is None:
                return None
            memory += needed
        return Cost(memory, reading)
    except Exception:
        # Preprocessing will meet the same, in the run.
        return None


def _bytes_of(payload: list[Any]) -> int:
    """Bytes that a payload takes at most; what is flat is not walked in Python."""
    total = getsizeof(payload)
    for container in containers_in(payload):
        total += sum(map(getsizeof, container))
        if isinstance(container, dict):
            total += sum(map(getsizeof, container.values()))
    return total


def _is_at_hand(file: NamedFile, accepts: Callable[[object], bool]) -> bool:
    if file.path is None:
        return True
    return accepts(file.path) and files.stamp(file.path) is not None


def _unread(file: NamedFile) -> int:
    """Bytes that are to be read for the digest of a file's content."""
    found = files.stamp(file.path) if file.path else None
    return 0 if found is None or files.CONTENTS.knows(found) else found.size


def _decoded(block: Any, value: Any, named: list[NamedFile]) -> int | None:
    """Bytes that a component makes of files, None if that can't be told."""
    for kind, needed in _KINDS.items():
        if isinstance(block, kind):
            return needed(block, value, named)
    return None if named else 0


def _nothing(block: Any, value: Any, named: list[NamedFile]) -> int:  # noqa: ARG001
    return 0


def _pictures(block: Any, value: Any, named: list[NamedFile]) -> int | None:  # noqa: ARG001
    return _total(functools.partial(_picture, block), named)


def _edited(block: Any, value: Any, named: list[NamedFile]) -> int | None:
    """Of pictures that a page has sent ahead, as bytes, besides those in files."""
    sent = block.blob_storage.get(value.get("id")) if isinstance(value, dict) else None
    layers = () if sent is None else (sent.background, *sent.layers, sent.composite)
    opened = (BytesIO(layer) for layer in layers if layer)
    memory = _total(_in_file, named)
    ahead = _total(decoded_picture, opened)
    return None if memory is None or ahead is None else memory + ahead


def _gallery(block: Any, value: Any, named: list[NamedFile]) -> int | None:  # noqa: ARG001
    """Videos are given as paths, whatever else it makes of pictures."""
    if block.type == "filepath":
        return 0
    pictures = [part for part in value or () if "image" in part]
    return _total(_in_file, named_files(pictures))


def _sound(block: Any, value: Any, named: list[NamedFile]) -> int | None:  # noqa: ARG001
    def memory(file: NamedFile) -> int | None:
        if block.type == "filepath" and block.format in (None, file.suffix):
            return 0
        is_plain = file.suffix == "wav" and is_plain_sound(file)
        return _COPIES_OF_SOUND * file.size if is_plain else None

    return _total(memory, named)


def _video(block: Any, value: Any, named: list[NamedFile]) -> int | None:  # noqa: ARG001
    is_mirrored = block.sources == ["webcam"] and block.webcam_options.mirror
    if is_mirrored or not block.include_audio:
        return None if named else 0
    is_as_it_is = all(block.format in (None, file.suffix) for file in named)
    return 0 if is_as_it_is else None


def _files(block: Any, value: Any, named: list[NamedFile]) -> int:  # noqa: ARG001
    if block.type != "binary":
        return 0
    return sum(_COPIES_OF_FILE * file.size for file in named)


def _chat(block: Any, value: Any, named: list[NamedFile]) -> int | None:  # noqa: ARG001
    """A message that holds another component makes Gradio decode for that one."""
    messages = (part for part in containers_in(value) if isinstance(part, dict))
    return None if any("component" in message for message in messages) else 0


def _picture(block: Any, file: NamedFile) -> int | None:
    with file.open() as opened:
        try:
            return decoded_picture(opened, block)
        except PIL.UnidentifiedImageError:
            # Not decoded either: a vector graphic, or what the run will refuse.
            return 0 if block.type == "filepath" else None


def _in_file(file: NamedFile) -> int | None:
    with file.open() as opened:
        return decoded_picture(opened)


def _total(needed: Callable[[Any], int | None], parts: Any) -> int | None:
    total = 0
    for part in parts:
        memory = needed(part)
        if memory is None:
            return None
        total += memory
    return total


_KINDS: dict[type, Callable[[Any, Any, list[NamedFile]], int | None]] = {
    components.Image: _pictures,
    components.ImageSlider: _pictures,
    components.ImageEditor: _edited,
    components.Gallery: _gallery,
    components.Audio: _sound,
    components.Video: _video,
    components.File: _files,
    components.UploadButton: _files,
    components.Chatbot: _chat,
    components.MultimodalTextbox: _nothing,
    components.Model3D: _nothing,
    components.DownloadButton: _nothing,
}
