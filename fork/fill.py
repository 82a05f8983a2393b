"""Fills a directory with the package: the base's files, edited and not, and ours."""

import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from fork import edit, edit_file, frontend, imported, overlay
from fork.project import Project

# the source maps of the base's frontend: 68 MB that nothing serves
DROPPED = "*.js.map"
# Gradio rewrites its .pyi files in place on import, which must not reach the base
COPIED = {".py", ".pyi"}


def fill(new: Path, project: Project, tree: Path, live: bool) -> None:
    """Writes `new`/gradio."""
    roots = overlay.roots(project.overlays)
    overlay.check(roots, tree)
    edits = edit_file.of_python(project.seams, project.version)
    edited = edit.patched(tree, edits)
    imported.check(tree, edited, roots)
    _lay_base(tree, edited, new)
    _lay_ours(overlay.links(roots, tree) if live else roots, live, new)
    frontend.patch(new / "gradio" / "templates")
    _drop(new)


def _lay_base(tree: Path, edited: dict[str, str], new: Path) -> None:
    for name in _files(tree):
        source, target = tree / name, new / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if name in edited:
            target.write_bytes(edited[name].encode("utf-8"))
        elif source.suffix in COPIED:
            shutil.copy2(source, target)
        else:
            _link(source, target)


def _files(tree: Path) -> Iterator[str]:
    for path in (tree / "gradio").rglob("*"):
        if path.is_file():
            yield path.relative_to(tree).as_posix()


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # no hard links here, or too many of this file
        shutil.copy2(source, target)


def _lay_ours(roots: Mapping[str, Path], live: bool, new: Path) -> None:
    for name, root in roots.items():
        source, target = root / name, new / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if live:
            target.symlink_to(source, target_is_directory=source.is_dir())
        else:
            shutil.copy2(source, target)


def _drop(new: Path) -> None:
    for path in list((new / "gradio" / "templates").rglob(DROPPED)):
        path.unlink()
