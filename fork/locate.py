"""Finds where an edit belongs: Python by its structure, all else by its text."""

import ast
import io
import textwrap
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import TypeAlias

Named = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
Statement = (ast.stmt, ast.ExceptHandler)
AnyStatement: TypeAlias = ast.stmt | ast.ExceptHandler


@dataclass(frozen=True)
class Span:
    """Whole lines: `start` counts from 0, `stop` is past the last one."""

    start: int
    stop: int
    indent: str
    end_indent: str


def lines(text: str) -> list[str]:
    """Lines with their ends, split where Python does (not at form feeds)."""
    return list(io.StringIO(text, newline=""))


def scopes(tree: ast.Module, dotted: str) -> list[ast.AST]:
    """The module ("") or the classes and functions of that name, `Queue.push`."""
    found: list[ast.AST] = [tree]
    for name in filter(None, dotted.split(".")):
        inner = [node for scope in found for node in _statements(scope)]
        found = [n for n in inner if isinstance(n, Named) and n.name == name]
    return found


def scope_names(tree: ast.Module) -> list[str]:
    """The dotted name of every scope: "" for the module, then its classes and so on."""
    names: list[str] = []
    todo: list[tuple[str, ast.AST]] = [("", tree)]
    while todo:
        prefix, scope = todo.pop(0)
        names.append(prefix)
        inner = [node for node in _statements(scope) if isinstance(node, Named)]
        todo += [(f"{prefix}.{node.name}".lstrip("."), node) for node in inner]
    return names


def statements(text: str, scope: ast.AST, anchor: str) -> list[Span]:
    """Where, in a scope, statements whose source begins with `anchor` are.

    Looks into blocks (`if`, `elif`, `try`, `except`, `with`, loops), not into nested
    functions and classes: those are scopes of their own.
    """
    rows = lines(text)
    spans = (_span(node, rows) for node in _statements(scope))
    return [span for span in spans if span and _begins(rows, span, anchor)]


def passages(text: str, anchor: str) -> list[Span]:
    """Returns the lines of each place where a text has an anchor."""
    rows = lines(text)
    ends = list(accumulate(map(len, rows)))
    return [
        _passage(rows, bisect_right(ends, start), bisect_right(ends, stop - 1))
        for start, stop in _matches(text, anchor)
    ]


def _matches(text: str, anchor: str) -> Iterator[tuple[int, int]]:
    start = text.find(anchor)
    while start >= 0:
        yield start, start + len(anchor)
        start = text.find(anchor, start + 1)


def _passage(rows: list[str], first: int, last: int) -> Span:
    return Span(first, last + 1, _indent(rows[first]), _indent(rows[last]))


def _indent(row: str) -> str:
    return row[: len(row) - len(row.lstrip())]


def _statements(node: ast.AST) -> Iterator[AnyStatement]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (*Statement, ast.match_case)):
            if isinstance(child, Statement):
                yield child
            if not isinstance(child, Named):
                yield from _statements(child)


def _span(node: AnyStatement, rows: list[str]) -> Span | None:
    decorators = getattr(node, "decorator_list", ())
    start = min(n.lineno for n in (node, *decorators)) - 1
    indent = _indent(rows[start])
    # `if x: return` and `a; b`: the second statement has no line of its own
    if len(indent) != node.col_offset:
        return None
    return Span(start, node.end_lineno or node.lineno, indent, indent)


def _begins(rows: list[str], span: Span, anchor: str) -> bool:
    source = textwrap.dedent("".join(rows[span.start : span.stop]))
    return source.startswith(anchor)
