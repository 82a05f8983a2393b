"""The rules that keep the package easy to find one's way in."""

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import gradio.caching

PACKAGE = Path(gradio.caching.__file__).parent
ROOT = PACKAGE.parents[1]
# What is laid together of several directories is linked.
FILES = sorted(
    Path(folder, name)
    for folder, _, names in os.walk(PACKAGE, followlinks=True)
    for name in names
    if name.endswith(".py")
)
EACH_FILE = pytest.mark.parametrize("file", FILES, ids=lambda f: module_of(f))


def module_of(file: Path) -> str:
    name = ".".join(file.relative_to(ROOT).with_suffix("").parts)
    return name.removesuffix(".__init__")


MODULES = {module_of(f): f for f in FILES}


def floors() -> list[list[str]]:
    """As the docstring of the package names them, the lowest first."""
    text = re.search(
        r"Imports go down only[^\n]*\n\n((?:    .*\n)+)", gradio.caching.__doc__ or ""
    )
    assert text, "the docstring names no floors"
    return [re.split(r",\s*", line.strip()) for line in text[1].splitlines()]


def part_of(module: str) -> str:
    """The name by which the floors speak of a module."""
    return module.removeprefix("gradio.caching").lstrip(".").partition(".")[0]


def imports(file: Path) -> Iterator[str]:
    """All modules that a file imports, those inside its functions too."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file} has a relative import"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in MODULES else node.module or ""


def is_ours(module: str) -> bool:
    return f"{module}.".startswith("gradio.caching.")


def test_every_module_is_on_a_floor():
    named = [part for floor in floors() for part in floor]
    assert sorted(named) == sorted({part_of(m) for m in MODULES} - {""})


@EACH_FILE
def test_imports_go_down_only(file):
    height = {part: i for i, floor in enumerate(floors()) for part in floor}
    here = part_of(module_of(file))
    if not here:
        return  # the package itself imports its names when they are asked for
    for module in filter(is_ours, imports(file)):
        there = part_of(module)
        assert there == here or height[there] <= height[here], module


def test_no_modules_import_each_other():
    graph = {
        module: {m for m in imports(file) if is_ours(m) and m != module}
        for module, file in MODULES.items()
        if module != "gradio.caching"
    }
    for module, imported in graph.items():
        todo, seen = list(imported), set()
        while todo:
            current = todo.pop()
            # A package imports its modules; they may import what it offers.
            if current not in seen and not f"{module}.".startswith(f"{current}."):
                seen.add(current)
                todo.extend(graph.get(current, ()))
        inside = {m for m in seen if f"{m}.".startswith(f"{module}.")}
        assert module not in seen - inside, f"{module} imports itself by way of others"


@EACH_FILE
def test_only_context_serving_and_gradios_types_import_the_rest_of_gradio(file):
    if part_of(module_of(file)) in ("context", "release", "serving"):
        return
    if module_of(file) == "gradio.caching.types.gradio":
        return
    others = [m for m in imports(file) if m.split(".")[0] == "gradio"]
    assert all(map(is_ours, others)), others


@EACH_FILE
def test_files_are_short(file):
    assert len(file.read_text().splitlines()) <= 250


@EACH_FILE
def test_files_say_their_concern(file):
    assert ast.get_docstring(ast.parse(file.read_text()))


@EACH_FILE
def test_functions_are_short(file):
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            lines = body[-1].end_lineno - body[0].lineno + 1 if body else 0
            assert lines <= 25, f"{node.name} has {lines} lines"


def classes() -> dict[str, ast.ClassDef]:
    nodes = (n for f in FILES for n in ast.walk(ast.parse(f.read_text())))
    return {n.name: n for n in nodes if isinstance(n, ast.ClassDef)}


def depth(name: str, ours: dict[str, ast.ClassDef]) -> int:
    bases = [ast.unparse(b).partition("[")[0].split(".")[-1] for b in ours[name].bases]
    return max((1 + depth(b, ours) for b in bases if b in ours), default=0)


def test_no_class_inherits_from_one_that_inherits():
    ours = classes()
    assert {name: d for name in ours if (d := depth(name, ours)) > 1} == {}


def test_stores_have_at_most_five_methods():
    for file in (PACKAGE / "stores").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ClassDef):
                functions = (n for n in node.body if isinstance(n, ast.FunctionDef))
                public = [f.name for f in functions if not f.name.startswith("_")]
                assert len(public) <= 5, (node.name, public)


def test_nothing_is_called_utils_or_helpers():
    assert not {f.stem for f in FILES} & {"utils", "util", "helpers", "helper", "misc"}


# Held while a generator runs, which nothing may come back into.
HAS_A_PLAIN_LOCK = {"gradio.caching.inflight.streams"}


@EACH_FILE
def test_locks_are_re_entrant(file):
    has_one = bool(
        re.search(
            r"threading\.(Lock|Condition|Event|\w*Semaphore|Barrier)\(",
            file.read_text(),
        )
    )
    assert has_one == (module_of(file) in HAS_A_PLAIN_LOCK)


@EACH_FILE
def test_locks_are_made_where_they_are_freed_after_a_fork(file):
    has_one = bool(re.search(r"\b(RLock|register_at_fork)\(", file.read_text()))
    assert has_one == (module_of(file) == "gradio.caching.forks")
