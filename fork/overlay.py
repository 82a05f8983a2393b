"""Our own files: which they are, and that none takes the place of one of the base."""

from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from fork.errors import OverlayError


def names(overlay: Path) -> list[str]:
    """Every file of ours, as `gradio/caching/keys.py`; no bytecode, nothing hidden."""
    paths = [p.relative_to(overlay.parent) for p in overlay.rglob("*") if p.is_file()]
    return sorted(path.as_posix() for path in paths if _is_source(path))


def _is_source(path: Path) -> bool:
    hidden = any(part.startswith(".") for part in path.parts)
    return not hidden and "__pycache__" not in path.parts


def check(names: Iterable[str], tree: Path) -> None:
    """
    Refuses every file that the base has, or that would hide a module of the base.
    Raises OverlayError, naming both.
    """
    for name in names:
        for taken in _rivals(PurePosixPath(name)):
            if (tree / taken).exists() and not (tree / taken).is_dir():
                raise OverlayError(_says(name, taken))
        package = PurePosixPath(name).with_suffix("")
        if name.endswith(".py") and (tree / package).is_dir():
            raise OverlayError(_says(name, package))


def _rivals(path: PurePosixPath) -> list[PurePosixPath]:
    """The path itself, and the files whose place its directories would take."""
    above = [parent for parent in path.parents if parent.name]
    modules = [parent.with_suffix(".py") for parent in above]
    return [path, *above, *modules]


def _says(name: str, taken: PurePosixPath) -> str:
    return (
        f"{name}: the base already has {taken}; a file of ours must be new. "
        "Rename ours, or change the base's with a seam."
    )


def links(names: Iterable[str], tree: Path) -> list[str]:
    """The topmost new path of each file: linked, it shows files added later, too."""
    return sorted({_topmost_new(PurePosixPath(name), tree) for name in names})


def _topmost_new(path: PurePosixPath, tree: Path) -> str:
    while not (tree / path.parent).is_dir():
        path = path.parent
    return path.as_posix()
