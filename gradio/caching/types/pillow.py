"""
Pillow's images: keyed by mode, size, palette, information and pixels, those of an
animation by their file. Imported with the first image.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from typing import Any

from PIL import Image

from gradio.caching.errors import UncopyableError, UnkeyableError
from gradio.caching.types.classes import PLUGIN_BASES
from gradio.caching.types.key_writer import KeyWriter
from gradio.caching.types.pillow_memory import copied
from gradio.caching.types.registry import (
    Children,
    Cloning,
    Memo,
    adds_attributes,
    clone,
    encode,
    for_subclasses,
    measure,
)

STRIP_BYTES = 1 << 20
MANY_STRIPS = 8
"""From here on it takes less time to begin another thread than the thread saves."""

FILE_FACTS = frozenset(
    {
        *("adobe", "adobe_transform", "compression", "dpi", "gamma", "jfif"),
        *("jfif_density", "jfif_unit", "jfif_version", "progression", "progressive"),
    }
)
"""What a file says of how it was written, not of what is in the picture."""

BOUND = frozenset({"_im", "im", "palette", "pyaccess", "fp", "_fp", "tile", "readonly"})
"""
Attributes that a copy has its own of, or that bind an image to the file it was read
from.
"""

BYTES_PER_PIXEL = {
    **dict.fromkeys(("1", "L", "P"), 1),
    **dict.fromkeys(("I;16", "I;16L", "I;16B", "I;16N"), 2),
}
"""All other modes are stored in four bytes, RGB among them."""

KEPT = "_gradio_file"
"""The attribute of a copy that has the file's bytes: some decoders let go of them."""

UNREADABLE = "an animated image whose file can't be read"
_FOUND_OUT = frozenset({"_n_frames", "_is_animated", "is_animated", "n_frames"})

PLUGIN_BASES[Image.Image] = "PIL"

_PLAIN = vars(Image.new("P", (1, 1)))


@encode.register(Image.Image)
@adds_attributes(except_=(*_PLAIN, "im", "mode", "pyaccess", "format", "_exif"))
def _(value: Image.Image, out: KeyWriter) -> Children:
    """
    A lazily opened image is loaded, as the function would do; its pixels are read in
    strips that fit the CPU's cache.
    """
    if is_animated(value):
        content = _file_of(value)
        if content is None or _reopened(value, content) is None:
            raise UnkeyableError(UNREADABLE)
        out.write(content)
        out.write_text(f"frame {value.tell()}")
    value.load()
    out.write_text(value.mode)
    out.write(b"%d %d" % value.size)
    _write_pixels(value, out)
    return _palette(value), _information(value), _exif(value)


def _write_pixels(image: Image.Image, out: KeyWriter) -> None:
    width, height = image.size
    if not (width and height):
        return
    rows = max(1, STRIP_BYTES // (4 * width))
    strips = _strips(image, rows)
    if height >= MANY_STRIPS * rows:
        out.write_all(strips)
        return
    for strip in strips:
        out.write(strip)


def _encoded(image: Image.Image, rows: int) -> Iterator[bytes]:
    """
    What `_cropped` gives, seven times faster: by the encoder that `tobytes` uses, which
    gives as many rows at a time as it has room for.
    """
    row = len(Image.Image.crop(image, (0, 0, image.width, 1)).tobytes())
    encoder = Image._getencoder(image.mode, "raw", image.mode)
    encoder.setimage(image.im, (0, 0, *image.size))
    status = 0
    while status == 0:
        _, status, strip = encoder.encode(rows * row)
        if strip:
            yield strip
    if status < 0:
        raise ValueError(f"Pillow's encoder failed with {status}.")


def _cropped(image: Image.Image, rows: int) -> Iterator[bytes]:
    width, height = image.size
    for top in range(0, height, rows):
        box = (0, top, width, min(top + rows, height))
        yield Image.Image.crop(image, box).tobytes()


_strips = _encoded if hasattr(Image, "_getencoder") else _cropped


def _palette(image: Image.Image) -> Any:
    if image.mode not in ("P", "PA") or image.palette is None:
        return None
    return image.palette.mode, bytes(image.im.getpalette("RGBA", "RGBA"))


def _information(image: Image.Image) -> dict[Any, Any]:
    return {name: item for name, item in image.info.items() if name not in FILE_FACTS}


def _exif(image: Image.Image) -> dict[int, Any] | None:
    """What `getexif` returns may have been changed; the bytes in `info` are as read."""
    try:
        return dict(image.getexif())
    except Exception:
        return None


@clone.register(Image.Image)
@for_subclasses
def _(value: Image.Image, memo: Memo) -> Cloning:
    """
    The pixels at memory speed, then information, EXIF data and format, and a user's
    subclass with its attributes.
    """
    if is_animated(value):
        content = _file_of(value)
        copy = None if content is None else _reopened(value, content)
        if copy is None:
            raise UncopyableError(UNREADABLE)
        copy.info = yield value.info
        return copy
    copy = copied(value)
    memo[id(value)] = copy
    own = type(value).__module__.partition(".")[0] != "PIL"
    if own:
        copy.__class__ = type(value)
    names = vars(value).keys() - BOUND if own else {"info", "_exif", "filename"}
    kept = {name: vars(value)[name] for name in names if name in vars(value)}
    copy.__dict__.update((yield kept))
    copy.format = value.format
    return copy


@measure.register(Image.Image)
def _(value: Image.Image) -> tuple[int, Children]:
    width, height = value.size
    pixels = width * height * BYTES_PER_PIXEL.get(value.mode, 4)
    return sys.getsizeof(value) + pixels, (value.__dict__,)


def is_animated(image: Image.Image) -> bool:
    """Whether there is more than one picture in an image's file."""
    # A phone's photograph with a preview in it (MPO) is one picture.
    return image.format != "MPO" and bool(_asked(image, "is_animated", False))


def _asked(image: Image.Image, name: str, default: Any) -> Any:
    """
    Asks for what may only be found by going through the file; after which the image is
    as it was, with what was drawn on it.
    """
    before = dict(vars(image))
    try:
        return getattr(image, name, default)
    finally:
        found = {k: v for k, v in vars(image).items() if k in _FOUND_OUT}
        vars(image).update(before | found)


def _file_of(image: Image.Image) -> bytes | None:
    """
    Reads the file of an animated image, before the image is loaded, as that may close
    it; None if it can't be had.
    """
    if (kept := vars(image).get(KEPT)) is not None:
        return kept
    for name in ("_fp", "fp"):
        if (content := _all_of(vars(image).get(name))) is not None:
            return content
    try:
        with open(vars(image)["filename"], "rb") as file:
            return file.read()
    except (KeyError, OSError, TypeError, ValueError):
        return None


def _all_of(file: Any) -> bytes | None:
    try:
        place = file.tell()
        file.seek(0)
        try:
            return file.read()
        finally:
            file.seek(place)
    except Exception:  # there is none, it is closed, or can be read but once
        return None


def _reopened(image: Image.Image, content: bytes) -> Image.Image | None:
    """
    Opens an image's file again, at the same frame and with what was drawn on it; None
    if the file is another one by now.
    """
    copy: Any = Image.open(io.BytesIO(content))
    if _asked(copy, "n_frames", 1) != _asked(image, "n_frames", 1):
        return None
    copy.seek(image.tell())
    image.load()
    copy.load()
    if (copy.size, copy.mode, copy.format) != (image.size, image.mode, image.format):
        return None
    if copy.tobytes() != image.tobytes():
        copy.im = image.im.copy()
    vars(copy)[KEPT] = content
    return copy
