"""Reads seams from `seams/<upstream path>.toml`, and refuses what is not well-formed.

```toml
[[edit]]
scope = "Queue.push"            # "" is the module; nested functions are "outer.inner"
before = "if self.full():"      # or `after`; or `in`, which also needs `replace`
insert = "note(self)"
why = "..."
```
"""

import textwrap
from pathlib import Path
from typing import Any

from fork import tomlfile
from fork.errors import SeamError
from fork.seam import PLACES, Seam

MOST_LINES = 3
REQUIRED = {"scope", "insert", "why"}
KEYS = {*REQUIRED, *PLACES, "replace"}


def read_all(seams: Path) -> list[Seam]:
    """All seams of Gradio's Python, file by file, in the order they are written."""
    return [seam for path in files(seams) for seam in read(path, seams)]


def files(seams: Path) -> list[Path]:
    """The seam files; below other directories than `gradio` they are for other code."""
    return sorted((seams / "gradio").rglob("*.toml"))


def read(path: Path, seams: Path) -> list[Seam]:
    """The seams of one file; `gradio/queueing.py.toml` is for `gradio/queueing.py`.

    Raises:
        SeamError: a key is unknown, missing, empty or of the wrong type; `before`,
            `after` and `in` are not exactly one; or more than 3 lines are inserted.
    """
    table = tomlfile.read(path, SeamError)
    edits = table.get("edit")
    if set(table) != {"edit"} or not isinstance(edits, list):
        raise SeamError(f"{path}: may hold [[edit]] tables only, and at least one")
    upstream = path.relative_to(seams).with_suffix("").as_posix()
    return [
        _seam(upstream, edit, f"{path}, edit {number}")
        for number, edit in enumerate(edits, start=1)
    ]


def _seam(upstream: str, edit: Any, where: str) -> Seam:
    _check(edit, where)
    (place,) = set(PLACES) & set(edit)
    seam = Seam(
        file=upstream,
        scope=edit["scope"],
        place=place,
        anchor=textwrap.dedent(edit[place]).strip("\n"),
        insert=edit["insert"],
        why=edit["why"],
        replace=edit.get("replace", ""),
    )
    if seam.inserted_lines > MOST_LINES:
        raise SeamError(
            f"{where}: inserts {seam.inserted_lines} lines, at most {MOST_LINES} are "
            "allowed; move the logic into a file of ours and call it"
        )
    return seam


def _check(edit: Any, where: str) -> None:
    if not isinstance(edit, dict):
        raise SeamError(f"{where}: must be a table")
    if unknown := sorted(set(edit) - KEYS):
        known = ", ".join(sorted(KEYS))
        raise SeamError(f"{where}: unknown {', '.join(unknown)}; known are {known}")
    if missing := sorted(REQUIRED - set(edit)):
        raise SeamError(f"{where}: missing {', '.join(missing)}")
    if len(set(PLACES) & set(edit)) != 1:
        raise SeamError(f"{where}: wants exactly one of {', '.join(PLACES)}")
    if ("in" in edit) != ("replace" in edit):
        raise SeamError(f"{where}: `in` and `replace` go together")
    for key, value in edit.items():
        if not isinstance(value, str) or not (value.strip() or key == "scope"):
            raise SeamError(f"{where}: {key} must be text, and not empty")
