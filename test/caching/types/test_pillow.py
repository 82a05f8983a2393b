"""Pillow's images: what is in the picture counts, not how it was stored."""

from __future__ import annotations

import numpy as np
import pytest
from caching.types.contract import MEGABYTE, Copied, Keyed, Measured, Stored
from PIL import Image

from gradio.caching.hashing import digest
from gradio.caching.sizing import size_of
from gradio.caching.snapshot import snapshot
from gradio.caching.types import pillow
from support.pictures import (
    ORIENTATION,
    Scan,
    noise,
    paletted,
    saved,
    scan,
    text_chunk,
    turned,
    with_info,
)

MODES = [
    *("1", "L", "P", "RGB", "RGBA", "CMYK", "YCbCr", "LAB", "HSV", "I", "F"),
    *("LA", "PA", "RGBX", "RGBa", "La", "I;16", "I;16B"),
]

DIFFERENT = [
    *(Image.new(mode, (2, 3)) for mode in MODES),
    *(
        Image.new("L", size)
        for size in [(3, 2), (1, 6), (6, 1), (0, 0), (0, 6), (6, 0)]
    ),
    *(Image.new("L", (2, 3), 1), Image.new("RGBA", (2, 3), (0, 0, 0, 255))),
    *(Image.new("1", (8, 1)), Image.new("1", (9, 1)), Image.new("F", (2, 3), -0.0)),
    *(paletted(1, 2, 3), paletted(3, 2, 1), paletted(1, 2, 3, 4, mode="RGBA")),
    *(noise(), turned(1), turned(3), turned(6), with_info(transparency=1)),
    *(with_info(transparency=(1, 2, 3)), with_info(icc_profile=b"1"), scan(1), scan(2)),
    *(with_info(parameters="a cat"), with_info(parameters="a dog")),
]

ONE_MEGABYTE = {
    "1": lambda: Image.new("1", (1024, 1024)),
    "L": lambda: Image.new("L", (1024, 1024)),
    "P": lambda: Image.new("P", (1024, 1024)),
    "I;16": lambda: Image.new("I;16", (1024, 512)),
    "RGB": lambda: Image.new("RGB", (512, 512)),
    "RGBA": lambda: Image.new("RGBA", (512, 512)),
    "CMYK": lambda: Image.new("CMYK", (512, 512)),
    "LA": lambda: Image.new("LA", (512, 512)),
    "F": lambda: Image.new("F", (512, 512)),
    "I": lambda: Image.new("I", (512, 512)),
}


class TestContract(Keyed, Copied, Measured, Stored):
    DIFFERENT, ONE_MEGABYTE = DIFFERENT, ONE_MEGABYTE
    MUTABLE = [*(noise(mode) for mode in MODES), paletted(1, 2, 3), scan(1), turned(6)]
    UNSTORED = (Scan,)


@pytest.mark.parametrize("mode", MODES)
def test_every_pixel_counts_in_every_mode(mode):
    image = Image.new(mode, (33, 9))
    before = digest(image)
    assert digest(image.copy()) == before
    band = len(image.getbands())
    image.putpixel((32, 8), 1 if band == 1 else (1,) * band)
    assert digest(image) != before


def test_large_images_are_read_to_the_last_strip():
    image = Image.new("RGB", (1000, 900))
    before = digest(image)
    image.putpixel((999, 899), (0, 0, 1))
    assert digest(image) != before


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "1"])
def test_two_threads_make_the_same_key(mode, monkeypatch):
    image = noise(mode).resize((1000, 2400))
    expected = digest(image)
    assert digest(image.copy()) == expected
    monkeypatch.setattr(pillow, "MANY_STRIPS", 1000)
    assert digest(image) == expected


@pytest.mark.parametrize("place", [(0, 0), (999, 1300), (999, 2399)])
def test_of_strips_that_two_threads_read_each_counts(place):
    image = noise().resize((1000, 2400))
    before = digest(image)
    image.putpixel(place, (9, 9, 9))
    assert digest(image) != before


def test_the_byte_between_pixels_does_not_count():
    resized = noise().resize((40, 30), Image.Resampling.BICUBIC)
    anew = Image.fromarray(np.asarray(resized))
    assert resized.tobytes("raw", "RGBX") != anew.tobytes("raw", "RGBX")
    assert digest(resized) == digest(anew)


def test_a_lossless_file_is_the_same_picture():
    assert digest(saved(noise())) == digest(noise())
    assert digest(saved(noise(), "BMP")) == digest(noise())
    assert digest(saved(noise(), compress_level=1)) == digest(
        saved(noise(), optimize=True)
    )
    assert digest(saved(noise(), dpi=(300, 300))) == digest(noise())
    palette = noise("P")
    assert digest(saved(palette)).hex() == digest(saved(palette)).hex()


