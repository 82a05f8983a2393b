"""Reads which patch of the pull request has which file and edit, from series.toml."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from fork import tomlfile
from fork.errors import SeriesError

TEXTS = ("name", "title", "text")
LISTS = ("files", "edits")


@dataclass(frozen=True)
class Patch:
    """One patch. The patterns' `*` stands for anything, `/` too.

    `files` are of new files by their paths in Gradio's repository, `edits` of edits by
    file and reason: `gradio/blocks.py: An entry is stale once …`.
    """

    number: int
    name: str
    title: str
    text: str
    files: tuple[str, ...]
    edits: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.number:02}-{self.name}"


def read(path: Path) -> list[Patch]:
    """
    Reads the patches in their order. Raises SeriesError if a key is unknown, missing or
    of the wrong type, or two patches have one name.
    """
    table = tomlfile.read(path, SeriesError)
    tables = table.get("patch")
    if set(table) != {"patch"} or not isinstance(tables, list):
        raise SeriesError(f"{path}: may hold [[patch]] tables only, and at least one")
    patches = [
        _patch(number, each, f"{path}, patch {number}")
        for number, each in enumerate(tables, start=1)
    ]
    if len({patch.name for patch in patches}) < len(patches):
        raise SeriesError(f"{path}: two patches have the same name")
    return patches


def _patch(number: int, table: Any, where: str) -> Patch:
    if not isinstance(table, dict) or set(table) - {*TEXTS, *LISTS}:
        known = ", ".join((*TEXTS, *LISTS))
        raise SeriesError(f"{where}: must be a table of {known}")
    texts = {key: table.get(key) for key in TEXTS}
    for key, value in texts.items():
        if not isinstance(value, str) or not value.strip():
            raise SeriesError(f"{where}: {key} must be text, and not empty")
    lists = {key: table.get(key, []) for key in LISTS}
    for key, value in lists.items():
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            raise SeriesError(f"{where}: {key} must be a list of texts")
    patterns = {key: tuple(value) for key, value in lists.items()}
    return Patch(number, **texts, **patterns)


def divided(patches: list[Patch], kind: str, names: Iterable[str]) -> dict[str, Patch]:
    """
    Finds the patch of each of the new files ("files") or edits ("edits"). Raises
    SeriesError if one is in no patch or in two, or a pattern matches none.
    """
    found = {name: [p for p in patches if _has(p, kind, name)] for name in names}
    problems = [*_misplaced(found, kind), *_idle(patches, kind, found)]
    if problems:
        raise SeriesError("fork/series.toml: " + "; ".join(problems))
    return {name: patch for name, [patch] in found.items()}


def _has(patch: Patch, kind: str, name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in getattr(patch, kind))


def _misplaced(found: Mapping[str, list[Patch]], kind: str) -> Iterator[str]:
    for name, patches in found.items():
        if not patches:
            yield f"{name} is in no patch, name it in the `{kind}` of one"
        elif len(patches) > 1:
            yield f"{name} is in {' and in '.join(map(str, patches))}"


def _idle(patches: list[Patch], kind: str, names: Iterable[str]) -> Iterator[str]:
    for patch in patches:
        for pattern in getattr(patch, kind):
            if not any(fnmatchcase(name, pattern) for name in names):
                yield f"{pattern} of {patch} matches nothing"
