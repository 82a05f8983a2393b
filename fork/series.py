"""Reads which patch of the pull request has which file and edit, from series.toml."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from fork import bounds, tomlfile
from fork.errors import SeriesError

SERIES = "fork/series.toml"
TEXTS = ("name", "title", "text")
LISTS = ("files", "edits")
REPLACING = {"text", "names", "removes"}
NOT = "!"


@dataclass(frozen=True)
class Replacing:
    """What a patch does besides where Gradio has a cache already.

    From it on, `names` are imported from ours; `removes` names files of Gradio's
    repository that are in no distribution, and have to go before.
    """

    text: str = ""
    names: tuple[str, ...] = ()
    removes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Patch:
    """One patch. The patterns' `*` stands for anything, `/` too, and `!` for but not.

    `files` are of new files by their paths in Gradio's repository, `edits` of edits by
    file and reason: `gradio/blocks.py: An entry is stale once …`.
    """

    number: int
    name: str
    title: str
    text: str
    files: tuple[str, ...]
    edits: tuple[str, ...]
    replacing: Replacing = Replacing()

    def __str__(self) -> str:
        return f"{self.number:02}-{self.name}"


def read(path: Path, version: str, in_place: bool = False) -> list[Patch]:
    """
    Reads the patches for a release, in their order, also what they do `in_place` of a
    cache that it has. Raises SeriesError if a key is unknown, missing or of the wrong
    type, or two patches have one name.
    """
    table = tomlfile.read(path, SeriesError)
    tables = table.get("patch")
    if set(table) != {"patch"} or not isinstance(tables, list):
        raise SeriesError(f"{path}: may hold [[patch]] tables only, and at least one")
    for number, each in enumerate(tables, start=1):
        _check(each, f"{path}, patch {number}")
    mine = [each for each in tables if bounds.hold(*_bounds(each), version)]
    if len({each["name"] for each in mine}) < len(mine):
        raise SeriesError(f"{path}: two patches have the same name")
    return [_patch(number, each, in_place) for number, each in enumerate(mine, start=1)]


def _check(table: Any, where: str) -> None:
    known = (*TEXTS, *LISTS, *bounds.KEYS, "replacing")
    if not isinstance(table, dict) or set(table) - {*known}:
        raise SeriesError(f"{where}: must be a table of {', '.join(known)}")
    for key in TEXTS:
        _check_text(table.get(key), f"{where}: {key}")
    for key in LISTS:
        _check_list(table.get(key, []), f"{where}: {key}")
    for key, value in zip(bounds.KEYS, _bounds(table), strict=True):
        if not isinstance(value, str) or (value and not bounds.is_version(value)):
            raise SeriesError(f"{where}: {key} must be a version, like 6.12.0")
    _check_replacing(table.get("replacing", {"text": "."}), f"{where}: replacing")


def _check_replacing(table: Any, where: str) -> None:
    if not isinstance(table, dict) or set(table) - REPLACING:
        raise SeriesError(f"{where} must be a table of {', '.join(sorted(REPLACING))}")
    _check_text(table.get("text"), f"{where}: text")
    for key in REPLACING - {"text"}:
        _check_list(table.get(key, []), f"{where}: {key}")


def _check_text(value: Any, where: str) -> None:
    if not isinstance(value, str) or not value.strip():
        raise SeriesError(f"{where} must be text, and not empty")


def _check_list(value: Any, where: str) -> None:
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise SeriesError(f"{where} must be a list of texts")


def _bounds(table: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(table.get(key, "") for key in bounds.KEYS)


def _patch(number: int, table: dict[str, Any], in_place: bool) -> Patch:
    texts = {key: table[key] for key in TEXTS}
    lists = {key: tuple(table.get(key, ())) for key in LISTS}
    found = table.get("replacing", {}) if in_place else {}
    names, removes = (tuple(found.get(key, ())) for key in ("names", "removes"))
    replacing = Replacing(found.get("text", ""), names, removes)
    return Patch(number, **texts, **lists, replacing=replacing)


def divided(
    patches: list[Patch], kind: str, names: Iterable[str], others: Iterable[str] = ()
) -> dict[str, Patch]:
    """
    Finds the patch of each of the new files ("files") or edits ("edits"). Raises
    SeriesError if one is in no patch or in two, or a pattern matches none, nor one of
    the others, which are another base's.
    """
    found = {name: [p for p in patches if _has(p, kind, name)] for name in names}
    known = [*found, *others]
    problems = [*_misplaced(found, kind), *_idle(patches, kind, known)]
    if problems:
        raise SeriesError(f"{SERIES}: {'; '.join(problems)}")
    return {name: patch for name, [patch] in found.items()}


def _has(patch: Patch, kind: str, name: str) -> bool:
    found = [p for p in getattr(patch, kind) if fnmatchcase(name, p.removeprefix(NOT))]
    return bool(found) and not any(pattern.startswith(NOT) for pattern in found)


def _misplaced(found: Mapping[str, list[Patch]], kind: str) -> Iterator[str]:
    for name, patches in found.items():
        if not patches:
            yield f"{name} is in no patch, name it in the `{kind}` of one"
        elif len(patches) > 1:
            yield f"{name} is in {' and in '.join(map(str, patches))}"


def _idle(patches: list[Patch], kind: str, names: list[str]) -> Iterator[str]:
    for patch in patches:
        for pattern in getattr(patch, kind):
            if not any(fnmatchcase(name, pattern.removeprefix(NOT)) for name in names):
                yield f"{pattern} of {patch} matches nothing"
