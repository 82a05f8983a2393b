"""What the base's files import from `gradio.caching`, when ours is in its place."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from fork.errors import OverlayError

PACKAGE = "gradio.caching"
PARENT, _, MODULE = PACKAGE.rpartition(".")
INIT = "gradio/caching/__init__.py"
RELEASE = "gradio/caching/release/__init__.py"
# where the names that our package offers stand
LISTS = {INIT: "__all__", RELEASE: "NAMES"}


def check(tree: Path, edited: Mapping[str, str], roots: Mapping[str, Path]) -> None:
    """
    Refuses a base whose files import what our package has not. Raises OverlayError,
    naming the file and the name.
    """
    offered = offers(roots)
    for file, name in wanted(tree, edited):
        if name not in offered:
            home = roots.get(RELEASE)
            raise OverlayError(
                f"{file}: imports {name} from {PACKAGE}, where ours has no such name; "
                f"add it to NAMES in {home / RELEASE if home else RELEASE}, or take "
                "the import away with a seam."
            )


def wanted(tree: Path, edited: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yields each file of the base, as it is edited, with each name that it imports."""
    for path in sorted((tree / "gradio").rglob("*.py")):
        file = path.relative_to(tree).as_posix()
        text = edited.get(file) or path.read_bytes().decode("utf-8")
        if MODULE in text:
            for name in sorted(_imported(ast.parse(text))):
                yield file, name


def _imported(tree: ast.Module) -> set[str]:
    """The names after `from gradio.caching import`, and those after `caching.`."""
    names: set[str] = set()
    aliases: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == PACKAGE:
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module == PARENT:
            aliases |= {a.asname or a.name for a in node.names if a.name == MODULE}
    return names | {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in aliases
    }


def offers(roots: Mapping[str, Path]) -> set[str]:
    """Returns the names that our package offers, and its modules."""
    inside = INIT.rpartition("/")[0] + "/"
    paths = (name.removeprefix(inside) for name in roots if name.startswith(inside))
    modules = {path.partition("/")[0].removesuffix(".py") for path in paths}
    return modules.union(*(_listed(roots, file) for file in LISTS))


def _listed(roots: Mapping[str, Path], file: str) -> Iterable[str]:
    if file not in roots:
        return ()
    for node in ast.parse((roots[file] / file).read_text("utf-8")).body:
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if LISTS[file] in map(ast.unparse, targets):
                return ast.literal_eval(node.value)
    return ()
