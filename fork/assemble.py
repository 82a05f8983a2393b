"""Writes the whole package: the base's files, edited where a seam says so, and ours."""

import os
import shutil
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

from fork import base, frontend, notice, overlay, patch, pin, seamfile, stamp
from fork.lock import locked
from fork.project import Project

STAMP = ".stamp"
# the source maps of the base's frontend: 68 MB that nothing serves
DROPPED = "*.js.map"
# Gradio rewrites its .pyi files in place on import, which must not reach the base
COPIED = {".py", ".pyi"}


def assemble(project: Project, live: bool) -> Path:
    """The assembled package's parent directory, untouched when it is up to date.

    Parameters:
        live: link our files (for an editable install), or copy them (for a wheel).
    """
    dest = project.live if live else project.frozen
    with locked(project.build / ".lock"):
        pinned = pin.read(project.pin)
        tree = base.unpacked(project.base, pinned)
        want = stamp.digest(project, tree, live)
        if not _has_stamp(dest, want):
            with _scratch(project.build) as new:
                _fill(new, project, tree, live)
                if not live:
                    notice.write(new, tree, pinned)
                (new / STAMP).write_text(want)
                _swap(new, dest)
    return dest


def _has_stamp(dest: Path, want: str) -> bool:
    path = dest / STAMP
    return path.is_file() and path.read_text() == want


@contextmanager
def _scratch(build: Path) -> Generator[Path, None, None]:
    new = Path(tempfile.mkdtemp(dir=build, prefix="new-"))
    new.chmod(0o755)
    try:
        yield new
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _fill(new: Path, project: Project, tree: Path, live: bool) -> None:
    _lay_base(tree, patch.patched(tree, seamfile.read_all(project.seams)), new)
    _lay_ours(project, tree, live, new)
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


def _lay_ours(project: Project, tree: Path, live: bool, new: Path) -> None:
    names = overlay.names(project.overlay)
    overlay.check(names, tree)
    for name in overlay.links(names, tree) if live else names:
        source, target = project.root / name, new / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if live:
            target.symlink_to(source, target_is_directory=source.is_dir())
        else:
            shutil.copy2(source, target)


def _drop(new: Path) -> None:
    for path in list((new / "gradio" / "templates").rglob(DROPPED)):
        path.unlink()


def _swap(new: Path, dest: Path) -> None:
    old = dest.with_name(f"old-{dest.name}")
    shutil.rmtree(old, ignore_errors=True)
    if dest.exists():
        dest.rename(old)
    new.rename(dest)
    shutil.rmtree(old, ignore_errors=True)
