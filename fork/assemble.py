"""Makes the assembled package: once per content, one at a time, all or nothing."""

import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from fork import base, notice, pin, stamp
from fork.fill import fill
from fork.lock import locked
from fork.project import Project

STAMP = ".stamp"


def assemble(project: Project, live: bool) -> Path:
    """The assembled package's parent directory, untouched when it is up to date."""
    dest = project.live if live else project.frozen
    with locked(project.build / ".lock"):
        pinned = pin.read(project.pin)
        tree = base.unpacked(project.base, pinned)
        want = stamp.digest(project, tree, live)
        if _stamp(dest) == want:
            return dest
        with _scratch(dest.parent) as new:
            fill(new, project, tree, live)
            if not live:
                notice.write(new, tree, pinned)
            (new / STAMP).write_text(want)
            _swap(new, dest)
    return dest


def _stamp(dest: Path) -> str:
    path = dest / STAMP
    return path.read_text() if path.is_file() else ""


@contextmanager
def _scratch(build: Path) -> Generator[Path, None, None]:
    build.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(dir=build, prefix="new-"))
    new.chmod(0o755)
    try:
        yield new
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _swap(new: Path, dest: Path) -> None:
    old = dest.with_name(f"old-{dest.name}")
    shutil.rmtree(old, ignore_errors=True)
    if dest.exists():
        dest.rename(old)
    new.rename(dest)
    shutil.rmtree(old, ignore_errors=True)
