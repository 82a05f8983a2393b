"""Tests run against this checkout's assembled package, and no other Gradio."""

import importlib.util
from pathlib import Path

import pytest

ASSEMBLED = Path(__file__).resolve().parents[1] / "build" / "fork"


def pytest_configure() -> None:
    # with no Gradio installed, our bare gradio/ is found: a namespace, with no origin
    spec = importlib.util.find_spec("gradio")
    origin = spec and spec.origin
    if not origin or ASSEMBLED not in Path(origin).parents:
        raise pytest.UsageError(
            f"`import gradio` finds {origin or 'no package'}, not {ASSEMBLED}.\n"
            "Run `make setup`, then `.venv/bin/python -m pytest`, or `make test`."
        )
