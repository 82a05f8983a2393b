"""Applies one seam: a small edit of an upstream file, and every other byte kept."""

import ast
import textwrap
from dataclasses import dataclass
from difflib import SequenceMatcher

from fork import locate
from fork.errors import SeamError
from fork.locate import Span


@dataclass(frozen=True)
class Seam:
    """One edit. `place` is `before` or `after` the anchored statement, or `in` it."""

    file: str
    scope: str
    place: str
    anchor: str
    insert: str
    why: str
    replace: str = ""

    def __str__(self) -> str:
        scope = self.scope or "<module>"
        return f"{self.file}: scope {scope}: {self.place} {self.anchor!r}"

    @property
    def inserted_lines(self) -> int:
        """How many lines of the result are not the base's; blank ones don't count."""
        old, new = self.replace.splitlines(), self.insert.splitlines()
        new = [line for line in new if line.strip()]
        codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        return sum(stop - start for tag, _, _, start, stop in codes if tag != "equal")


def apply(seam: Seam, text: str) -> str:
    """The file's text with the seam in it.

    Raises:
        SeamError: scope or anchor don't match exactly once, or the result is broken.
    """
    rows = locate.lines(text)
    edited = "".join(_PLACES[seam.place](seam, rows, find(seam, text)))
    try:
        ast.parse(edited)
    except SyntaxError as e:
        raise SeamError(f"{seam}: leaves a syntax error: {e}") from None
    return edited


def find(seam: Seam, text: str) -> Span:
    """Where the anchored statement is.

    Raises:
        SeamError: scope or anchor don't match exactly once.
    """
    found = locate.scopes(ast.parse(text), seam.scope)
    if len(found) != 1:
        where = [getattr(node, "lineno", 1) for node in found]
        raise SeamError(f"{seam}: the scope{_count(where)}")
    spans = locate.statements(text, found[0], seam.anchor)
    if len(spans) != 1:
        where = [span.start + 1 for span in spans]
        raise SeamError(f"{seam}: the anchor{_count(where)}")
    return spans[0]


def _count(where: list[int]) -> str:
    if not where:
        return " matches nothing, wanted exactly 1; compare it with the base's source"
    at = ", ".join(f"line {line}" for line in where)
    return f" matches {len(where)} times ({at}), wanted exactly 1; make it longer"


def _before(seam: Seam, rows: list[str], span: Span) -> list[str]:
    return [*rows[: span.start], _indented(seam, span), *rows[span.start :]]


def _after(seam: Seam, rows: list[str], span: Span) -> list[str]:
    head = "".join(rows[: span.stop])
    gap = "" if head.endswith("\n") else "\n"
    return [head, gap, _indented(seam, span), *rows[span.stop :]]


def _indented(seam: Seam, span: Span) -> str:
    code = textwrap.dedent(seam.insert).removesuffix("\n") + "\n"
    return textwrap.indent(code, span.indent)


def _in(seam: Seam, rows: list[str], span: Span) -> list[str]:
    statement = "".join(rows[span.start : span.stop])
    times = statement.count(seam.replace)
    if times != 1:
        raise SeamError(
            f"{seam}: {seam.replace!r} occurs {times} times in the statement at line "
            f"{span.start + 1}, wanted exactly 1"
        )
    changed = statement.replace(seam.replace, seam.insert)
    return [*rows[: span.start], changed, *rows[span.stop :]]


_PLACES = {"before": _before, "after": _after, "in": _in}
PLACES = tuple(_PLACES)
