"""Encoder of exceptions: what they came from counts, their tracebacks don't."""

from __future__ import annotations

from typing import Any

from gradio.caching.hashing.objects import encode_object
from gradio.caching.hashing.registry import Children, encode
from gradio.caching.hashing.stream import Stream


@encode.register(BaseException)
def _(value: BaseException, out: Stream) -> Children:
    parts: Any = encode_object(value, out)
    # Python makes the dict of an exception when somebody looks.
    parts = [None if type(part) is dict and not part else part for part in parts]
    chain = value.__cause__, value.__context__, value.__suppress_context__
    return parts if chain == (None, None, False) else [*parts, *chain]
