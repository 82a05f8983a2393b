"""Copies of large pictures: in large pages, and otherwise as Pillow's own."""

from __future__ import annotations

import ctypes
import mmap
from ctypes import memmove
from pathlib import Path
from unittest.mock import Mock

import PIL
import pytest
from PIL import Image, ImageDraw

from gradio.caching.snapshot import snapshot
from gradio.caching.types import pillow_memory
from support.pictures import noise

MODES = ["1", "L", "P", "RGB", "RGBA", "CMYK", "PA", "I;16", "F"]

needs_large_pages = pytest.mark.skipif(
    pillow_memory._advise() is None, reason="this system or Pillow has no such call"
)


@pytest.fixture
def asked(monkeypatch):
    """What the system is asked for, and that pictures of any size are large."""
    asked = []

    def advise(start: int, size: int) -> None:
        asked.append((start, size, ctypes.string_at(start, size)))

    monkeypatch.setattr(pillow_memory, "LEAST", 1)
    monkeypatch.setattr(pillow_memory, "_advise", lambda: advise)
    return asked


def large(mode="RGB", size=(301, 203)):
    image = noise(mode).resize(size)
    image.info["parameters"] = "a cat"
    return image


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.usefixtures("asked")
def test_a_copy_is_as_pillow_makes_it(mode):
    image = large(mode)
    copy, plain = pillow_memory.copied(image), image.copy()
    assert type(copy) is type(plain)
    assert copy == plain
    assert (copy.info, copy.readonly) == (plain.info, plain.readonly)


@needs_large_pages
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_the_pages_are_those_of_the_pixels(mode, asked):
    image = large(mode)
    copy = pillow_memory.copied(image)
    [(start, size, before)] = asked
    assert start % mmap.PAGESIZE == size % mmap.PAGESIZE == 0
    assert 4 * image.width * image.height - 2 * mmap.PAGESIZE <= size
    assert set(before) == {0}
    copy.paste(Image.new(mode, copy.size, "white"))
    assert set(ctypes.string_at(start, size)) == {255}


@needs_large_pages
def test_small_pictures_and_other_modes_are_left_to_pillow(asked, monkeypatch):
    pillow_memory.copied(large("L"))
    monkeypatch.setattr(pillow_memory, "LEAST", 1 << 24)
    pillow_memory.copied(large())
    assert asked == []


@needs_large_pages
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.usefixtures("asked")
def test_a_copy_of_a_copy_is_made_at_once(mode, monkeypatch):
    image = large(mode)
    monkeypatch.setattr(pillow_memory.ctypes, "memmove", moved := Mock(wraps=memmove))
    copy = pillow_memory.copied(image)
    assert not moved.called
    again = pillow_memory.copied(copy)
    [(_, _, size)] = [call.args for call in moved.call_args_list]
    assert size == 4 * image.width * image.height
    assert again == copy == image.copy()


@needs_large_pages
@pytest.mark.usefixtures("asked")
def test_only_of_one_block_the_address_is_asked(monkeypatch):
    find, blocks = pillow_memory._address, []
    monkeypatch.setattr(
        pillow_memory, "_address", lambda im: blocks.append(im.isblock()) or find(im)
    )
    mapped = Image.frombuffer("RGBA", (4, 4), bytes(64), "raw", "RGBA", 0, 1)
    for image in (large(), mapped, pillow_memory.copied(large())):
        assert pillow_memory.copied(image) == image
    assert blocks == [True] * 5


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("make", [large, lambda: pillow_memory.copied(large())])
def test_neither_sees_changes_of_the_other(make):
    image = make()
    before = image.tobytes()
    copy = snapshot(image)
    copy.load()[3, 4] = (1, 2, 3)
    copy.putpixel((5, 6), (4, 5, 6))
    ImageDraw.Draw(copy).rectangle((10, 10, 100, 100), "red")
    assert image.tobytes() == before
    changed = copy.tobytes()
    ImageDraw.Draw(image).rectangle((0, 0, 200, 200), "blue")
    assert copy.tobytes() == changed != before


@pytest.mark.usefixtures("asked")
def test_a_pillow_that_is_made_otherwise(monkeypatch):
    def fail(pixels):
        raise ValueError

    image = large()
    monkeypatch.setattr(pillow_memory, "_address", fail)
    assert pillow_memory.copied(image) == image


@pytest.mark.parametrize("version", ["9.5.0.post1", "11.2.1"])
def test_a_pillow_that_would_keep_the_memory(version, monkeypatch):
    monkeypatch.setattr(PIL, "__version__", version)
    assert pillow_memory._advise.__wrapped__() is None


def test_a_system_without_such_pages(monkeypatch):
    monkeypatch.delattr(mmap, "MADV_HUGEPAGE", raising=False)
    assert pillow_memory._advise.__wrapped__() is None


@needs_large_pages
def test_copies_give_their_memory_back():
    image = Image.new("RGB", (2100, 2100), "red")
    before = resident()
    for _ in range(20):
        pillow_memory.copied(image)
    assert resident() - before < 10 * 4 * 2100 * 2100


def resident() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * mmap.PAGESIZE
