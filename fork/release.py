"""A release of Gradio that edits are tried on: a base, or any other's wheel."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from fork import base, edit_file, pin, sources
from fork.errors import BaseError
from fork.pin import Pin
from fork.project import Project

ABOVE = "../"


@dataclass(frozen=True)
class Release:
    """
    An unpacked wheel, and the texts of Gradio's sources that are not in it as files.
    """

    version: str
    tree: Path
    sources: dict[str, str] = field(default_factory=dict)

    @property
    def templates(self) -> Path:
        return self.tree / "gradio" / "templates"

    def python(self, name: str) -> str | None:
        """The text of a Python file, None if there is no such file."""
        path = self.tree / name
        return path.read_bytes().decode("utf-8") if path.is_file() else None


def pinned(project: Project, wanted: Pin) -> Release:
    """A base, with those of Gradio's sources that are edited."""
    tree = base.unpacked(project.base, wanted)
    edits = edit_file.of_sources(project.seams, wanted.version)
    names = {edit.file for edit in edits}
    with tempfile.TemporaryDirectory() as scratch:
        sources.lay(project, wanted, names, Path(scratch))
        texts = {name: (Path(scratch) / name).read_bytes() for name in names}
    decoded = {name: text.decode("utf-8") for name, text in texts.items()}
    return Release(wanted.version, tree, decoded)


def of_wheel(project: Project, wheel: Path, names: set[str]) -> Release:
    """Another release, unpacked once. Raises BaseError if the path names no wheel."""
    if not wheel.is_file() or wheel.suffix != ".whl":
        raise BaseError(f"{wheel}: no such wheel; name the file that pip downloaded")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()[:12]
    tree = project.build / "releases" / f"{wheel.stem}-{digest}"
    if not tree.is_dir():
        base.unpack(wheel, tree, _dropped(project))
    mapped = {name: text for name, text in from_maps(tree) if name in names}
    return Release(wheel.name.split("-")[1], tree, mapped)


def _dropped(project: Project) -> set[str]:
    """Returns what ours takes the place of in any base: it is read in none."""
    return {name for each in pin.read_all(project.pin) for name in each.drop}


def from_maps(tree: Path) -> Iterator[tuple[str, str]]:
    """Path in Gradio's repository and text of what the frontend was compiled from."""
    for path in sorted((tree / "gradio" / "templates").rglob("*.js.map")):
        mapped = json.loads(path.read_text("utf-8"))
        names, texts = mapped.get("sources", []), mapped.get("sourcesContent", [])
        for name, text in zip(names, texts, strict=False):
            if text is not None:
                yield name.rpartition(ABOVE)[2], text
