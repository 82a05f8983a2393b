"""Animated images of Pillow, whose frames are in the file they were opened from."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image

KEPT = "_gradio_file"
"""The attribute of a copy that has the file's bytes: some decoders let go of them."""

_FOUND_OUT = frozenset({"_n_frames", "_is_animated", "is_animated", "n_frames"})


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


def file_of(image: Image.Image) -> bytes | None:
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


def reopened(image: Image.Image, content: bytes) -> Image.Image | None:
    """
    Opens an image's file again, at the same frame and with what was drawn on it; None
    if the file is another one by now.
    """
    twin: Any = Image.open(io.BytesIO(content))
    if _asked(twin, "n_frames", 1) != _asked(image, "n_frames", 1):
        return None
    twin.seek(image.tell())
    image.load()
    twin.load()
    if (twin.size, twin.mode, twin.format) != (image.size, image.mode, image.format):
        return None
    if twin.tobytes() != image.tobytes():
        twin.im = image.im.copy()
    vars(twin)[KEPT] = content
    return twin


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
