"""The inputs that are sent: texts, pictures, sound and a table, of seeded noise."""

from __future__ import annotations

import io
import json
import wave

import numpy as np
from PIL import Image, ImageFilter

ROWS, COLUMNS = 10_000, 10
SOUND_SECONDS, SOUND_RATE = 10, 44_100


def picture(side: int, seed: int = 0) -> bytes:
    """Returns a JPEG file, with about as much detail as a photo."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (side // 8, side // 8, 3), dtype=np.uint8)
    smooth = Image.fromarray(coarse).filter(ImageFilter.GaussianBlur(2))
    file = io.BytesIO()
    smooth.resize((side, side)).save(file, "JPEG", quality=90)
    return file.getvalue()


def sound() -> bytes:
    """Returns a WAV file of ten seconds."""
    noise = np.random.default_rng(0).normal(0, 3000, SOUND_SECONDS * SOUND_RATE)
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(SOUND_RATE)
        out.writeframes(noise.astype("<i2").tobytes())
    return file.getvalue()


def table() -> str:
    """Returns the inputs of an event with one `gr.Dataframe`, JSON."""
    cells = np.random.default_rng(0).random((ROWS, COLUMNS)).tolist()
    headers = [f"column {number}" for number in range(COLUMNS)]
    return json.dumps([{"headers": headers, "data": cells, "metadata": None}])


def text(words: str) -> str:
    """Returns the inputs of an event with one `gr.Textbox`, JSON."""
    return json.dumps([words])


def file(path: str, name: str) -> str:
    """Returns the inputs of an event with one `gr.Image` or `gr.Audio`, JSON."""
    meta = {"_type": "gradio.FileData"}
    return json.dumps([{"path": path, "orig_name": name, "meta": meta}])
