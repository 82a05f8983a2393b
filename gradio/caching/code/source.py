"""What the text of a module says of how values are made, for all that it makes."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_SCOPES = (*_FUNCTIONS, ast.ClassDef)
_ASSIGNMENTS = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr, ast.withitem)

WHOLE, PART, DECORATOR, ANNOTATION = "whole", "part", "decorator", "annotation"
OF_CLASS = ""
"""Under this name stands what is said of a class, and of no attribute."""


class Said(NamedTuple):
    """An expression without its place, the names in it, and whom it calls by name."""

    kind: str
    expression: str
    names: tuple[str, ...]
    makers: tuple[str, ...]


class Import(NamedTuple):
    """Where a name is imported from: a module, and the name it has there."""

    level: int
    module: str
    name: str


ByName = dict[str, list[Said]]


class Source(NamedTuple):
    """What is said of variables, classes by qualified name, functions by place."""

    variables: ByName
    imports: dict[str, list[Import]]
    classes: dict[str, ByName]
    functions: dict[tuple[int, str], list[Said]]


NOTHING = Source({}, {}, {}, {})


@functools.lru_cache(maxsize=64)
def source_of(file: str, *stamp: int) -> Source:  # noqa: ARG001
    """Reads a module's text; of a text that is gone or broken nothing is told."""
    try:
        with open(file, "rb") as text:
            return _read(ast.parse(text.read()))
    except (OSError, SyntaxError, ValueError, RecursionError):
        return NOTHING


def _read(tree: ast.Module) -> Source:
    source = Source(_said_in(tree.body), _imports(tree), {}, {})
    for place, scope in _scopes(tree):
        if isinstance(scope, ast.ClassDef):
            said = source.classes.setdefault(place, {})
            for name, more in _said_in(scope.body, scope).items():
                said.setdefault(name, []).extend(more)
        elif found := _said_of_function(scope):
            line = min([d.lineno for d in _decorators(scope)], default=scope.lineno)
            name = getattr(scope, "name", "<lambda>")
            source.functions.setdefault((line, name), []).extend(found)
    return source


def _scopes(tree: ast.Module) -> Iterator[tuple[str, Any]]:
    """Goes through all classes and functions, with their qualified names."""
    todo: list[tuple[str, ast.AST]] = [("", tree)]
    while todo:
        place, scope = todo.pop()
        for node in _run_with(ast.iter_child_nodes(scope)):
            if isinstance(node, _SCOPES):
                name = place + getattr(node, "name", "<lambda>")
                yield name, node
                inner = "." if isinstance(node, ast.ClassDef) else ".<locals>."
                todo.append((name + inner, node))


def _run_with(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Goes through what is run with a body itself; inner scopes are not entered."""
    todo: list[ast.AST] = list(reversed(list(body)))
    while todo:
        node = todo.pop()
        yield node
        if not isinstance(node, _SCOPES):
            todo += reversed(list(ast.iter_child_nodes(node)))


def _imports(tree: ast.Module) -> dict[str, list[Import]]:
    found: dict[str, list[Import]] = {}
    for node in _run_with(tree.body):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                origin = Import(node.level, node.module or "", alias.name)
                found.setdefault(alias.asname or alias.name, []).append(origin)
    return found


def _said_in(body: Iterable[ast.AST], scope: ast.ClassDef | None = None) -> ByName:
    found: ByName = {}
    for node in _run_with(body):
        for name, said in _sayings(node):
            found.setdefault(name, []).append(said)
        if scope is not None and isinstance(node, ast.AnnAssign):
            said = _told(ANNOTATION, node.annotation)
            found.setdefault(OF_CLASS, []).append(said)
    if scope is not None and scope.decorator_list:
        found.setdefault(OF_CLASS, []).extend(map(_decorator, scope.decorator_list))
    return found


def _sayings(node: ast.AST) -> Iterator[tuple[str, Said]]:
    """Says of an assignment or a decorated definition what it sets, and how."""
    for decorator in _decorators(node):
        yield getattr(node, "name", ""), _decorator(decorator)
    for target, value in _targets(node) if isinstance(node, _ASSIGNMENTS) else ():
        for part in ast.walk(target):
            if isinstance(part, ast.Name):
                kind = WHOLE if isinstance(part.ctx, ast.Store) else PART
                yield part.id, _told(kind, value)


def _targets(node: Any) -> Iterator[tuple[ast.AST, ast.expr]]:
    if isinstance(node, ast.withitem):
        if node.optional_vars is not None:
            yield node.optional_vars, node.context_expr
        return
    for target in getattr(node, "targets", None) or [node.target]:
        if node.value is not None:
            yield target, node.value


def _said_of_function(node: Any) -> list[Said]:
    inner = node.args
    defaults = [*inner.defaults, *(d for d in inner.kw_defaults if d is not None)]
    said = [_told(WHOLE, default) for default in defaults]
    return [*said, *map(_decorator, _decorators(node))]


def _decorators(node: ast.AST) -> list[ast.expr]:
    return getattr(node, "decorator_list", [])


def _decorator(node: ast.expr) -> Said:
    """Only who decorates makes what is there: not what its arguments call."""
    return _told(DECORATOR, node)._replace(makers=_roots([node]))


def _told(kind: str, value: ast.expr) -> Said:
    parts = list(ast.walk(value))
    names = [p.id for p in parts if isinstance(p, ast.Name)]
    names += [p.attr for p in parts if isinstance(p, ast.Attribute)]
    makers = _roots(p.func for p in parts if isinstance(p, ast.Call))
    return Said(kind, ast.dump(value), tuple(dict.fromkeys(names)), makers)


def _roots(nodes: Iterable[Any]) -> tuple[str, ...]:
    """Names the variables at which expressions begin: `a` of `a.b(1).c[2]`."""
    found = []
    for node in nodes:
        while not isinstance(node, ast.Name):
            inner = getattr(node, "func", None) or getattr(node, "value", None)
            if not isinstance(inner, ast.AST):
                break
            node = inner
        else:
            found.append(node.id)
    return tuple(dict.fromkeys(found))
