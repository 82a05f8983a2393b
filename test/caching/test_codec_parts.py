"""Parts of records: whatever was not sealed is a miss."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from gradio.caching.codec import open_part, pack_value, seal, unpack_value
from gradio.caching.codec.parts import FRONT, SECRET_VARIABLE, file_part, payload_part
from gradio.caching.errors import BrokenRecordError


class Spot(NamedTuple):
    shelf: str
    key: bytes


HERE = Spot("app.f", b"k" * 32)
VALUE = {"a": [1, "x", None], "b": bytearray(300), "c": (1.5, [2])}


@pytest.fixture
def sealed() -> bytes:
    return b"".join(seal(HERE, "v", pack_value(VALUE)))


def read(content: bytes, place: Spot = HERE, part: str = "v") -> object:
    return unpack_value(open_part(place, part, content))


def test_what_was_sealed_is_read(sealed):
    assert read(sealed) == VALUE
    assert read(bytearray(sealed)) == read(memoryview(sealed)) == VALUE


def test_every_flipped_bit_is_a_miss(sealed):
    for place in range(len(sealed)):
        for bit in (1, 128):
            changed = bytearray(sealed)
            changed[place] ^= bit
            with pytest.raises(BrokenRecordError):
                read(changed)


def test_every_cut_and_everything_added_is_a_miss(sealed):
    for size in range(len(sealed)):
        with pytest.raises(BrokenRecordError):
            read(sealed[:size])
    for more in (b"\0", sealed):
        with pytest.raises(BrokenRecordError):
            read(sealed + more)


def test_a_file_of_zeros_is_a_miss(sealed):
    with pytest.raises(BrokenRecordError):
        read(bytes(len(sealed)))


@pytest.mark.parametrize(
    ("place", "part"),
    [
        (Spot("app.f", b"l" * 32), "v"),
        (Spot("app.g", b"k" * 32), "v"),
        (Spot("app.f", b"k" * 31), "v"),
        (Spot("app.fk", b"k" * 31), "v"),
        (HERE, "m"),
        (HERE, payload_part("v")),
    ],
)
def test_a_part_that_is_elsewhere_is_a_miss(sealed, place, part):
    with pytest.raises(BrokenRecordError):
        read(sealed, place, part)


def test_who_does_not_know_the_secret_is_not_believed(sealed, monkeypatch):
    monkeypatch.setenv(SECRET_VARIABLE, "secret")
    with pytest.raises(BrokenRecordError):
        read(sealed)
    known = b"".join(seal(HERE, "v", pack_value(VALUE)))
    assert read(known) == VALUE
    assert known[FRONT:] == sealed[FRONT:]
    monkeypatch.setenv(SECRET_VARIABLE, "another")
    with pytest.raises(BrokenRecordError):
        read(known)


def test_an_empty_secret_is_none(sealed, monkeypatch):
    monkeypatch.setenv(SECRET_VARIABLE, "")
    assert read(sealed) == VALUE


def test_a_front_says_no_secret_and_no_algorithm(monkeypatch):
    one = b"".join(seal(HERE, "v", [b""]))
    monkeypatch.setenv(SECRET_VARIABLE, "secret")
    other = b"".join(seal(HERE, "v", [b""]))
    assert one[:32] == other[:32]
    assert len(one) == len(other) == FRONT


def test_pieces_are_one_body():
    whole = b"".join(seal(HERE, "v", [b"ab", bytearray(b"c"), memoryview(b"")]))
    assert bytes(open_part(HERE, "v", whole)) == b"abc"
    assert whole == b"".join(seal(HERE, "v", [b"abc"]))


def test_parts_have_names():
    assert payload_part("x") == "p:x"
    assert file_part(b"\x01\xff") == "f:01ff"
