"""The documents of this project, and the Python in them."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import gradio as gr

ROOT = Path(__file__).resolve().parents[2]
_PART = re.compile(
    r"^#+ (?P<heading>[^\n]+)$|^```(?P<language>\w*)\n(?P<code>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Block:
    """A code block, under the nearest heading before it."""

    path: Path
    heading: str
    language: str
    line: int
    code: str

    def run(self) -> dict[str, Any]:
        """Returns the variables left by the code; tracebacks name the document."""
        source = "\n" * self.line + self.code
        names: dict[str, Any] = {"__name__": "__main__"}
        exec(compile(source, self.path, "exec"), names)
        return names


def blocks(path: Path, language: str = "python") -> list[Block]:
    return [block for block in _blocks(path) if block.language == language]


def _blocks(path: Path) -> Iterator[Block]:
    text, heading = path.read_text("utf-8"), ""
    for part in _PART.finditer(text):
        heading = part["heading"] or heading
        if part["code"] is not None:
            line = text.count("\n", 0, part.start()) + 1
            yield Block(path, heading, part["language"], line, part["code"])


def without_code(path: Path) -> str:
    """The text of a document between its code blocks."""
    return _PART.sub(lambda part: part["heading"] or "", path.read_text("utf-8"))


@contextmanager
def launched(block: Block) -> Iterator[dict[str, Any]]:
    """Runs a block that ends in `demo.launch()`, and serves its app meanwhile."""
    serve = functools.partialmethod(
        gr.Blocks.launch, prevent_thread_lock=True, quiet=True
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADIO_ANALYTICS_ENABLED", "False")
        patch.setattr(gr.Blocks, "launch", serve)
        names = block.run()
    try:
        yield names
    finally:
        names["demo"].close()
