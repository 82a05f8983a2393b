"""
How a variable of a module is made, by the module's source: of a model that was loaded
there, this is what can be told.
"""

from __future__ import annotations

import ast
import functools
import os
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_ASSIGNMENTS = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr, ast.withitem)


STARTED = time.time()
"""When the first store was asked for: the modules that ask had been read before."""


class Assigned(NamedTuple):
    """What a variable is set to, without the places, and which names that has."""

    expressions: tuple[str, ...]
    names: tuple[str, ...]


NOWHERE = Assigned((), ())


def assigned_in(variables: dict[str, Any], name: str) -> Assigned:
    """Finds how a module sets a variable of its own, if its source is there."""
    file = variables.get("__file__")
    try:
        found = os.stat(file) if isinstance(file, str) else None
    except OSError:
        found = None
    # What was changed since may not be what this process runs.
    if found is None or max(found.st_mtime, found.st_ctime) > STARTED:
        return NOWHERE
    return _assignments(file, found.st_mtime_ns, found.st_size).get(name, NOWHERE)


@functools.lru_cache(maxsize=64)
def _assignments(file: Any, *stamp: int) -> dict[str, Assigned]:  # noqa: ARG001
    try:
        with open(file, "rb") as source:
            tree = ast.parse(source.read())
    except (OSError, SyntaxError, ValueError, RecursionError):
        return {}
    found: dict[str, list[ast.expr]] = {}
    for target, value in _in_module(tree):
        for part in ast.walk(target):
            if isinstance(part, ast.Name):
                found.setdefault(part.id, []).append(value)
    return {name: _told(values) for name, values in found.items()}


def _in_module(tree: ast.Module) -> Iterator[tuple[ast.AST, ast.expr]]:
    """Goes through the assignments that are run with the module itself."""
    todo: list[ast.AST] = list(reversed(tree.body))
    while todo:
        node = todo.pop()
        if isinstance(node, _ASSIGNMENTS):
            yield from _targets(node)
        if not isinstance(node, _SCOPES):
            todo += reversed(list(ast.iter_child_nodes(node)))


def _targets(node: Any) -> Iterator[tuple[ast.AST, ast.expr]]:
    if isinstance(node, ast.withitem):
        if node.optional_vars is not None:
            yield node.optional_vars, node.context_expr
        return
    for target in getattr(node, "targets", None) or [node.target]:
        if node.value is not None:
            yield target, node.value


def _told(values: list[ast.expr]) -> Assigned:
    parts = [part for value in values for part in ast.walk(value)]
    names = dict.fromkeys(p.id for p in parts if isinstance(p, ast.Name))
    return Assigned(tuple(map(ast.dump, values)), tuple(names))
