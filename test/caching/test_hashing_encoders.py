"""What types say of their values, for their keys."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from gradio.caching.errors import UnkeyableError
from gradio.caching.hashing import digest
from gradio.caching.types import Unordered, encode


class Recording:
    def __init__(self, samples: bytes, tags: set[str]) -> None:
        self.samples = samples
        self.tags = tags
        self.lock = threading.Lock()


class LiveRecording(Recording):
    pass


@encode.register(Recording)
def _(value: Recording, out: Any) -> Any:
    out.write(value.samples)
    return Unordered([*value.tags])


def test_others_register_encoders():
    assert digest(Recording(b"1", {"a"})) == digest(Recording(b"1", {"a"}))
    assert digest(Recording(b"1", {"a"})) != digest(Recording(b"2", {"a"}))
    assert digest(Recording(b"1", {"a"})) != digest(Recording(b"1", {"b"}))


def test_a_subclass_uses_the_encoder_and_differs():
    assert digest(LiveRecording(b"1", set())) == digest(LiveRecording(b"1", set()))
    assert digest(LiveRecording(b"1", set())) != digest(Recording(b"1", set()))


def test_written_pieces_do_not_run_together():
    class Pair:
        def __init__(self, *pieces: bytes) -> None:
            self.pieces = pieces

    @encode.register(Pair)
    def _(value: Pair, out: Any) -> None:
        for piece in value.pieces:
            out.write(piece)

    digests = {
        digest(Pair(b"ab", b"c")),
        digest(Pair(b"a", b"bc")),
        digest(Pair(b"abc")),
        digest(Pair(b"abc", b"")),
    }
    assert len(digests) == 4


class UnsharedError(UnkeyableError):
    pass


def test_an_error_of_an_encoder_keeps_its_class():
    class Owned:
        pass

    @encode.register(Owned)
    def _(value: Owned, out: Any) -> None:
        raise UnsharedError("a value of one user")

    with pytest.raises(UnsharedError, match=r"a value of one user at \[1\]\['a'\]$"):
        digest([1, {"a": Owned()}])


def test_an_encoder_that_returns_no_sequence_is_a_mistake():
    class Mistaken:
        pass

    @encode.register(Mistaken)
    def _(value: Mistaken, out: Any) -> Any:
        return {"a": 1}

    with pytest.raises(TypeError, match="An encoder returned"):
        digest(Mistaken())
