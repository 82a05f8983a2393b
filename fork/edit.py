"""Applies small edits to files of the base, and keeps every other byte."""

import ast
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from fork import bounds, locate
from fork.errors import SeamError
from fork.locate import Span


@dataclass(frozen=True)
class Edit:
    """One edit. `place` is `before` or `after` what is anchored, or `in` it.

    With a `scope`, the anchor is how a Python statement begins; without, it is text.
    It is for releases from `since` on, and before `until`.
    """

    file: str
    scope: str | None
    place: str
    anchor: str
    insert: str
    why: str
    replace: str = ""
    since: str = ""
    until: str = ""

    def __str__(self) -> str:
        scope = "" if self.scope is None else f"scope {self.scope or '<module>'}: "
        return f"{self.file}: {scope}{self.place} {self.anchor!r}"

    def is_for(self, version: str) -> bool:
        """Tells whether it is made to a release."""
        return bounds.hold(self.since, self.until, version)

    @property
    def inserted_lines(self) -> int:
        """How many lines of the result are not the base's."""
        return added_lines(self.replace, self.insert)


def added_lines(old: str, new: str) -> int:
    """Counts the lines that a diff of two texts adds; blank ones don't count."""
    rows = [[row for row in text.splitlines() if row.strip()] for text in (old, new)]
    codes = SequenceMatcher(None, *rows, autojunk=False).get_opcodes()
    return sum(stop - start for tag, _, _, start, stop in codes if tag != "equal")


def patched(tree: Path, edits: Iterable[Edit]) -> dict[str, str]:
    """Returns the new text of each file below `tree` that is edited, by its path."""
    texts: dict[str, str] = {}
    for edit in edits:
        if edit.file not in texts:
            texts[edit.file] = read(tree, edit.file)
        texts[edit.file] = apply(edit, texts[edit.file])
    return texts


def read(tree: Path, name: str) -> str:
    """Returns a file's text, with the line ends it has."""
    try:
        return (tree / name).read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise SeamError(f"{name}: the base has no such file") from None


def apply(edit: Edit, text: str) -> str:
    """
    Returns the file's text with the edit in it. Raises SeamError if scope or anchor
    don't match exactly once, or the result is broken.
    """
    rows = locate.lines(text)
    edited = "".join(_PLACES[edit.place](edit, rows, find(edit, text)))
    if edit.scope is not None:
        _check_syntax(edit, edited)
    return edited


def find(edit: Edit, text: str) -> Span:
    """
    Returns where that is which the edit is anchored at. Raises SeamError if scope or
    anchor don't match exactly once.
    """
    if edit.scope is None:
        spans = locate.passages(text, edit.anchor)
    else:
        spans = locate.statements(text, _scope(edit, edit.scope, text), edit.anchor)
    if len(spans) != 1:
        where = [span.start + 1 for span in spans]
        raise SeamError(f"{edit}: the anchor{_count(where)}")
    return spans[0]


def _scope(edit: Edit, name: str, text: str) -> ast.AST:
    found = locate.scopes(ast.parse(text), name)
    if len(found) != 1:
        where = [getattr(node, "lineno", 1) for node in found]
        raise SeamError(f"{edit}: the scope{_count(where)}")
    return found[0]


def _check_syntax(edit: Edit, text: str) -> None:
    try:
        ast.parse(text)
    except SyntaxError as e:
        raise SeamError(f"{edit}: leaves a syntax error: {e}") from None


def _count(where: list[int]) -> str:
    if not where:
        return " matches nothing, wanted exactly 1; compare it with the base's source"
    at = ", ".join(f"line {line}" for line in where)
    return f" matches {len(where)} times ({at}), wanted exactly 1; make it longer"


def _before(edit: Edit, rows: list[str], span: Span) -> list[str]:
    added = _indented(edit, span.indent)
    return [*rows[: span.start], added, *rows[span.start :]]


def _after(edit: Edit, rows: list[str], span: Span) -> list[str]:
    head = "".join(rows[: span.stop])
    gap = "" if head.endswith("\n") else "\n"
    return [head, gap, _indented(edit, span.end_indent), *rows[span.stop :]]


def _indented(edit: Edit, indent: str) -> str:
    code = textwrap.dedent(edit.insert).removesuffix("\n") + "\n"
    return textwrap.indent(code, indent)


def _in(edit: Edit, rows: list[str], span: Span) -> list[str]:
    passage = "".join(rows[span.start : span.stop])
    times = passage.count(edit.replace)
    if times != 1:
        raise SeamError(
            f"{edit}: {edit.replace!r} occurs {times} times in what begins at line "
            f"{span.start + 1}, wanted exactly 1"
        )
    changed = passage.replace(edit.replace, edit.insert)
    return [*rows[: span.start], changed, *rows[span.stop :]]


_PLACES = {"before": _before, "after": _after, "in": _in}
PLACES = tuple(_PLACES)
