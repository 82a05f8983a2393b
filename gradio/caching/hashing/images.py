"""
Encoder of Pillow's images: mode, size, palette, information and pixels. Imported with
the first image.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from PIL import Image

from gradio.caching.animations import file_of, is_animated, reopened
from gradio.caching.errors import UnkeyableError
from gradio.caching.hashing.classes import PLUGIN_BASES
from gradio.caching.hashing.registry import Children, encode, with_attributes
from gradio.caching.hashing.stream import Stream

STRIP_BYTES = 1 << 20

FILE_FACTS = frozenset(
    {
        *("adobe", "adobe_transform", "compression", "dpi", "gamma", "jfif"),
        *("jfif_density", "jfif_unit", "jfif_version", "progression", "progressive"),
    }
)
"""What a file says of how it was written, not of what is in the picture."""

PLUGIN_BASES[Image.Image] = "PIL"

_PLAIN = vars(Image.new("P", (1, 1)))


@encode.register(Image.Image)
@with_attributes(*_PLAIN, "im", "mode", "pyaccess", "format", "_exif")
def _(value: Image.Image, out: Stream) -> Children:
    """
    A lazily opened image is loaded, as the function would do; its pixels are read in
    strips that fit the CPU's cache.
    """
    if is_animated(value):
        _write_animation(value, out)
    value.load()
    out.write_text(value.mode)
    out.write(b"%d %d" % value.size)
    _write_pixels(value, out)
    return _palette(value), _information(value), _exif(value)


def _write_animation(image: Image.Image, out: Stream) -> None:
    content = file_of(image)
    if content is None or reopened(image, content) is None:
        raise UnkeyableError("an animated image whose file can't be read")
    out.write(content)
    out.write_text(f"frame {image.tell()}")


def _write_pixels(image: Image.Image, out: Stream) -> None:
    width, height = image.size
    if not (width and height):
        return
    rows = max(1, STRIP_BYTES // (4 * width))
    for strip in _strips(image, rows):
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
