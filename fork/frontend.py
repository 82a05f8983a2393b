"""Puts the badge into the base's compiled frontend.

Node does the work, once per content: it builds the badge's chunk and writes every file
that differs from the base's into build/frontend. Here they are put in place.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from fork import node
from fork.errors import FrontendError

ROOT = node.ROOT
BUILD = ROOT / "build" / "frontend"
EDITS = ROOT / "seams" / "frontend"
BADGE = ROOT / "js" / "statustracker" / "static"
TREES = ["frontend/assets", "node/build/client/_app/immutable"]
CONFIGURATION = [
    "package.json",
    "package-lock.json",
    "svelte.config.js",
    "tsconfig.json",
    "vite.config.js",
]


def patch(templates: Path) -> None:
    """
    Edits a copy of the base's `gradio/templates`, whose files may be hard links. Raises
    FrontendError without Node, if npm failed, or an edit no longer fits the base.
    """
    templates = templates.resolve()
    if missing := [tree for tree in TREES if not (templates / tree).is_dir()]:
        raise FrontendError(f"{templates}: no {missing[0]}; is this gradio/templates?")
    result = _result(templates)
    moves = json.loads((result / "moves.json").read_text())
    for source, destination in moves.items():
        _move_down(templates / source, templates / destination)
    _copy_over(result / "files", templates)


def inputs() -> list[Path]:
    """Returns every file of ours that the patched frontend depends on."""
    badge = [path for path in BADGE.iterdir() if ".test." not in path.name]
    badge = [path for path in badge if ".stories." not in path.name]
    edits = [path for path in EDITS.glob("*.mjs") if ".test." not in path.name]
    scripts = [Path(__file__).resolve(), Path(node.__file__).resolve()]
    return sorted([*(ROOT / name for name in CONFIGURATION), *badge, *edits, *scripts])


def build_requirements() -> list[str]:
    """Returns what has to be installed from PyPI before `patch` can run."""
    return node.build_requirements()


def _result(templates: Path) -> Path:
    """Returns the directory of changes for these templates, built if need be."""
    result = BUILD / _digest(templates)
    if not result.exists():
        BUILD.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=BUILD) as directory:
            _build(templates, Path(directory, "new"))
            Path(directory, "new").rename(result)
    return result


def _build(templates: Path, out: Path) -> None:
    node.install()
    vite = ROOT / "node_modules" / "vite" / "bin" / "vite.js"
    node.run(vite, "build", "--outDir", out / "chunk")
    [chunk] = (out / "chunk").iterdir()
    node.run(EDITS / "apply.mjs", templates, chunk, out)


def _digest(templates: Path) -> str:
    """Returns a digest of all that goes into the result: our files and the base's."""
    digest = hashlib.sha256()
    for root, paths in [(ROOT, inputs()), (templates, _served(templates))]:
        for path in paths:
            content = path.read_bytes()
            digest.update(f"{path.relative_to(root)} {len(content)} ".encode())
            digest.update(content)
    return digest.hexdigest()[:16]


def _served(templates: Path) -> Iterator[Path]:
    paths = sorted(path for path in templates.rglob("*") if path.suffix != ".map")
    return (path for path in paths if path.is_file())


def _move_down(source: Path, destination: Path) -> None:
    """Moves a directory to a place inside itself."""
    moving = source.with_name(f"{source.name}.moving")
    source.rename(moving)
    source.mkdir()
    moving.rename(destination)


def _copy_over(files: Path, templates: Path) -> None:
    """Copies files into place. Never in place: what is there may be the base's own."""
    for source in (path for path in files.rglob("*") if path.is_file()):
        target = templates / source.relative_to(files)
        new = target.with_name(f"{target.name}.new")
        shutil.copyfile(source, new)
        os.replace(new, target)
