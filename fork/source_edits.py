"""Edits of Gradio's files that are not Python, for the pull request alone.

Most are of the frontend's sources: the build edits the compiled frontend. They are
written like the seams of Python files, but anchored by text alone: `before` or `after`
the lines of an anchor, or `in` it with `replace`.

```toml
[[edit]]
before = "session_not_found?: boolean;"
insert = "event_id?: string;"
why = "..."
```
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from pathlib import Path

from fork import tomlfile
from fork.errors import SeamError

PLACES = ("before", "after", "in")
KEYS = {"insert", "why"}
SUFFIXES = (".svelte.toml", ".toml.toml", ".ts.toml", ".txt.toml")


@dataclass(frozen=True)
class SourceEdit:
    """One edit of one file, by its path in Gradio's repository."""

    file: str
    place: str
    anchor: str
    insert: str
    why: str
    replace: str = ""

    def __str__(self) -> str:
        return f"{self.file}: {self.place} {self.anchor!r}"


def read_all(seams: Path) -> list[SourceEdit]:
    """Returns the edits below a directory, file by file, in the order written.

    Raises:
        SeamError: an edit has a key too many or too few.
    """
    paths = (path for path in seams.rglob("*.toml") if path.name.endswith(SUFFIXES))
    return [edit for path in sorted(paths) for edit in _read(path, seams)]


def apply(edit: SourceEdit, text: str) -> str:
    """Returns a file's text with the edit in it, and every other character kept.

    Raises:
        SeamError: the anchor, or what to replace in it, is not there exactly once.
    """
    if (times := text.count(edit.anchor)) != 1:
        raise SeamError(f"{edit}: the anchor matches {times} times, wanted exactly 1")
    start = text.index(edit.anchor)
    return _PLACES[edit.place](edit, text, start, start + len(edit.anchor))


def patched(root: Path, edits: list[SourceEdit]) -> dict[str, str]:
    """Returns the new text of every edited file, by its path.

    Parameters:
        root: a checkout of Gradio's repository, or a part of it.
    Raises:
        SeamError: a file is missing, or an edit does not fit.
    """
    texts: dict[str, str] = {}
    for edit in edits:
        if edit.file not in texts:
            texts[edit.file] = _text(root, edit)
        texts[edit.file] = apply(edit, texts[edit.file])
    return texts


def _text(root: Path, edit: SourceEdit) -> str:
    try:
        return (root / edit.file).read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise SeamError(f"{edit}: there is no such file in {root}") from None


def _read(path: Path, seams: Path) -> list[SourceEdit]:
    tables = tomlfile.read(path, SeamError).get("edit", [])
    file = path.relative_to(seams).with_suffix("").as_posix()
    return [_edit(file, table) for table in tables]


def _edit(file: str, table: dict[str, str]) -> SourceEdit:
    places = [place for place in PLACES if place in table]
    keys = {*KEYS, *places, *(["replace"] if places == ["in"] else [])}
    if len(places) != 1 or set(table) != keys:
        raise SeamError(
            f"{file}: an edit has {', '.join(sorted(KEYS))} and one of "
            f"{', '.join(PLACES)}, with `in` also replace; found {', '.join(table)}"
        )
    anchor = table[places[0]].strip("\n")
    replace = table.get("replace", "")
    return SourceEdit(file, places[0], anchor, table["insert"], table["why"], replace)


def _before(edit: SourceEdit, text: str, start: int, _stop: int) -> str:
    line = text.rfind("\n", 0, start) + 1
    return text[:line] + _lines(edit, text[line:]) + text[line:]


def _after(edit: SourceEdit, text: str, _start: int, stop: int) -> str:
    line = text.rfind("\n", 0, stop) + 1
    end = text.index("\n", stop) + 1
    return text[:end] + _lines(edit, text[line:]) + text[end:]


def _in(edit: SourceEdit, text: str, start: int, stop: int) -> str:
    if (times := edit.anchor.count(edit.replace)) != 1:
        raise SeamError(f"{edit}: {edit.replace!r} is in it {times} times, wanted once")
    return text[:start] + edit.anchor.replace(edit.replace, edit.insert) + text[stop:]


def _lines(edit: SourceEdit, beside: str) -> str:
    """Returns the inserted lines, indented like the one that they are put beside."""
    indent = beside[: len(beside) - len(beside.lstrip("\t "))]
    return textwrap.indent(edit.insert.removesuffix("\n") + "\n", indent)


_PLACES = {"before": _before, "after": _after, "in": _in}
