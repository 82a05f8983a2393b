"""The notebook that Gradio's repository keeps of each demo, beside its `run.py`."""

import json
import random
from pathlib import Path
from typing import Any


def of(demo: Path) -> str:
    """The text of `run.ipynb`, as Gradio's own script makes it of a directory."""
    code = (demo / "run.py").read_text("utf-8")
    cells = [
        _cell(0, f"# Gradio Demo: {demo.name}", cell_type="markdown"),
        _code(1, f"!pip install -q gradio {_requirements(demo)}"),
        _code(2, code),
    ]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(notebook, sort_keys=True)


def _requirements(demo: Path) -> str:
    path = demo / "requirements.txt"
    return path.read_text("utf-8").replace("\n", " ") if path.is_file() else ""


def _code(number: int, source: str) -> dict[str, Any]:
    return _cell(number, source, cell_type="code", execution_count=None, outputs=[])


def _cell(number: int, source: str, **fields: Any) -> dict[str, Any]:
    # Gradio's script seeds with the number, so that a notebook made again is the same
    identity = str(random.Random(number).getrandbits(128))
    lines = source.splitlines(keepends=True)
    return {"id": identity, "metadata": {}, "source": lines, **fields}
