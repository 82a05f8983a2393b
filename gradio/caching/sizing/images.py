"""What Pillow's images hold. Imported with the first of them."""

from __future__ import annotations

import sys

from PIL import Image

from gradio.caching.sizing.registry import Parts, size_children

BYTES_PER_PIXEL = {
    "1": 1,
    "L": 1,
    "P": 1,
    "I;16": 2,
    "I;16L": 2,
    "I;16B": 2,
    "I;16N": 2,
}
"""All other modes are stored in four bytes, RGB among them."""


@size_children.register(Image.Image)
def _(value: Image.Image) -> Parts:
    width, height = value.size
    pixels = width * height * BYTES_PER_PIXEL.get(value.mode, 4)
    return sys.getsizeof(value) + pixels, (value.__dict__,)
