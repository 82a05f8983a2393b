"""What decoding inputs will take is known before they are decoded."""

import base64
import wave
from io import BytesIO
from types import SimpleNamespace

import numpy as np
import PIL.Image
import pytest

import gradio as gr
from gradio.caching.serving.lookup.decoding import cost_of
from gradio.components.image_editor import EditorDataBlobs

MEGABYTE = 2**20
SIDE = 300
# The picture decoded, converted, and as an array.
LEAST = SIDE * SIDE * 3


def accepts(path):
    """All but addresses."""
    return not path.startswith("http")


def cost(block, value, preprocess=True, accepts=accepts):
    fn = SimpleNamespace(preprocess=preprocess)
    return cost_of(fn, [block], [value], accepts)


def file(path):
    return {"path": str(path), "meta": {"_type": "gradio.FileData"}}


def picture(folder, name="a.png", side=SIDE, mode="RGB"):
    PIL.Image.new(mode, (side, side)).save(folder / name)
    return file(folder / name)


def sound(path, seconds=1, packed=False):
    with wave.open(str(path), "wb") as out:
        out.setparams((1, 2, 8000, 0, "NONE", ""))
        out.writeframes(bytes(16000 * seconds))
    if packed:
        content = bytearray(path.read_bytes())
        content[20] = 0x11
        path.write_bytes(content)
    return file(path)


def test_a_picture_costs_by_its_pixels_not_by_its_bytes(tmp_path):
    given = picture(tmp_path)
    for block in (gr.Image(), gr.Image(type="pil"), gr.ImageEditor()):
        value = {"background": given} if isinstance(block, gr.ImageEditor) else given
        assert cost(block, value).memory > LEAST
    assert cost(gr.Image(), picture(tmp_path, side=30)).memory < LEAST


def test_nothing_is_decoded(tmp_path, monkeypatch):
    given = picture(tmp_path)
    monkeypatch.setattr(PIL.Image.Image, "load", None)
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", None)
    assert cost(gr.Image(), given).memory > LEAST


def test_a_picture_that_stays_a_path_costs_nothing(tmp_path):
    block = gr.Image(type="filepath")
    assert cost(block, picture(tmp_path)).memory < LEAST
    # This one is converted.
    assert cost(block, picture(tmp_path, mode="RGBA")).memory > LEAST
    drawing = tmp_path / "a.svg"
    drawing.write_text("<svg/>")
    assert cost(block, file(drawing)) is not None
    assert cost(gr.Image(), file(drawing)) is None


def test_a_picture_in_its_address_costs_the_same():
    content = BytesIO()
    PIL.Image.new("RGB", (SIDE, SIDE)).save(content, "PNG")
    text = base64.b64encode(content.getvalue()).decode()
    url = f"data:image/png;base64,{text}"
    for kind in ("numpy", "filepath"):
        assert cost(gr.Image(type=kind), {"url": url}).memory > LEAST


def test_a_small_address_does_not_hide_a_large_file(tmp_path):
    content = BytesIO()
    PIL.Image.new("RGB", (1, 1)).save(content, "PNG")
    url = "data:image/png;base64," + base64.b64encode(content.getvalue()).decode()
    value = {**picture(tmp_path), "url": url}
    assert cost(gr.Image(), value).memory > LEAST


def test_a_picture_whose_header_may_lie_is_left_to_the_run(tmp_path):
    assert cost(gr.Image(), picture(tmp_path, "a.tiff")) is None


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n", b"RIFF"])
def test_broken_files_are_left_to_the_run(tmp_path, content):
    path = tmp_path / "a.wav"
    path.write_bytes(content)
    assert cost(gr.Image(), file(path)) is None
    assert cost(gr.Audio(), file(path)) is None


def test_a_gallery_costs_as_all_its_pictures(tmp_path):
    given = picture(tmp_path)
    value = [{"image": given, "caption": None}] * 10
    assert cost(gr.Gallery(type="numpy"), value).memory > 10 * LEAST
    assert cost(gr.Gallery(type="filepath"), value).memory < LEAST
    # What is a video for one reader may be a picture for another.
    both = [{"image": given, "video": given}]
    assert cost(gr.Gallery(type="numpy"), both).memory > LEAST
    assert cost(gr.Gallery(type="numpy"), [{"video": given}]).memory < LEAST


def test_layers_of_an_editor_count_also_those_sent_ahead(tmp_path):
    given = picture(tmp_path)
    value = {"background": given, "layers": [given, given], "composite": given}
    block = gr.ImageEditor()
    assert cost(block, value).memory > 4 * LEAST
    content = BytesIO()
    PIL.Image.new("RGB", (SIDE, SIDE)).save(content, "PNG")
    layer = content.getvalue()
    block.blob_storage["x"] = EditorDataBlobs(
        background=layer, layers=[layer], composite=None
    )
    ahead = {"background": None, "layers": [], "composite": None, "id": "x"}
    assert cost(block, ahead).memory > 2 * LEAST
    assert "x" in block.blob_storage


