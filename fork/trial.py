"""Tries the patches in their order: each applies, is imported, and passes its tests."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from fork import checkout, patches
from fork.errors import SeriesError
from fork.patches import Step
from fork.project import Project

# What an optional package is for is left to the tests: to import one takes seconds.
IMPORTS = """
import importlib, pkgutil, sys
sys.modules |= dict.fromkeys(["matplotlib", "polars", "pyarrow", "torch"])
import gradio.caching
for name in gradio.caching.NAMES:
    getattr(gradio.caching, name)
for module in pkgutil.walk_packages(gradio.caching.__path__, "gradio.caching."):
    try:
        importlib.import_module(module.name)
    except ModuleNotFoundError as error:
        if error.name.startswith("gradio"):
            raise
"""
TEST = re.compile(r"test/(.+/)?test_\w+\.py$")
# a line of the former cache, as tracebacks show it: nobody reads that
UNREAD = re.compile(r"(/former\.py\b.*\n)(?:[ >].*\n)+")
# what threads and tasks that are still there say may come after it
SUMMARY = re.compile(r"^\d+ \w+\b.* in [\d.]+s\b.*$", re.MULTILINE)
PYTEST = ("-m", "pytest", "-q", "--tb=short", "-p", "no:cacheprovider")


def prefixes(steps: list[Step], project: Project) -> Iterator[tuple[Step, Path]]:
    """Yields each patch with Gradio's sources, to which it has just been applied."""
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        checkout.lay(project, patches.edited_files(steps), root)
        for step in steps:
            checkout.apply(root, step.diff, str(step.patch))
            yield step, root


def run(project: Project, tell: Callable[[str], None], only: Sequence[str]) -> str:
    """
    Tries all patches, or some by name, and tells of each. Raises SeriesError if one is
    not sound.
    """
    steps, failed = patches.steps(project), []
    if unknown := set(only) - {step.patch.name for step in steps}:
        raise SeriesError(f"no patch is named {', '.join(sorted(unknown))}")
    for step, root in prefixes(steps, project):
        if only and step.patch.name not in only:
            continue
        try:
            imports(step, root)
            tell(f"{step.patch}: applies, imports, {tests(step, root)}")
        except SeriesError as error:
            tell(str(error))
            failed.append(str(step.patch))
    if failed:
        raise SeriesError(f"not sound: {', '.join(failed)}")
    return f"{'these' if only else 'all'} patches are sound"


def imports(step: Step, root: Path) -> None:
    """Imports every module of the package that is there after a patch."""
    _python(root, f"{step.patch} can't be imported", "-c", IMPORTS)


def tests(step: Step, root: Path) -> str:
    """Runs the tests that a patch brings, and returns pytest's summary."""
    files = [name for name in step.additions if TEST.match(name)]
    if not files:
        return "no tests of Python"
    said = _python(root, f"{step.patch} fails its tests", *PYTEST, *files)
    return [*SUMMARY.finditer(said)][-1][0]


def _python(root: Path, problem: str, *args: str) -> str:
    done = subprocess.run(
        [sys.executable, *args],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        said = UNREAD.sub(r"\1", done.stdout)
        raise SeriesError(f"{problem}:\n{said}")
    return done.stdout
