"""Reads edits from `seams/<upstream path>.toml`, and refuses what is not well-formed.

```toml
[[edit]]
scope = "Queue.push"            # of Python alone; "" is the module
before = "if self.full():"      # or `after`; or `in`, which also needs `replace`
insert = "note(self)"
why = "..."
since = "6.12.0"                # only for this release and later ones
until = "6.20.0"                # only for releases before this one
```
"""

import textwrap
from pathlib import Path
from typing import Any

from fork import bounds, tomlfile
from fork.edit import PLACES, Edit
from fork.errors import SeamError

MOST_LINES = 3
PYTHON = ".py"


def of_python(seams: Path, version: str | None = None) -> list[Edit]:
    """Returns the edits of Gradio's Python, which make the fork: all, or one base's."""
    return _of_files(python_files(seams), seams, version)


def of_sources(seams: Path, version: str | None = None) -> list[Edit]:
    """Returns the edits of its other sources, which are for the pull request alone."""
    others = sorted(set(seams.rglob("*.toml")) - set(python_files(seams)))
    return _of_files(others, seams, version)


def _of_files(paths: list[Path], seams: Path, version: str | None) -> list[Edit]:
    edits = [edit for path in paths for edit in read(path, seams)]
    return [edit for edit in edits if version is None or edit.is_for(version)]


def python_files(seams: Path) -> list[Path]:
    """Returns the files with edits of Gradio's Python."""
    return sorted((seams / "gradio").rglob(f"*{PYTHON}.toml"))


def read(path: Path, seams: Path) -> list[Edit]:
    """
    Reads the edits of one file; `gradio/a.py.toml` is for `gradio/a.py`. Raises
    SeamError if a key is unknown, missing, empty or of the wrong type; `before`,
    `after` and `in` are not exactly one; or too much Python is inserted.
    """
    table = tomlfile.read(path, SeamError)
    edits = table.get("edit")
    if set(table) != {"edit"} or not isinstance(edits, list):
        raise SeamError(f"{path}: may hold [[edit]] tables only, and at least one")
    upstream = path.relative_to(seams).with_suffix("").as_posix()
    return [
        _edit(upstream, edit, f"{path}, edit {number}")
        for number, edit in enumerate(edits, start=1)
    ]


def _edit(upstream: str, table: Any, where: str) -> Edit:
    required = {"insert", "why", *(["scope"] if upstream.endswith(PYTHON) else [])}
    _check(table, required, where)
    (place,) = set(PLACES) & set(table)
    edit = Edit(
        file=upstream,
        scope=table.get("scope"),
        place=place,
        anchor=_anchor(table[place], upstream),
        insert=table["insert"],
        why=table["why"],
        replace=table.get("replace", ""),
        since=table.get("since", ""),
        until=table.get("until", ""),
    )
    if edit.scope is not None and edit.inserted_lines > MOST_LINES:
        raise SeamError(
            f"{where}: inserts {edit.inserted_lines} lines, at most {MOST_LINES} are "
            "allowed; move the logic into a file of ours and call it"
        )
    return edit


def _anchor(text: str, upstream: str) -> str:
    """Of Python without its indentation, which is the scope's; else as it is."""
    return (textwrap.dedent(text) if upstream.endswith(PYTHON) else text).strip("\n")


def _check(table: Any, required: set[str], where: str) -> None:
    if not isinstance(table, dict):
        raise SeamError(f"{where}: must be a table")
    keys = {*required, *PLACES, "replace", *bounds.KEYS}
    if unknown := sorted(set(table) - keys):
        known = ", ".join(sorted(keys))
        raise SeamError(f"{where}: unknown {', '.join(unknown)}; known are {known}")
    if missing := sorted(required - set(table)):
        raise SeamError(f"{where}: missing {', '.join(missing)}")
    if len(set(PLACES) & set(table)) != 1:
        raise SeamError(f"{where}: wants exactly one of {', '.join(PLACES)}")
    if ("in" in table) != ("replace" in table):
        raise SeamError(f"{where}: `in` and `replace` go together")
    for key, value in table.items():
        if not isinstance(value, str) or not (value.strip() or key == "scope"):
            raise SeamError(f"{where}: {key} must be text, and not empty")
        if key in bounds.KEYS and not bounds.is_version(value):
            raise SeamError(f"{where}: {key} must be a version, like 6.12.0")
