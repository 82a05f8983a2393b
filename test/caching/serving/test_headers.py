import base64
from io import BytesIO
from types import SimpleNamespace

import PIL.Image
import pytest

from gradio.caching.serving.lookup.headers import (
    NamedFile,
    decoded_picture,
    is_plain_sound,
    named_files,
)

PCM, FLOAT, ADPCM, MP3 = 1, 3, 0x11, 0x55
EXTENSIBLE = 0xFFFE


def drawn(kind="PNG", side=20, mode="RGB"):
    content = BytesIO()
    PIL.Image.new(mode, (side, side)).save(content, kind)
    return content.getvalue()


def part(name, content, size=None):
    size = len(content) if size is None else size
    return name + size.to_bytes(4, "little") + content + bytes(len(content) % 2)


def wave(*parts):
    return b"RIFF\0\0\0\0WAVE" + b"".join(parts)


def format_of(kind):
    return part(b"fmt ", kind.to_bytes(2, "little") + bytes(14))


@pytest.fixture
def write(tmp_path):
    def write(content, name="a.wav"):
        path = tmp_path / name
        path.write_bytes(content)
        return str(path)

    return write


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ("/a.png", []),
        ({"path": None, "url": None}, []),
        ({"path": "/a.png"}, [NamedFile("/a.png")]),
        ({"url": "http://a/b.png"}, []),
        ({"url": "data:,x"}, [NamedFile(url="data:,x")]),
        # Which of the two is decoded is up to Gradio.
        ({"path": "a", "url": "data:,x"}, [NamedFile("a"), NamedFile(url="data:,x")]),
        ({"path": 1, "url": 2}, [NamedFile(1)]),
        ([{"a": {"path": "b"}}, ({"path": "c"},)], [NamedFile("c"), NamedFile("b")]),
        ({"path": "a", "inner": {"path": "b"}}, [NamedFile("a"), NamedFile("b")]),
    ],
)
def test_files_are_found_wherever_a_payload_names_them(value, named):
    assert list(named_files(value)) == named


def test_a_payload_of_great_depth_is_walked():
    value = {"path": "a"}
    for _ in range(50_000):
        value = [value]
    assert list(named_files(value)) == [NamedFile("a")]


def test_a_file_has_a_size_and_a_suffix_and_is_opened(write):
    file = NamedFile(write(b"content", "a.tar.PNG"))
    assert (file.size, file.suffix) == (7, "png")
    with file.open() as opened:
        assert opened.read() == b"content"


def test_an_address_that_holds_bytes_takes_nothing_of_the_disk():
    text = base64.b64encode(b"content").decode()
    file = NamedFile(url=f"data:image/png;base64,{text}")
    assert (file.size, file.suffix) == (0, "")
    with file.open() as opened:
        assert opened.read() == b"content"


def test_what_can_t_be_opened_says_so(tmp_path):
    with pytest.raises(OSError, match="gone"):
        NamedFile(str(tmp_path / "gone")).open()
    with pytest.raises(ValueError, match="base64|padding|characters"):
        NamedFile(url="data:;base64,x").open()


@pytest.mark.parametrize("kind", ["BMP", "GIF", "JPEG", "PNG", "PPM", "WEBP"])
def test_a_picture_takes_by_its_sides(kind):
    few, many = (decoded_picture(BytesIO(drawn(kind, side))) for side in (10, 20))
    assert few >= 10 * 10 * 3
    assert many == 4 * few


@pytest.mark.parametrize("kind", ["ICO", "TIFF", "ICNS"])
def test_headers_that_may_lie_are_not_believed(kind):
    assert decoded_picture(BytesIO(drawn(kind, 256))) is None


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n", b"<svg/>"])
def test_what_is_no_picture_is_said_to_be_none(content):
    with pytest.raises(OSError, match="cannot identify"):
        decoded_picture(BytesIO(content))


@pytest.mark.parametrize(
    ("kind", "mode", "is_decoded"),
    [
        ("filepath", None, False),
        ("filepath", "RGB", False),
        ("filepath", "L", True),
        ("pil", None, True),
    ],
)
def test_a_picture_that_is_passed_on_as_its_path_takes_nothing(
    write, kind, mode, is_decoded
):
    block = SimpleNamespace(type=kind, image_mode=mode)
    with open(write(drawn(), "a.png"), "rb") as opened:
        assert bool(decoded_picture(opened, block)) is is_decoded
    # One in its address has no path yet.
    assert decoded_picture(BytesIO(drawn()), block)


@pytest.mark.parametrize(
    ("content", "is_plain"),
    [
        (wave(format_of(PCM)), True),
        (wave(format_of(FLOAT)), True),
        (wave(format_of(EXTENSIBLE)), True),
        (wave(format_of(ADPCM)), False),
        (wave(format_of(MP3)), False),
        (wave(part(b"LIST", b"even"), format_of(PCM)), True),
        (wave(part(b"LIST", b"odd"), format_of(PCM)), True),
        # A part that has a format in it comes before the real one.
        (wave(part(b"LIST", format_of(PCM)), format_of(ADPCM)), False),
        (wave(part(b"LIST", b"", size=2**32 - 1), format_of(PCM)), False),
        (wave(part(b"LIST", bytes(5000)), format_of(PCM)), False),
        (wave(part(b"LIST", b"")), False),
        (wave(), False),
        (b"RIFF\0\0\0\0AVI " + format_of(PCM), False),
        (format_of(PCM), False),
        (b"", False),
    ],
)
def test_sound_is_plain_if_its_header_says_so(write, content, is_plain):
    assert is_plain_sound(NamedFile(write(content))) is is_plain
