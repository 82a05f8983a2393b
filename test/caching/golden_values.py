"""Values whose keys are fixed for each version of the key format."""

from __future__ import annotations

import collections
import datetime
import decimal
import enum
import fractions
import json
import pathlib
import uuid
import zoneinfo
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image

from gradio.caching.context.uploads import UploadedFile
from gradio.caching.entry import FileStamp
from gradio.caching.hashing import digest


class Color(enum.Enum):
    RED = 1


@dataclass
class Point:
    x: float
    y: Any


class Names(list):
    pass


class Plain:
    def __init__(self, **attributes: Any) -> None:
        vars(self).update(attributes)


def picture() -> Image.Image:
    image = Image.new("P", (3, 2))
    image.putpalette([1, 2, 3, 4, 5, 6])
    image.putpixel((2, 1), 1)
    image.info["transparency"] = 1
    return image


def ring() -> list[Any]:
    value: list[Any] = [1, ["a"]]
    value[1].append(value)
    return value


VALUES: dict[str, Any] = {
    "none": None,
    "true": True,
    "int": -2,
    "long": 10**400,
    "float": 0.1,
    "nan": float("nan"),
    "complex": 1 - 2j,
    "text": "ä\ud800\x00",
    "long text": "x" * 100_000,
    "bytes": b"\x00\xff",
    "texts": ["a", "", "b"],
    "texts with separators": ["a\x00", "b"],
    "numbers": [1, 2.5, True, None],
    "tuple": (1, "a", b"a"),
    "nested": {"a": [1, {"b": (None, [])}], "c": {}},
    "mixed keys": {1: "a", "1": [2], (1, 2): None},
    "set": {1, "a", b"b", 2.5},
    "set of tuples": frozenset({(1, 2), (3,)}),
    "cycle": ring(),
    "range": range(1, 10, 3),
    "bytearray": bytearray(b"ab"),
    "subclass": Names([1]),
    "ordered": collections.OrderedDict(b=1, a=2),
    "deque": collections.deque([1], 5),
    "counter": collections.Counter("aab"),
    "datetime": datetime.datetime(2024, 2, 29, 12, 30, 0, 7, datetime.timezone.utc),
    "zone": zoneinfo.ZoneInfo("Europe/Berlin"),
    "timedelta": datetime.timedelta(-1, 5, 7),
    "decimal": decimal.Decimal("1.00"),
    "fraction": fractions.Fraction(-1, 3),
    "uuid": uuid.UUID(int=7),
    "path": pathlib.PurePosixPath("a/b.txt"),
    "file": UploadedFile("str", "a.csv", b"\x01" * 32),
    "unread file": UploadedFile("PosixPath", "/a", FileStamp("/a", 1, 2, 3, 4)),
    "enum": Color.RED,
    "dataclass": Point(1.5, [Point(1, None)]),
    "object": Plain(a=1, b=[2]),
    "class": Point,
    "numpy scalar": np.float32(1.5),
    "array": np.arange(6.0).reshape(2, 3),
    "text array": np.array(["a", "bc"]),
    "dates": np.array(["2024-01-01"], "M8[D]"),
    "records": np.array([(1, 2.5)], [("a", "<i4"), ("b", "<f8")]),
    "object array": np.array([None, [1]], object),
    "masked": np.ma.masked_array([1, 2], [True, False], "i4", fill_value=9),
    "image": Image.new("RGB", (2, 2), (1, 2, 3)),
    "palette image": picture(),
    "frame": pd.DataFrame(np.arange(4.0).reshape(2, 2)),
    "mixed frame": pd.DataFrame([[1, 0.5], [2, 1.5]], columns=pd.RangeIndex(2)),
    "series": pd.Series([1, 2], name="a"),
}


def keys() -> str:
    keys = {name: digest(value).hex() for name, value in VALUES.items()}
    return json.dumps(keys, indent=1) + "\n"
