"""Copies of arrays, images and frames: alike, and with memory of their own."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from gradio.caching.hashing import digest
from gradio.caching.snapshot import snapshot


class Labelled(np.ndarray):
    def __array_finalize__(self, source: Any) -> None:
        self.label = getattr(source, "label", None)


class Scan(Image.Image):
    pass


class Measured(pd.DataFrame):
    _metadata = ["unit"]

    @property
    def _constructor(self) -> Any:
        return Measured


def measured(unit: str) -> Measured:
    value = Measured({"a": [1]})
    value.unit = unit
    return value


def labelled(label: Any) -> Labelled:
    value = np.arange(3).view(Labelled)
    value.label = label
    return value


def recursive() -> np.ndarray:
    value = np.empty(2, object)
    value[0] = value
    return value


CUBE = np.arange(24).reshape(2, 3, 4)

ARRAYS = [
    *(
        CUBE,
        np.asfortranarray(CUBE),
        CUBE.transpose(1, 0, 2),
        CUBE[::2, ::-1],
        CUBE[:0],
    ),
    *(np.array(1.5), np.array("text"), np.zeros(3, "M8[s]"), np.zeros((0, 3))),
    *(np.zeros(2, [("a", "i4"), ("b", "f8")]), np.asmatrix([[1, 2]]), labelled("a")),
    *(np.array([1, [2], {3: 4}], object), np.array([[1], [2]], object), labelled([1])),
    *(np.array([([1],)], [("a", object)]), np.zeros(1, [("a", "i4")])[0]),
    *(
        np.ma.masked_array([1, 2], [0, 1], fill_value=9),
        np.broadcast_to(CUBE[0], (5, 3, 4)),
    ),
    *(np.ma.masked_array([[1], None], [0, 1], object),),
]


@pytest.mark.parametrize(
    "value", ARRAYS, ids=lambda value: f"{value.dtype}{value.shape}"
)
def test_arrays(value):
    twin = snapshot(value)
    assert type(twin) is type(value)
    assert digest(twin) == digest(value)
    assert not np.shares_memory(np.asarray(twin), np.asarray(value))


def test_the_order_in_memory_is_kept():
    fortran = snapshot(np.asfortranarray(CUBE))
    assert fortran.flags.f_contiguous
    assert snapshot(CUBE.transpose(1, 0, 2)).strides == CUBE.transpose(1, 0, 2).strides


def test_a_read_only_array_can_be_copied():
    value = np.arange(3)
    value.flags.writeable = False
    assert snapshot(value) is not value


def test_objects_in_arrays_are_copied():
    cell = [1]
    value = np.array([cell, cell, None], object)
    twin = snapshot(value)
    assert twin[0] is twin[1] is not cell
    record = np.array([(cell,)], [("a", object)])
    assert snapshot(record)[0]["a"] is not cell
    assert snapshot(labelled(cell)).label is not cell


def test_an_array_that_contains_itself():
    twin = snapshot(recursive())
    assert twin[0] is twin


def test_masks_are_not_shared():
    value = np.ma.masked_array([1, 2], [False, True])
    twin = snapshot(value)
    twin[0] = np.ma.masked
    assert value.mask.tolist() == [False, True]


def test_a_mapped_file_is_left(tmp_path):
    mapped = np.memmap(tmp_path / "array", "i4", "w+", shape=(3,))
    twin = snapshot(mapped)
    twin[:] = 7
    assert mapped.tolist() == [0, 0, 0]


MODES = ["1", "L", "P", "RGB", "RGBA", "CMYK", "I", "F", "LA", "PA", "I;16", "YCbCr"]


@pytest.mark.parametrize("mode", MODES)
def test_images(mode):
    value = Image.new(mode, (5, 4))
    value.info["tags"] = ["a"]
    twin = snapshot(value)
    assert digest(twin) == digest(value)
    twin.putpixel(
        (0, 0), 1 if len(value.getbands()) == 1 else (1,) * len(value.getbands())
    )
    twin.info["tags"].append("b")
    assert digest(value) != digest(twin)
    assert value.info["tags"] == ["a"]
    assert value.getpixel((0, 0)) != twin.getpixel((0, 0))


def test_palettes_are_not_shared():
    value = Image.new("P", (2, 2))
    value.putpalette([1, 2, 3])
    twin = snapshot(value)
    twin.putpalette([4, 5, 6])
    assert value.getpalette()[:3] == [1, 2, 3]


def test_the_orientation_and_the_format_are_kept():
    value = Image.new("L", (2, 2))
    value.getexif()[0x0112] = 6
    value.format = "PNG"
    twin = snapshot(value)
    assert twin.getexif()[0x0112] == 6
    assert twin.format == "PNG"
    twin.getexif()[0x0112] = 3
    assert value.getexif()[0x0112] == 6


def saved(*frames: Image.Image, kind: str) -> Image.Image:
    file = io.BytesIO()
    more = {"save_all": True, "append_images": frames[1:]} if frames[1:] else {}
    frames[0].save(file, kind, **more)
    return Image.open(file)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "TIFF", "WEBP"])
def test_an_image_that_was_read_from_a_file(kind):
    value = saved(Image.effect_noise((20, 10), 50), kind=kind)
    twin = snapshot(value)
    assert digest(twin) == digest(value)
    assert twin.format == kind
    value.close()
    assert twin.convert("RGB").getpixel((0, 0))


def test_a_subclass_of_an_image():
    value = Image.new("L", (2, 2))
    value.__class__ = Scan
    value.page = [1]
    twin = snapshot(value)
    assert type(twin) is Scan
    assert digest(twin) == digest(value)
    assert twin.page == [1]
    assert twin.page is not value.page


ZONED = pd.date_range("2024-01-01", periods=2, tz="Europe/Berlin")

FRAMES = [
    *(pd.DataFrame({"a": [1, 2], "b": ["x", "y"], "c": [0.5, None]}), pd.DataFrame()),
    *(
        pd.DataFrame({"a": [[1], {2: 3}]}),
        pd.DataFrame([[1, [2]], [3, [4]]], dtype=object),
    ),
    *(
        pd.DataFrame([[1, 2]], columns=["a", "a"]),
        pd.DataFrame({"a": ZONED}, index=ZONED),
    ),
    *(pd.DataFrame([[[1], [2]]], columns=["a", "a"]), pd.DataFrame({"a": []})),
    *(pd.DataFrame({"a": pd.Categorical(["x", "y"], ["y", "x"], ordered=True)}),),
    *(pd.DataFrame({("a", 1): [1], ("b", 2): [2]}), measured("m")),
    *(pd.Series([1, 2], name="a", index=["x", "y"]), pd.Series([[1], None, {2}])),
    *(
        pd.Series(["x", None]),
        pd.Series([1, None], dtype="Int64"),
        pd.Index([1, 2], name="a"),
    ),
    *(pd.MultiIndex.from_tuples([(1, "x")], names=["a", None]), ZONED, pd.Index(["x"])),
    *(
        pd.Categorical(["x"]),
        pd.array([1, None], dtype="Int64"),
        pd.interval_range(0, 2),
    ),
]


@pytest.mark.parametrize("value", FRAMES, ids=lambda value: f"{value!r:.30}")
def test_frames(value):
    twin = snapshot(value)
    assert type(twin) is type(value)
    assert twin is not value
    assert digest(twin) == digest(value)


def test_a_changed_copy_of_a_frame_leaves_the_original_alone():
    value = pd.DataFrame({"a": [1, 2], "b": [[1], [2]], "c": ["x", "y"]})
    value.attrs["tags"] = ["x"]
    before = digest(value)
    twin = snapshot(value)
    twin.loc[0, "a"] = 9
    twin["b"][0].append(9)
    twin.attrs["tags"].append("y")
    twin.index.name = "changed"
    twin.columns = ["d", "e", "f"]
    assert digest(value) == before


def test_a_changed_frame_leaves_its_copy_alone():
    memory = np.zeros((3, 2))
    value = pd.DataFrame(memory)
    twin = snapshot(value)
    memory[:] = 7
    assert twin.to_numpy().tolist() == [[0, 0]] * 3


def test_labels_are_not_shared():
    value = pd.DataFrame({"a": [1.0, 2.0]}, index=pd.Index([0.5, 1.5]))
    twin = snapshot(value)
    assert not np.shares_memory(twin.index.to_numpy(), value.index.to_numpy())


def test_objects_shared_by_cells_stay_shared():
    cell = [1]
    twin = snapshot(pd.DataFrame({"a": [cell, cell], "b": [cell, 1]}))
    assert twin["a"][0] is twin["a"][1] is twin["b"][0] is not cell


def test_attributes_of_a_subclass_of_a_frame():
    assert snapshot(measured("km")).unit == "km"


@pytest.mark.parametrize(
    "value", [pd.Timestamp("2024"), pd.Timedelta(1), pd.NaT, pd.NA, pd.Period("2024")]
)
def test_scalars_of_pandas_are_not_copied(value):
    assert snapshot([value, []])[0] is value


def test_an_image_still_says_which_file_it_was_read_from(tmp_path):
    Image.new("L", (2, 2)).save(tmp_path / "a.png")
    with Image.open(tmp_path / "a.png") as image:
        assert snapshot(image).filename == image.filename
