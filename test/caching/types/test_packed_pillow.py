"""Pillow's images on their way to a store and back."""

from __future__ import annotations

import pytest
from caching.types.test_pillow import ORIENTATION, noise, paletted, saved, text_chunk
from PIL import Image

from gradio.caching.codec import unpack_value
from gradio.caching.errors import BrokenRecordError, UnpackableError
from gradio.caching.hashing import digest
from support.packed import made_up, node, packed, repacked


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "TIFF", "WEBP"])
def test_an_image_of_a_file_comes_from_a_store_without_it(kind):
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    value = saved(noise(), kind, **({"exif": exif} if kind != "BMP" else {}))
    made = repacked(value)
    assert type(made) is Image.Image
    assert made.format == kind
    assert digest(made) == digest(value)
    assert dict(made.getexif()) == dict(value.getexif())


def test_what_a_png_file_says_comes_from_a_store():
    info = text_chunk("plain")
    info.add_itxt("title", "Kätzchen", "de", "Titel")
    value = saved(noise("P"), pnginfo=info, transparency=3)
    made = repacked(value)
    assert digest(made) == digest(value)
    assert (made.info["title"].lang, made.info["transparency"]) == ("de", 3)
    assert made.convert("RGBA").tobytes() == value.convert("RGBA").tobytes()


def test_what_was_deleted_of_exif_data_is_not_there_again():
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    value = saved(noise(), "JPEG", exif=exif)
    del value.getexif()[ORIENTATION]
    assert dict(repacked(value).getexif()) == {}


def test_palettes_come_from_a_store():
    for mode, colors in (("RGB", [9, 2, 3]), ("RGBA", [9, 2, 3, 4])):
        value = paletted(*colors, mode=mode)
        made = repacked(value)
        assert made.palette.mode == value.palette.mode
        assert made.getpalette(mode) == value.getpalette(mode)


def test_an_animation_is_not_stored():
    frames = [noise("P"), noise("P").rotate(180)]
    animation = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    with pytest.raises(UnpackableError, match="which is animated"):
        packed(animation)


def test_an_image_that_pillow_would_not_open_is_not_stored(monkeypatch):
    content = packed(noise())
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10)
    with pytest.raises(UnpackableError, match="more pixels"):
        packed(noise())
    with pytest.raises(BrokenRecordError):
        unpack_value(content)


@pytest.mark.parametrize(
    "own",
    [
        *(["L", 1 << 30, 1 << 30, b""], ["L", -1, -1, b"a"], ["L", 2, 1, b"abc"]),
        *(["XYZ", 1, 1, b"a"], ["L", 1, 1, 1], ["L"], ["1", 9, 1, b"a"]),
    ],
)
def test_pixels_of_another_size_are_a_miss(own):
    image = node(0, 0, own, [[1], None, None, None, None])
    info = node(1, 1)
    with pytest.raises(BrokenRecordError):
        unpack_value(made_up([0], ["PIL.Image", "builtins.dict"], image, info))


def test_made_up_images_are_images():
    image = node(0, 0, ["L", 2, 1, b"ab"], [[1], None, None, None, None])
    made = made_up([0], ["PIL.Image", "builtins.dict"], image, node(1, 1))
    assert unpack_value(made).size == (2, 1)
