"""The files that a payload names, and what their headers say of their content."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Any

import PIL.Image

from gradio.caching.mentions import containers_in

# Pillow has four bytes for a pixel; at most the decoded picture, the converted one and
# an array in the making are there at the same time.
_BYTES_PER_PIXEL = 12
# Their headers say how large a picture is decoded, and can't lie about it, as those of
# formats with tiles or inner pictures can.
_PICTURES = frozenset({"BMP", "GIF", "JPEG", "MPO", "PNG", "PPM", "WEBP"})
_HEADER_BYTES = 4096
_EMBEDDED = "data:"
# PCM and float samples, and those that say further on which of them they are.
_PLAIN_SOUND = frozenset({1, 3, 0xFFFE})


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file that a payload names: by a path, or by an address that holds its bytes."""

    path: str | None = None
    url: str | None = None

    @property
    def suffix(self) -> str:
        """The extension without its dot, in lower case."""
        return Path(self.path or "").suffix.lower().lstrip(".")

    @property
    def size(self) -> int:
        """Bytes on the disk."""
        return os.path.getsize(self.path) if self.path else 0

    def open(self) -> IO[bytes]:
        """Opens what Gradio would decode. Raises OSError or ValueError."""
        if self.url is not None:
            return BytesIO(base64.b64decode(self.url.rsplit(",", 1)[-1]))
        return open(self.path or "", "rb")


def named_files(value: Any) -> Iterator[NamedFile]:
    """Yields the files that a payload names."""
    for container in containers_in(value):
        if isinstance(container, dict):
            # Which of the two is decoded depends on more than this.
            if (path := container.get("path")) is not None:
                yield NamedFile(path)
            if str(url := container.get("url")).startswith(_EMBEDDED):
                yield NamedFile(url=url)


def decoded_picture(opened: IO[bytes], block: Any = None) -> int | None:
    """
    The bytes that decoding a picture takes at most, none if a component passes on its
    path; None if its header can't be trusted. Raises OSError for what is no picture.
    """
    with PIL.Image.open(opened) as header:
        if block is not None and block.type == "filepath":
            is_embedded = isinstance(opened, BytesIO)
            if not is_embedded and block.image_mode in (None, header.mode):
                return 0
        if header.format not in _PICTURES:
            return None
        return header.width * header.height * _BYTES_PER_PIXEL


def is_plain_sound(file: NamedFile) -> bool:
    """Whether a file holds samples as they are, so that its size tells theirs."""
    with file.open() as opened:
        head = opened.read(_HEADER_BYTES)
    place, is_wave = 12, head[:4] == b"RIFF" and head[8:12] == b"WAVE"
    while is_wave and place + 10 <= len(head):
        size = _number(head[place + 4 : place + 8])
        if head[place : place + 4] == b"fmt ":
            return _number(head[place + 8 : place + 10]) in _PLAIN_SOUND
        # Parts begin at even places.
        place += 8 + size + size % 2
    return False


def _number(digits: bytes) -> int:
    return int.from_bytes(digits, "little")
