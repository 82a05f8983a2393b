"""
Pillow's images, as they are written: mode, size, pixels, palette and what they say of
themselves; never by a decoder of files. Imported with the first image.
"""

from __future__ import annotations

from typing import Any

from PIL import Image, PngImagePlugin, TiffImagePlugin

from gradio.caching.errors import UnpackableError
from gradio.caching.types.packed.builtin import content_of
from gradio.caching.types.packed.objects import refused
from gradio.caching.types.packing import Making, Own, Packed, pack, unpack
from gradio.caching.types.pillow import is_animated
from gradio.caching.types.registry import for_subclasses

BITS_PER_PIXEL = {
    "1": 1,
    **dict.fromkeys(("L", "P"), 8),
    **dict.fromkeys(("I;16", "I;16L", "I;16B", "I;16N", "LA", "PA", "La"), 16),
    **dict.fromkeys(("RGB", "YCbCr", "LAB", "HSV"), 24),
    **dict.fromkeys(("RGBA", "RGBX", "RGBa", "CMYK", "I", "F"), 32),
}
"""How much of each mode is written, which must be what is there before any is made."""

_TEXTS = "format", "filename"


@pack.register(Image.Image)
@for_subclasses
def _(value: Image.Image) -> Packed:
    if type(value).__module__.partition(".")[0] != "PIL":
        raise refused(value)
    if is_animated(value):
        raise refused(value, "which is animated (return its path, or its frames)")
    value.load()
    size = _size_of(value.mode, *value.size)
    pixels = value.tobytes() if size else b""
    if len(pixels) != size:
        raise UnpackableError(f"a PIL image of mode {value.mode}")
    own = value.mode, *value.size, memoryview(pixels)
    texts = value.format, vars(value).get("filename")
    return own, (value.info, _exif_of(value), _palette_of(value), *texts)


def _size_of(mode: str, width: int, height: int) -> int:
    if width < 0 or height < 0 or mode not in BITS_PER_PIXEL:
        raise UnpackableError(f"a PIL image of mode {mode}")
    most = Image.MAX_IMAGE_PIXELS
    if most is not None and width * height > 2 * most:
        raise UnpackableError("a PIL image of more pixels than Pillow opens")
    return (width * BITS_PER_PIXEL[mode] + 7) // 8 * height


def _palette_of(image: Image.Image) -> list[Any] | None:
    if image.mode not in ("P", "PA") or image.palette is None:
        return None
    mode = image.palette.mode
    colors = bytes(image.im.getpalette(mode, mode))
    return [mode, colors, bytes(image.im.getpalette("RGBA", "A"))]


def _exif_of(image: Image.Image) -> dict[int, Any] | None:
    """What was changed in it; as it was read, it is in what the image says."""
    if vars(image).get("_exif") is None:
        return None
    return dict(image.getexif())


@unpack.register(Image.Image)
def _(own: Own, count: int) -> Making:
    mode, width, height, pixels = own
    content = content_of((pixels,))
    if _size_of(mode, width, height) != len(content):
        raise ValueError("pixels of another size")
    info, exif, palette, *texts = yield
    made = Image.new(mode, (width, height))
    if content:
        made.frombytes(content)
    _set_palette(made, palette)
    made.info = info
    for name, text in zip(_TEXTS, texts, strict=True):
        if text is not None:
            setattr(made, name, text)
    if exif is not None:
        _set_exif(made.getexif(), exif)
    return made


def _set_palette(made: Image.Image, palette: list[Any] | None) -> None:
    if palette is None:
        return
    mode, colors, alphas = palette
    made.putpalette(colors, mode)
    made.load()
    if mode != "RGBA" and alphas.strip(b"\xff"):
        made.im.putpalettealphas(alphas)


def _set_exif(found: Image.Exif, exif: dict[int, Any]) -> None:
    for name in set(found) - set(exif):
        del found[name]
    for name, item in exif.items():
        found[name] = item


@pack.register(TiffImagePlugin.IFDRational)
def _(value: TiffImagePlugin.IFDRational) -> Packed:
    """A number of EXIF data, which may be divided by zero."""
    return (), (value.numerator, value.denominator)


@unpack.register(TiffImagePlugin.IFDRational)
def _(own: Own, count: int) -> Making:
    above, below = yield
    return TiffImagePlugin.IFDRational(above, below)


@pack.register(PngImagePlugin.iTXt)
def _(value: PngImagePlugin.iTXt) -> Packed:
    """A text of a PNG file, with its language and name."""
    return (), (str(value), value.lang, value.tkey)


@unpack.register(PngImagePlugin.iTXt)
def _(own: Own, count: int) -> Making:
    text, language, name = yield
    return PngImagePlugin.iTXt(text, language, name)
