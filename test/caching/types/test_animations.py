"""Animated images, as arguments and as results: all their frames count."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageSequence

import gradio as gr
from gradio.caching.errors import UncopyableError, UnkeyableError
from gradio.caching.hashing import digest
from gradio.caching.sizing import size_of
from gradio.caching.snapshot import snapshot
from gradio.processing_utils import encode_pil_to_bytes

FORMATS = ["GIF", "WEBP", "PNG", "TIFF"]


def encoded(form: str, *shades: int) -> bytes:
    file = io.BytesIO()
    first, *others = (Image.new("RGB", (16, 16), (s, 0, 0)) for s in shades)
    lossless = {"lossless": True} if form == "WEBP" else {}
    first.save(file, form, save_all=True, append_images=others, **lossless)
    return file.getvalue()


def opened(form: str, *shades: int) -> Image.Image:
    return Image.open(io.BytesIO(encoded(form, *shades or (0, 80, 160))))


def frames(image: Image.Image) -> list[bytes]:
    return [f.convert("RGB").tobytes() for f in ImageSequence.Iterator(image)]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("frame", range(3))
@pytest.mark.parametrize("is_file", [False, True])
def test_a_copy_has_all_frames(form, frame, is_file, tmp_path):
    if (form, frame) == ("PNG", 1):
        pytest.skip("Pillow can't go on from there")
    image = opened(form)
    if is_file:
        path = tmp_path / "image"
        path.write_bytes(encoded(form, 0, 80, 160))
        image = Image.open(path)
        image.load()
    image.seek(frame)
    copy = snapshot([image])[0]
    again = snapshot(snapshot(copy))
    assert type(copy) is type(again) is type(image)
    assert (copy.tell(), image.tell()) == (frame, frame)
    assert (copy.format, copy.n_frames) == (form, 3)
    assert digest(copy) == digest(again)
    assert frames(copy) == frames(again) == frames(opened(form))
    assert digest(again) != digest(opened(form))  # as it is at its last frame now


@pytest.mark.parametrize("form", FORMATS)
def test_every_frame_counts(form):
    key = digest(opened(form, 0, 80, 160))
    assert digest(opened(form, 0, 80, 160)) == key
    assert digest(opened(form, 0, 80, 161)) != key
    assert digest(opened(form, 0, 80)) != key


@pytest.mark.parametrize("form", ["GIF", "PNG", "TIFF"])
def test_what_was_drawn_on_a_frame_counts_and_is_kept(form):
    image, plain = opened(form), opened(form)
    ImageDraw.Draw(image).rectangle((2, 2, 9, 9), fill=7)
    drawn = image.tobytes()
    assert digest(image) != digest(plain)
    copy = snapshot(image)
    assert copy.tobytes() == image.tobytes() == drawn
    ImageDraw.Draw(copy).rectangle((0, 0, 15, 15), fill=2)
    assert copy.tobytes() != image.tobytes()


def test_its_file_counts_in_its_size():
    noise = np.random.default_rng(0).integers(0, 255, (2, 64, 64, 3), np.uint8)
    file = io.BytesIO()
    first, second = map(Image.fromarray, noise)
    first.save(file, "PNG", save_all=True, append_images=[second])
    assert size_of(snapshot(Image.open(file))) > len(file.getvalue())


def test_a_file_that_is_gone_is_refused(tmp_path: Path):
    path = tmp_path / "image.webp"
    path.write_bytes(encoded("WEBP", 0, 80))
    image = Image.open(path)
    image.load()
    path.write_bytes(encoded("WEBP", 0, 80, 160))
    with pytest.raises(UncopyableError, match="animated"):
        snapshot(image)
    path.unlink()
    with pytest.raises(UncopyableError, match="animated"):
        snapshot(image)
    with pytest.raises(UnkeyableError, match="animated"):
        digest([image])


def test_a_cached_function_is_given_and_gives_animations():
    runs = []

    @gr.cache
    def same(image: Any) -> Any:
        runs.append(1)
        return image

    expected = encode_pil_to_bytes(opened("GIF"), "gif")
    for _ in range(3):
        assert encode_pil_to_bytes(same(opened("GIF")), "gif") == expected
    assert len(runs) == 1
