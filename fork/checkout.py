"""Gradio's sources as registries have them, laid out to apply patches to."""

import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from fork import base, pin, replacing, sources
from fork.errors import SeriesError
from fork.project import Project

# Large, and in no patch; the tests need the former.
LINKED = "templates"
LEFT_OUT = "media_assets"
ME = ("-c", "user.name=fork", "-c", "user.email=fork@localhost")


def lay(project: Project, edited: Iterable[str], root: Path) -> None:
    """Makes a repository of one commit, in which the files to edit are."""
    pinned = pin.read(project.pin)
    tree = base.unpacked(project.base, pinned)
    skipped = shutil.ignore_patterns(LINKED, LEFT_OUT)
    shutil.copytree(tree / "gradio", root / "gradio", ignore=skipped)
    (root / "gradio" / LINKED).symlink_to(tree / "gradio" / LINKED)
    replacing.lay(project, pinned, root)
    sdist = sources.unpacked(project.base, pinned)
    shutil.copytree(sdist, root, dirs_exist_ok=True)
    others = (name for name in edited if not (root / name).exists())
    sources.lay(project, pinned, others, root)
    _git(root, "init", "--quiet")
    _git(root, "add", "--all")
    _git(root, *ME, "commit", "--quiet", "--message=base")


def apply(root: Path, diff: bytes, name: str) -> None:
    """Applies a patch. Raises SeriesError with what git says if it does not fit."""
    _git(root, "apply", "-", said=f"{name} does not apply", stdin=diff)


def _git(root: Path, *args: str, said: str = "git failed", stdin: bytes = b"") -> None:
    done = subprocess.run(["git", *args], cwd=root, input=stdin, capture_output=True)
    if done.returncode:
        raise SeriesError(f"{said}: {done.stderr.decode('utf-8', 'replace').strip()}")
