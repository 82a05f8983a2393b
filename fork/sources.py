"""Gradio's sources that are not Python, laid out as in its repository.

The source distribution has what is around the Python, and npm the status tracker: the
package that package-lock.json pins is the one of this release.
"""

import shutil
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from fork import download, node
from fork.download import Wanted
from fork.errors import SeamError
from fork.pin import Pin
from fork.project import Project

SDIST_VARIABLE = "GRADIO_BASE_SDIST"
FROM_NPM = {"js/statustracker/": "@gradio/statustracker"}
# What is taken out of the source distribution: the rest of it is large, and not edited.
UNPACKED = (
    "client/js/src/",
    "pyproject.toml",
    "requirements.txt",
    "test/__init__.py",
    "test/conftest.py",
)


def lay(project: Project, pinned: Pin, names: Iterable[str], into: Path) -> None:
    """
    Copies files of Gradio's repository to their places below a directory. Raises
    SeamError if there is no such file in this release.
    """
    for name in names:
        source, target = _origin(project, pinned, name), into / name
        if not source.is_file():
            raise SeamError(f"{name}: Gradio's sources have no such file")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


def _origin(project: Project, pinned: Pin, name: str) -> Path:
    for prefix, package in FROM_NPM.items():
        if name.startswith(prefix):
            node.install(dev=True)
            modules = node.ROOT / "node_modules"
            return modules / package / name.removeprefix(prefix)
    return unpacked(project.base, pinned) / name


def unpacked(store: Path, pinned: Pin) -> Path:
    """The files of the source distribution that are of use here, unpacked once."""
    tree = store / f"{pinned.sdist.removesuffix('.tar.gz')}-{pinned.sdist_sha256[:12]}"
    if not tree.is_dir():
        source = download.verified(store, _wanted(pinned))
        scratch = Path(tempfile.mkdtemp(dir=store))
        with tarfile.open(source) as archive:
            for member, name in _members(archive):
                _write(archive, member, scratch / name)
        scratch.rename(tree)
    return tree


def _wanted(pinned: Pin) -> Wanted:
    kind = ("--no-binary", pinned.distribution)
    digest = pinned.sdist_sha256
    return Wanted(pinned.sdist, digest, pinned.requirement, kind, SDIST_VARIABLE)


def _members(archive: tarfile.TarFile) -> Iterator[tuple[tarfile.TarInfo, str]]:
    for member in archive:
        name = member.name.partition("/")[2]
        if member.isfile() and name.startswith(UNPACKED) and ".." not in name:
            yield member, name


def _write(archive: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if content := archive.extractfile(member):
        target.write_bytes(content.read())
