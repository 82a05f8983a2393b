"""Finds what a patch imports that only a later one brings, without running it.

What a function of the package or a fixture imports may come later: nobody calls it yet.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from fork.errors import SeriesError
from fork.series import SERIES

if TYPE_CHECKING:
    from fork.patches import Step

SUFFIX, INIT = ".py", "/__init__"
PARTS = ("body", "orelse", "handlers", "finalbody")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def check(steps: list[Step]) -> None:
    """Raises SeriesError if an import needs a later patch, naming file and module."""
    homes = {_module(name): step for step in steps for name in step.additions}
    problems = [
        f"{name} of {step.patch} imports {module}, which {homes[module].patch} brings"
        for step in steps
        for name, text in step.additions.items()
        if name.endswith(SUFFIX)
        for module in sorted({*_imported(name, text)} & homes.keys())
        if homes[module].patch.number > step.patch.number
    ]
    if problems:
        raise SeriesError(f"{SERIES}: {'; '.join(problems)}")


def _module(name: str) -> str:
    return name.removesuffix(SUFFIX).removesuffix(INIT).replace("/", ".")


def _imported(name: str, text: str) -> Iterator[str]:
    """Yields the modules that are needed, and names in them, which may be modules."""
    tree = ast.parse(text)
    is_run = name.rpartition("/")[2].startswith("test_")
    for node in ast.walk(tree) if is_run else _at_once(tree.body):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def _at_once(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Yields the statements that an import runs."""
    for node in nodes:
        if isinstance(node, FUNCTIONS) or _is_for_types(node):
            continue
        yield node
        for part in PARTS:
            yield from _at_once(getattr(node, part, ()))


def _is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