def test_a_photograph_equals_its_pixels():
    photograph = saved(noise(), "JPEG")
    assert digest(photograph) == digest(Image.fromarray(np.asarray(photograph)))


def test_what_a_file_says_of_its_picture_counts():
    cat, dog = (saved(noise(), pnginfo=text_chunk(text)) for text in ("cat", "dog"))
    assert len({digest(cat), digest(dog), digest(noise())}) == 3
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    assert digest(saved(noise(), "JPEG", exif=exif)) != digest(saved(noise(), "JPEG"))
    assert digest(saved(noise("P"), transparency=0)) != digest(saved(noise("P")))


def test_exif_data_that_can_not_be_read():
    one, other = with_info(exif=b"Exif\0\0broken"), with_info(exif=b"Exif\0\0worse")
    assert digest(one) == digest(with_info(exif=b"Exif\0\0broken")) != digest(other)


def test_keying_does_not_change_an_image():
    image = saved(noise("P"), transparency=3)
    before = image.mode, image.size, dict(image.info), image.tobytes()
    digest(image)
    assert (image.mode, image.size, dict(image.info), image.tobytes()) == before


def test_one_frame_is_not_the_animation():
    frames = [noise("P"), noise("P").rotate(180)]
    animation = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert digest(animation) != digest(animation.copy())
    assert len(digest(animation.copy())) == 32


def test_images_inside_other_values():
    assert digest({"images": [noise()]}) == digest({"images": [noise()]})
    assert digest({"images": [noise()]}) != digest({"images": [turned(6)]})


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("rows", [1, 4, 5])
def test_pixels_are_the_same_by_either_way(mode, rows):
    image = noise(mode)
    strips = [*pillow._cropped(image, rows)]
    assert [*pillow._encoded(image, rows)] == strips
    assert len(strips) == -(-image.height // rows)


def test_a_pillow_without_that_encoder_makes_the_same_keys(monkeypatch):
    image = noise()
    expected = digest(image)
    monkeypatch.setattr(pillow, "_strips", pillow._cropped)
    assert digest(image) == expected


COPIED = ["1", "L", "P", "RGB", "RGBA", "CMYK", "I", "F", "LA", "PA", "I;16", "YCbCr"]


@pytest.mark.parametrize("mode", COPIED)
def test_a_copy_has_its_own_pixels_and_information(mode):
    value = Image.new(mode, (5, 4))
    value.info["tags"] = ["a"]
    copy = snapshot(value)
    assert digest(copy) == digest(value)
    copy.putpixel(
        (0, 0), 1 if len(value.getbands()) == 1 else (1,) * len(value.getbands())
    )
    copy.info["tags"].append("b")
    assert digest(value) != digest(copy)
    assert value.info["tags"] == ["a"]
    assert value.getpixel((0, 0)) != copy.getpixel((0, 0))


def test_palettes_are_not_shared():
    value = Image.new("P", (2, 2))
    value.putpalette([1, 2, 3])
    copy = snapshot(value)
    copy.putpalette([4, 5, 6])
    assert value.getpalette()[:3] == [1, 2, 3]


def test_the_orientation_and_the_format_are_kept():
    value = Image.new("L", (2, 2))
    value.getexif()[0x0112] = 6
    value.format = "PNG"
    copy = snapshot(value)
    assert copy.getexif()[0x0112] == 6
    assert copy.format == "PNG"
    copy.getexif()[0x0112] = 3
    assert value.getexif()[0x0112] == 6


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "TIFF", "WEBP"])
def test_an_image_that_was_read_from_a_file(kind):
    value = saved(Image.effect_noise((20, 10), 50), kind)
    copy = snapshot(value)
    assert digest(copy) == digest(value)
    assert copy.format == kind
    value.close()
    assert copy.convert("RGB").getpixel((0, 0))


def test_a_subclass_of_an_image():
    value = Image.new("L", (2, 2))
    value.__class__ = Scan
    value.page = [1]
    copy = snapshot(value)
    assert type(copy) is Scan
    assert digest(copy) == digest(value)
    assert copy.page == [1]
    assert copy.page is not value.page


def test_an_image_still_says_which_file_it_was_read_from(tmp_path):
    Image.new("L", (2, 2)).save(tmp_path / "a.png")
    with Image.open(tmp_path / "a.png") as image:
        assert snapshot(image).filename == image.filename


def test_information_of_an_image_counts():
    image = Image.new("L", (1, 1))
    image.info["exif"] = bytes(MEGABYTE)
    assert size_of(image) > MEGABYTE
