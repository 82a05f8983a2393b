"""Which files of ours a contribution to Gradio has, by their paths there."""

import re
from collections.abc import Iterator
from pathlib import Path

from fork import notebook
from fork.project import Project

# ours -> Gradio's; nothing else of this repository goes there
PLACES = {
    ".changeset": ".changeset",
    "demo": "demo",
    "gradio": "gradio",
    "guides": "guides",
    "js": "js",
    "test/caching": "test/caching",
    "test/apps": "test/caching/apps",
}
TESTS = "test/"
# a test of how this repository builds is of no use in Gradio's
OF_OUR_BUILD = re.compile(r"^\s*(from|import) (fork|support|test)\b", re.MULTILINE)


def files(project: Project) -> dict[str, str]:
    """The text of every new file, by its path in Gradio's repository."""
    new: dict[str, str] = {}
    for ours, theirs in PLACES.items():
        for path in _sources(project.root / ours):
            text = path.read_bytes().decode("utf-8")
            if not (ours.startswith(TESTS) and OF_OUR_BUILD.search(text)):
                place = path.relative_to(project.root / ours)
                new[f"{theirs}/{place.as_posix()}"] = text
    return {**new, **_notebooks(project), **_test_packages(new)}


def _sources(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        generated = any(p.startswith(".") or p == "__pycache__" for p in inside)
        if path.is_file() and not generated:
            yield path


def _notebooks(project: Project) -> dict[str, str]:
    demos = (path.parent for path in (project.root / "demo").glob("*/run.py"))
    return {f"demo/{demo.name}/run.ipynb": notebook.of(demo) for demo in demos}


def _test_packages(new: dict[str, str]) -> dict[str, str]:
    """Gradio's folders of tests are packages, ours need not be."""
    folders = {name.rpartition("/")[0] for name in new if name.startswith(TESTS)}
    return {f"{folder}/__init__.py": "" for folder in folders}
