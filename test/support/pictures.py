"""Pictures, and what a file may say besides."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from PIL import Image, PngImagePlugin

ORIENTATION = 0x0112


class Scan(Image.Image):
    pass


def scan(page: int) -> Scan:
    image = Image.new("L", (2, 2))
    image.__class__ = Scan
    image.page = page
    return image


def noise(mode: str = "RGB", size: tuple[int, int] = (7, 5)) -> Image.Image:
    pixels = np.random.default_rng(0).integers(0, 256, (*size[::-1], 3), "u1")
    return Image.fromarray(pixels, "RGB").convert(mode)


def with_info(**info: Any) -> Image.Image:
    image = noise()
    image.info.update(info)
    return image


def turned(orientation: int) -> Image.Image:
    image = noise()
    image.getexif()[ORIENTATION] = orientation
    return image


def paletted(*colors: int, mode: str = "RGB") -> Image.Image:
    image = Image.new("P", (2, 2))
    image.putpalette(colors, mode)
    return image


def saved(image: Image.Image, kind: str = "PNG", **options: Any) -> Image.Image:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return Image.open(file)


def text_chunk(text: str) -> PngImagePlugin.PngInfo:
    info = PngImagePlugin.PngInfo()
    info.add_text("parameters", text)
    return info
