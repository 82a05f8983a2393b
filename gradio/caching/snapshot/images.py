"""Copies of Pillow's images. Imported with the first of them."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from PIL import Image

from gradio.caching.animations import file_of, is_animated, reopened
from gradio.caching.errors import UncopyableError
from gradio.caching.snapshot.registry import Memo, copier, for_subclasses

PIXELS = frozenset(
    {"_im", "im", "palette", "pyaccess", "fp", "_fp", "tile", "readonly"}
)
"""
Attributes that a copy has its own of, or that bind an image to the file it was read
from.
"""


def _animation(value: Image.Image) -> Image.Image:
    content = file_of(value)
    twin = None if content is None else reopened(value, content)
    if twin is None:
        raise UncopyableError("an animated image whose file can't be read")
    return twin


@copier.register(Image.Image)
@for_subclasses
def _(value: Image.Image, memo: Memo) -> Generator[Any, Any, Any]:
    """
    The pixels at memory speed, then information, EXIF data and format, and a user's
    subclass with its attributes.
    """
    if is_animated(value):
        twin = _animation(value)
        twin.info = yield value.info
        return twin
    twin = Image.Image.copy(value)
    memo[id(value)] = twin
    own = type(value).__module__.partition(".")[0] != "PIL"
    if own:
        twin.__class__ = type(value)
    names = vars(value).keys() - PIXELS if own else {"info", "_exif", "filename"}
    kept = {name: vars(value)[name] for name in names if name in vars(value)}
    twin.__dict__.update((yield kept))
    twin.format = value.format
    return twin