def test_plain_sound_costs_by_its_file_and_packed_sound_is_unknown(tmp_path):
    given = sound(tmp_path / "a.wav", seconds=10)
    assert cost(gr.Audio(), given).memory > 3 * 160_000
    packed = sound(tmp_path / "b.wav", packed=True)
    assert cost(gr.Audio(), packed) is None
    for name in ("a.mp3", "a.flac", "a.ogg"):
        path = tmp_path / name
        path.write_bytes(b"x" * 100)
        assert cost(gr.Audio(), file(path)) is None
        assert cost(gr.Audio(type="filepath"), file(path)).memory < 100_000


def test_files_cost_as_bytes_only_where_they_are_given_as_bytes(tmp_path):
    path = tmp_path / "a.bin"
    with path.open("wb") as out:
        out.truncate(100 * MEGABYTE)
    for kind in (gr.File, gr.UploadButton):
        assert cost(kind(type="binary"), file(path)).memory > 100 * MEGABYTE
        assert cost(kind(type="filepath"), file(path)).memory < MEGABYTE
        both = [file(path), file(path)]
        multiple = kind(type="binary", file_count="multiple")
        assert cost(multiple, both).memory > 200 * MEGABYTE
    assert cost(gr.File(), file(path)).reading == 100 * MEGABYTE


def test_videos_stay_paths_unless_they_are_converted(tmp_path):
    path = tmp_path / "a.mp4"
    path.write_bytes(b"x")
    assert cost(gr.Video(), file(path)).memory < MEGABYTE
    assert cost(gr.Video(format="mp4"), file(path)).memory < MEGABYTE
    assert cost(gr.Video(format="webm"), file(path)) is None
    assert cost(gr.Video(include_audio=False), file(path)) is None
    assert cost(gr.Video(sources=["webcam"]), file(path)) is None


def test_a_chat_that_holds_other_components_is_not_decoded_ahead(tmp_path):
    given = picture(tmp_path)
    with_file = [{"role": "user", "content": [{"type": "file", "file": given}]}]
    assert cost(gr.Chatbot(), with_file).memory < LEAST
    component = {"type": "component", "component": "image", "value": given}
    assert cost(gr.Chatbot(), [{"role": "user", "content": [component]}]) is None


def test_tables_and_texts_cost_more_than_their_payload():
    table = {"headers": ["a"], "data": [["x" * i] for i in range(1000)]}
    assert cost(gr.Dataframe(), table).memory > 1000 * 500
    assert cost(gr.Textbox(), "x" * MEGABYTE).memory > 2 * MEGABYTE


def test_files_for_a_component_that_is_not_known_are_left_to_the_run(tmp_path):
    class Own(gr.components.Component):
        def preprocess(self, payload):
            return payload

        def postprocess(self, value):
            return value

        def api_info(self):
            return {}

        def example_payload(self):
            return None

        def example_value(self):
            return None

    assert cost(Own(), file(tmp_path)) is None
    assert cost(Own(), "text") is not None


@pytest.mark.parametrize("kind", ["address", "refused", "folder", "gone", "number"])
def test_what_is_not_at_hand_is_neither_opened_nor_fetched(tmp_path, monkeypatch, kind):
    path = {
        "address": "http://localhost/a.png",
        "refused": str(tmp_path / "a.png"),
        "folder": str(tmp_path),
        "gone": str(tmp_path / "gone.png"),
        "number": 1,
    }[kind]
    picture(tmp_path)
    monkeypatch.setattr(PIL.Image, "open", None)
    takes = accepts if kind != "refused" else lambda _: False
    for block in (gr.Image(), gr.File()):
        assert cost(block, {"path": path}, accepts=takes) is None


def test_without_preprocessing_nothing_is_decoded(tmp_path):
    assert cost(gr.Image(), picture(tmp_path), preprocess=False).memory < LEAST


def test_a_payload_of_great_depth_is_walked(tmp_path):
    value = picture(tmp_path)
    for _ in range(50_000):
        value = [value]
    assert cost(gr.Image(), value).memory > LEAST


def test_estimates_are_no_less_than_what_is_there_at_the_end(tmp_path):
    given = picture(tmp_path, side=500)
    block = gr.Image()
    array = block.preprocess(gr.data_classes.ImageData(**given))
    assert isinstance(array, np.ndarray)
    assert cost(block, given).memory > array.nbytes
