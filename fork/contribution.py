"""Which files of ours a contribution to Gradio has, by their paths there."""

import re
from collections.abc import Iterator
from pathlib import Path

from fork import edit_file, notebook, tomlfile
from fork.errors import SeamError
from fork.project import Project

# ours -> Gradio's; nothing else of this repository goes there
PLACES = {
    "demo": "demo",
    "gradio": "gradio",
    "guides": "guides",
    "test/caching": "test/caching",
    "test/apps": "test/caching/apps",
}
OF_BASE = (".changeset", "gradio")
FRONTEND = "js"
TESTS = "test/"
HELPERS = "test/support"
HELPER = re.compile(
    r"^(\s*from )support(?=\.(\w+) import | import (.+)$)", re.MULTILINE
)
# a test of how this repository builds, or in a browser, is of no use in Gradio's
OF_OUR_BUILD = re.compile(r"(?m)^\s*(from|import) (fork|playwright|test)\b")


def files(project: Project) -> dict[str, str]:
    """The text of every new file, by its path in Gradio's repository."""
    new: dict[str, str] = {}
    for ours, theirs in _places(project).items():
        for path, text in _texts(project.root / ours):
            new[f"{theirs}/{path}"] = text
    tests = {name: new.pop(name) for name in [*new] if name.startswith(TESTS)}
    tests = _usable(tests, project)
    more = {**_notebooks(project), **_test_packages(tests), **_extras(project)}
    return {**new, **tests, **more}


def _places(project: Project) -> dict[str, str]:
    """The badge goes along where the sources are edited that show it."""
    edits = edit_file.of_sources(project.seams, project.version)
    shown = any(edit.file.startswith(f"{FRONTEND}/") for edit in edits)
    of_base = {f"bases/{project.version}/{each}": each for each in OF_BASE}
    return {**PLACES, **of_base, **({FRONTEND: FRONTEND} if shown else {})}


def of_some_bases(project: Project) -> Iterator[str]:
    """Yields the names of the files that the contribution has on some bases alone."""
    homes = {f"bases/*/{each}": each for each in OF_BASE}
    for ours, theirs in {**homes, FRONTEND: FRONTEND}.items():
        for folder in sorted(project.root.glob(ours)):
            yield from (f"{theirs}/{path}" for path, _ in _texts(folder))


def _usable(tests: dict[str, str], project: Project) -> dict[str, str]:
    """The tests that can run there, and their helpers, which are in `test` there."""
    helpers = {Path(p).stem: t for p, t in _texts(project.root / HELPERS)}
    found: dict[str, str] = {}
    for name, text in tests.items():
        needed = _helpers(text, helpers)
        if not any(map(OF_OUR_BUILD.search, [text, *needed.values()])):
            found[name] = text
            found |= {f"{HELPERS}/{each}.py": text for each, text in needed.items()}
    return {name: HELPER.sub(r"\1test.support", text) for name, text in found.items()}


def _helpers(text: str, helpers: dict[str, str]) -> dict[str, str]:
    """The helpers that a text imports, and those that they import."""
    found: dict[str, str] = {}
    todo = [text]
    while todo:
        for _, one, several in HELPER.findall(todo.pop()):
            names = {one} if one else set(several.split(", "))
            for name in names - found.keys():
                found[name] = helpers[name]
                todo.append(helpers[name])
    return found


def _texts(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.rglob("*")):
        place = path.relative_to(folder)
        generated = any(p.startswith(".") or p == "__pycache__" for p in place.parts)
        # Gradio writes a stub beside a file that derives a component.
        generated |= path.suffix == ".pyi"
        if path.is_file() and not generated:
            yield place.as_posix(), path.read_bytes().decode("utf-8")


def _extras(project: Project) -> dict[str, str]:
    """What our extras require: Gradio has a file for each."""
    path = project.root / "pyproject.toml"
    if not path.is_file():
        return {}
    settings = tomlfile.read(path, SeamError)
    ours = settings["tool"]["hatch"]["metadata"]["hooks"]["custom"]
    return {
        f"requirements-{extra}.txt": "".join(f"{each}\n" for each in required)
        for extra, required in ours["optional-dependencies"].items()
    }


def _notebooks(project: Project) -> dict[str, str]:
    demos = (path.parent for path in (project.root / "demo").glob("*/run.py"))
    return {f"demo/{demo.name}/run.ipynb": notebook.of(demo) for demo in demos}


def _test_packages(tests: dict[str, str]) -> dict[str, str]:
    """Gradio's folders of tests are packages, ours need not be."""
    folders = {name.rpartition("/")[0] for name in tests}
    return {f"{folder}/__init__.py": "" for folder in folders}
