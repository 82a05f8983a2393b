"""
What nobody who keys values by content and copies them can do without: BLAKE3 of the
content, by as many threads as the cache takes, and a plain copy of the bytes held.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from asked import Sample, answer
from blake3 import blake3
from values import array, frame, picture, text

_BY_THREADS = 2**20
# From here on numpy asks for large pages, without which a copy takes up to three times
# as long; a smaller one is made sooner by Python.
_BY_NUMPY = 2**22


def limit(content: Any, loops: int = 1, held: int | None = None) -> Sample:
    """Measures it for bytes of which as many, or `held`, are copied."""
    data = memoryview(content).cast("B")
    copied = data if held is None else bytes(held)
    copy = _plain_copy(copied)
    threads = blake3.AUTO if data.nbytes >= _BY_THREADS else 1

    def sample() -> float:
        started = time.perf_counter()
        for _ in range(loops):
            blake3(data, max_threads=threads).digest()
            copy()
        return (time.perf_counter() - started) / loops

    return sample


def _plain_copy(copied: memoryview | bytes) -> Callable[[], Any]:
    if len(copied) < _BY_NUMPY:
        return partial(bytearray, copied)
    return np.frombuffer(copied, np.uint8).copy


CASES: dict[str, Callable[..., Sample]] = {
    "text": lambda size: limit(text(size).encode(), 500),
    "array": lambda size: limit(array(size), max(1, 10**7 // size)),
    # Pillow holds a pixel in four bytes.
    "picture": lambda side: limit(picture(side).tobytes(), held=4 * side * side),
    "frame": lambda rows: limit(frame(rows).to_numpy().tobytes()),
}


if __name__ == "__main__":
    answer(CASES)
