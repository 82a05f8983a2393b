"""Tells whether an assembled package is up to date, by what went into it."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from fork import edit_file, frontend, overlay
from fork.project import Project


def digest(project: Project, tree: Path, live: bool) -> str:
    """Of the base, the pins, the pipeline itself, seams, the frontend's sources, ours.

    Files of ours that are linked count by the link alone: edits show without a build.
    """
    ours = overlay.roots(project.overlays)
    stamp = hashlib.sha256()
    _add(stamp, "base", tree.name.encode())
    for path in sorted({project.pin, *_pipeline(project), *frontend.inputs()}):
        _add(stamp, os.path.relpath(path, project.root), path.read_bytes())
    for link in overlay.links(ours, tree) if live else []:
        _add(stamp, link, b"")
    for name, root in () if live else ours.items():
        _add(stamp, name, (root / name).read_bytes())
    return stamp.hexdigest()


def _add(stamp: "hashlib._Hash", name: str, content: bytes) -> None:
    stamp.update(f"{name}\0{len(content)}\0".encode() + content)


def _pipeline(project: Project) -> Iterator[Path]:
    yield from (project.root / "fork").rglob("*.py")
    yield from edit_file.python_files(project.seams)
