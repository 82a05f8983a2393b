"""Our own files: which they are, and that none takes the place of one of the base."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from fork.errors import OverlayError


def names(overlay: Path) -> list[str]:
    """Every file of ours, as `gradio/caching/keys.py`; no bytecode, nothing hidden."""
    paths = [p.relative_to(overlay.parent) for p in overlay.rglob("*") if p.is_file()]
    return sorted(path.as_posix() for path in paths if _is_source(path))


def _is_source(path: Path) -> bool:
    hidden = any(part.startswith(".") for part in path.parts)
    return not hidden and "__pycache__" not in path.parts


def roots(overlays: Iterable[Path]) -> dict[str, Path]:
    """
    Finds below which directory each of our files is. Raises OverlayError if two have
    the same file.
    """
    found: dict[str, Path] = {}
    for overlay in overlays:
        for name in names(overlay):
            if name in found:
                raise OverlayError(
                    f"{name}: is in {found[name]} and in {overlay.parent}; delete one"
                )
            found[name] = overlay.parent
    return found


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
        "Rename ours, change the base's with a seam, or, if ours is to take its "
        "place, name it in `drop` of that base in upstream.toml."
    )


def links(roots: Mapping[str, Path], tree: Path) -> dict[str, Path]:
    """
    The topmost new paths that hold files from one directory of ours alone, and those:
    linked, they show files added later, too.
    """
    sources: defaultdict[PurePosixPath, set[Path]] = defaultdict(set)
    for name, root in roots.items():
        for path in _down_to(PurePosixPath(name)):
            sources[path].add(root)
    links: dict[str, Path] = {}
    for name in roots:
        for path in _down_to(PurePosixPath(name)):
            if len(sources[path]) == 1 and not (tree / path).is_dir():
                (links[path.as_posix()],) = sources[path]
                break
    return dict(sorted(links.items()))


def _down_to(path: PurePosixPath) -> list[PurePosixPath]:
    """The directories that a path is in, from the topmost, and the path."""
    return [*reversed([parent for parent in path.parents if parent.name]), path]
