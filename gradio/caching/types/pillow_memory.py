"""
Copies of large pictures in memory that the system is asked to give in large pages, as
numpy asks for its own: most of the time of such a copy would go into page faults.
"""

from __future__ import annotations

import ctypes
import functools
import mmap
from collections.abc import Callable
from typing import Any

import PIL
from PIL import Image

LEAST = 1 << 24
"""Bytes. Smaller pictures are mostly copied into memory that others have left."""

# Those of four bytes a pixel, without a palette, that large pictures come in.
_MODES = frozenset({"RGB", "RGBA"})
# 11.2 tells where the pixels are as well, and then never frees them.
_TELLS_ADDRESS = (11, 3)
_PAGE = mmap.PAGESIZE


class _ArrowArray(ctypes.Structure):
    """What Arrow's C data interface gives of an array."""


_ArrowArray._fields_ = [
    *((name, ctypes.c_int64) for name in ("length", "null_count", "offset")),
    *((name, ctypes.c_int64) for name in ("n_buffers", "n_children")),
    ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.POINTER(ctypes.POINTER(_ArrowArray))),
    *((name, ctypes.c_void_p) for name in ("dictionary", "release", "private_data")),
]


def copied(image: Image.Image) -> Image.Image:
    """Copies what `Image.copy` would."""
    image.load()
    source: Any = image.im
    size = 4 * source.size[0] * source.size[1]
    if size < LEAST or source.mode not in _MODES or (advise := _advise()) is None:
        return Image.Image.copy(image)
    try:
        target = Image.core.new_block(source.mode, source.size)
        start = _address(target)
        advise(-(-start // _PAGE) * _PAGE, (size - _PAGE) // _PAGE * _PAGE)
        _fill(target, start, source, size)
    except Exception:  # in a Pillow that is made otherwise inside
        return Image.Image.copy(image)
    return image._new(target)


def _fill(target: Any, start: int, source: Any, size: int) -> None:
    """
    Copies pixels: those of an earlier copy in one go, past the CPU's caches, which
    takes two thirds of the time that it takes row by row.
    """
    # Of others Pillow may tell a wrong address, and of some it crashes when asked.
    if source.isblock():
        ctypes.memmove(start, _address(source), size)
    else:
        target.paste(source, (0, 0, *source.size))


def _address(pixels: Any) -> int:
    """Finds where the pixels of an image begin, all of which are in one block."""
    shown = pixels.__arrow_c_array__()
    array = _ArrowArray.from_address(_pointer()(shown, b"arrow_array"))
    if array.n_children:
        array = array.children[0].contents
    return array.buffers[1]


@functools.cache
def _pointer() -> Callable[[Any, bytes], int]:
    find = ctypes.pythonapi.PyCapsule_GetPointer
    find.argtypes, find.restype = (ctypes.py_object, ctypes.c_char_p), ctypes.c_void_p
    return find


@functools.cache
def _advise() -> Callable[[int, int], Any] | None:
    """Finds what asks the system for large pages, where there are any to be had."""
    if _version() < _TELLS_ADDRESS or not hasattr(Image.core, "new_block"):
        return None
    try:
        advice = mmap.MADV_HUGEPAGE
        advise = ctypes.CDLL(None).madvise
        _pointer()
    except (AttributeError, OSError, TypeError):
        return None
    advise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    return lambda start, size: advise(start, size, advice)


def _version() -> tuple[int, ...]:
    return tuple(map(int, PIL.__version__.split(".")[:2]))
