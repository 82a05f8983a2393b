"""The keys of all that is fixed or a sample of a family, as one process makes them."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from caching import golden_values

from gradio.caching.hashing import digest


def families() -> Iterator[tuple[str, list[Any]]]:
    """The values that each family says are different, where its library is there."""
    for path in sorted((Path(__file__).parent / "types").glob("test_*.py")):
        if "\nDIFFERENT = " not in path.read_text("utf-8"):
            continue
        # By this name in every process: classes' names are in keys.
        name = f"samples_of_{path.stem}"
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec
        assert spec.loader
        module = sys.modules[name] = importlib.util.module_from_spec(spec)
        try:
            spec.loader.exec_module(module)
        except pytest.skip.Exception:
            continue
        yield path.stem, module.DIFFERENT


def keys() -> dict[str, list[str]]:
    return {name: [digest(v).hex() for v in values] for name, values in families()}


def everything() -> str:
    return json.dumps({"golden": json.loads(golden_values.keys()), "samples": keys()})
