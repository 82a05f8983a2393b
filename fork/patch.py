"""The base's edited files: every seam applied to the text it is for."""

from collections.abc import Iterable
from pathlib import Path

from fork import seam
from fork.errors import SeamError
from fork.seam import Seam


def patched(tree: Path, seams: Iterable[Seam]) -> dict[str, str]:
    """The new text of each upstream file that a seam edits, by its path."""
    texts: dict[str, str] = {}
    for edit in seams:
        if edit.file not in texts:
            texts[edit.file] = read(tree, edit.file)
        texts[edit.file] = seam.apply(edit, texts[edit.file])
    return texts


def read(tree: Path, name: str) -> str:
    """An upstream file's text, with the line ends it has."""
    try:
        return (tree / name).read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise SeamError(f"{name}: the base has no such file") from None
