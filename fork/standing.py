"""How one edit stands against a release: clean, moved, broken, or already upstream."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from fork import edit, locate
from fork.edit import Edit
from fork.errors import SeamError


@dataclass(frozen=True)
class Standing:
    """A status, and the line of the release's file that the edit is anchored at.

    `clean` fits as it is written. `moved`: what it is anchored at is elsewhere now, and
    there once. `broken`: neither. `already upstream`: the release has all it inserts.
    `not for it`: by its `since` or `until`, it is not made to that release.
    """

    status: str
    line: int | None = None
    note: str = ""

    def __str__(self) -> str:
        line = f", line {self.line}" if self.line else ""
        note = f": {self.note}" if self.note else ""
        return f"{self.status}{line}{note}"


WHITE_SPACE = "the anchor has other white space"
MISSING = Standing("broken", note="no such file")
NOT_FOR = Standing("not for it")


def of_edits(edits: Iterable[Edit], text: str) -> list[Standing]:
    """Judges the edits of one file, in their order: one may rest on another."""
    found, current = [], text
    for each in edits:
        standing, current = _of_edit(each, text, current)
        found.append(standing)
    return found


def _of_edit(each: Edit, text: str, current: str) -> tuple[Standing, str]:
    if _has_all(each, _scope_text(each, text)):
        return Standing("already upstream"), current
    try:
        return _fitting("clean", each, text, current, "")
    except SeamError as error:
        why = str(error).removeprefix(f"{each}: ")
    if each.scope is None and _has_spaced(each, current):
        return Standing("moved", note=WHITE_SPACE), current
    scope = None if each.scope is None else _other_scope(each, current)
    if scope is None:
        return Standing("broken", note=why.partition(",")[0]), current
    note = f"to {scope or '<module>'}"
    return _fitting("moved", replace(each, scope=scope), text, current, note)


def _fitting(
    status: str, each: Edit, text: str, current: str, note: str
) -> tuple[Standing, str]:
    edited = edit.apply(each, current)
    line = _line_of(text, current, edit.find(each, current).start)
    return Standing(status, line, note), edited


def _other_scope(each: Edit, text: str) -> str | None:
    """The one scope in which the edit would fit, if it is not the one it names."""
    fitting = []
    for scope in locate.scope_names(ast.parse(text)):
        try:
            edit.apply(replace(each, scope=scope), text)
        except SeamError:
            continue
        fitting.append(scope)
    return fitting[0] if len(fitting) == 1 else None


def _scope_text(each: Edit, text: str) -> str:
    if each.scope is None:
        return text
    found = locate.scopes(ast.parse(text), each.scope)
    return "\n".join(ast.get_source_segment(text, n) or text for n in found)


def _has_spaced(each: Edit, text: str) -> bool:
    """Whether the anchor is there once, with other white space."""
    return " ".join(text.split()).count(" ".join(each.anchor.split())) == 1


def _has_all(each: Edit, text: str) -> bool:
    """Whether all inserted lines are in a text already."""
    old, new, there = map(_stripped, (each.replace, each.insert, text))
    return new - old <= there


def _stripped(text: str) -> set[str]:
    return {line.strip() for line in text.splitlines() if line.strip()}


def _line_of(text: str, current: str, index: int) -> int:
    """The number of the release's line that is at an index of the edited text."""
    if text == current:
        return index + 1
    old, new = locate.lines(text), locate.lines(current)
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for tag, start, _, there, stop in codes:
        if there <= index < stop:
            return start + 1 + (index - there if tag == "equal" else 0)
    return index + 1
