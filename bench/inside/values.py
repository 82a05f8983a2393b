"""The values that cached functions are asked with; equal ones at each call."""

from __future__ import annotations

import numpy as np
import pandas as pd
from PIL import Image


def number() -> int:
    return 7


def text(size: int) -> str:
    return "x" * size


def array(size: int) -> np.ndarray:
    return np.random.default_rng(0).random(size // 4, dtype=np.float32)


def picture(side: int) -> Image.Image:
    pixels = np.random.default_rng(0).integers(0, 256, (side, side, 3), dtype=np.uint8)
    return Image.fromarray(pixels)


def frame(rows: int) -> pd.DataFrame:
    return pd.DataFrame(np.random.default_rng(0).random((rows, 5)))


def strings(count: int) -> list[str]:
    return [f"string {i}" for i in range(count)]
