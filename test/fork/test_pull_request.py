"""The patches of the pull request, on Gradio's sources as registries have them."""

import json
import os
import re
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from fork import (
    checkout,
    contribution,
    edit,
    edit_file,
    patches,
    pin,
    pull_request,
    replacing,
    series,
    trial,
)
from fork import sources as gradios
from fork.errors import SeriesError
from fork.patches import Step
from fork.project import HERE
from support.commands import run

PINNED = pin.read(HERE.pin)
FIRST = series.read(HERE.root / series.SERIES, PINNED.version)[0].name
in_place = pytest.mark.skipif(
    not PINNED.drop, reason="this base has no cache whose place ours takes"
)

# test files that are quick and need no server
QUICK = ["test_wire", "test_settings", "test_hashing_golden"]
# patches whose tests are quick; `python -m fork pr --check` runs those of all
QUICK_PATCHES = [FIRST, "stores"]

# rules that the ruff which Gradio pins (0.12.9) has in preview only
YOUNGER = "PLW0108"


@pytest.fixture(scope="module")
def steps() -> list[Step]:
    return patches.steps(HERE)


@pytest.fixture(scope="module")
def new() -> dict[str, str]:
    return contribution.files(HERE)


@pytest.fixture(scope="module")
def edited(base_tree, tmp_path_factory) -> dict[str, str]:
    """The text of each file of Gradio's with all edits in it."""
    chosen = HERE.seams, HERE.version
    python, other = edit_file.of_python(*chosen), edit_file.of_sources(*chosen)
    root = tmp_path_factory.mktemp("sources")
    gradios.lay(HERE, PINNED, {each.file for each in other}, root)
    return {**edit.patched(base_tree, python), **edit.patched(root, other)}


@pytest.fixture(scope="module")
def applied(edited, tmp_path_factory) -> Path:
    """Gradio's sources, a commit, with all that is in build/pr."""
    root = tmp_path_factory.mktemp("gradio")
    checkout.lay(HERE, edited, root)
    diffs = sorted(pull_request.write(HERE).glob("*.diff"))
    run("git", "apply", *diffs, cwd=root)
    return root


@pytest.fixture(scope="module")
def prefixes(steps, tmp_path_factory) -> dict[str, tuple[Step, Path]]:
    """For each patch, Gradio's sources with that and all before, compiled once."""
    root = tmp_path_factory.mktemp("prefixes")
    found = {}
    for step, tree in trial.prefixes(steps, HERE):
        if not found:
            trial.imports(step, tree)
        found[step.patch.name] = step, linked(tree, root / str(step.patch))
    return found


def linked(tree: Path, copy: Path) -> Path:
    return shutil.copytree(tree, copy, symlinks=True, copy_function=os.link)


def test_every_prefix_is_imported(prefixes):
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda prefix: trial.imports(*prefix), prefixes.values()))


@pytest.mark.parametrize("name", QUICK_PATCHES)
def test_a_patch_passes_its_tests_without_the_next(name, prefixes):
    assert re.search(r"\d+ passed", trial.tests(*prefixes[name]))


def test_a_module_of_a_later_patch_is_missed(prefixes, tmp_path):
    """As where a patch came too early."""
    steps = [step for step, _ in prefixes.values()]
    [engine] = [step for step in steps if "gradio/caching/engine.py" in step.additions]
    _, first = prefixes[steps[0].patch.name]
    tree = linked(first, tmp_path / "gradio")
    checkout.apply(tree, engine.diff, "engine")
    with pytest.raises(SeriesError, match="be imported:[^$]+ from .gradio.caching"):
        trial.imports(engine, tree)


def test_a_patch_that_does_not_fit_is_named(prefixes):
    step, tree = next(iter(prefixes.values()))
    with pytest.raises(SeriesError, match=r"again does not apply: error: .+"):
        checkout.apply(tree, step.diff, "again")


FACE = """
import inspect, json
import gradio as gr
methods = inspect.getmembers(gr.Cache, inspect.isfunction)
public = {name: method for name, method in methods if not name.startswith("_")}
given = {"cache": gr.cache, "Cache": gr.Cache, **public}
parameters = {name: list(inspect.signature(f).parameters) for name, f in given.items()}
print(json.dumps({"home": gr.cache.__module__, "parameters": parameters}))
"""


def face(tree: Path) -> dict[str, Any]:
    """What users see of the caches after a patch, and in which module it is."""
    inside = {"PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    return json.loads(
        run(sys.executable, "-c", FACE, cwd=tree, env={**os.environ, **inside})
    )


@in_place
def test_no_name_and_no_parameter_of_gradios_own_cache_is_lost(prefixes):
    names = [FIRST, "gr-cache", "gr-Cache"]
    first, second, last = (face(prefixes[name][1]) for name in names)
    assert first["home"] == "gradio.caching.former"
    assert second["home"] == last["home"] == "gradio.caching.decorator"
    for name, parameters in first["parameters"].items():
        assert {*parameters} <= {*last["parameters"][name]}, name


@in_place
def test_the_cache_that_is_deleted_is_known_by_its_hash(prefixes, tmp_path):
    """Nothing else is said of it, and no other is deleted in its place."""
    [deleting] = [s for s, _ in prefixes.values() if "deleted file" in s.others]
    assert replacing.blob(HERE, PINNED) in deleting.others
    assert deleting.others.count("\n") == 7
    _, before = prefixes["generators"]
    tree = linked(before, tmp_path / "gradio")
    (tree / replacing.FORMER).unlink()
    (tree / replacing.FORMER).write_text("# changed since\n")
    with pytest.raises(SeriesError, match="does not match the current contents"):
        checkout.apply(tree, deleting.others.encode(), "deletion")


def test_every_patch_does_something(steps):
    for step in steps:
        assert step.edits or step.additions
        assert len(step.patch.text.split()) > 20, step.patch


def test_it_leaves_what_it_is_made_of(applied, edited, new):
    assert len(edited) > 5
    for name, text in {**edited, **new}.items():
        assert (applied / name).read_bytes().decode("utf-8") == text


def test_it_changes_nothing_else(applied, edited, new):
    listed = run("git", "status", "--porcelain", "--untracked-files=all", cwd=applied)
    found = {line[3:] for line in listed.splitlines()}
    assert {name for name in found if "__pycache__" not in name} == {
        *edited,
        *new,
        *PINNED.drop,
    }


def test_the_new_dependencies_are_required(applied):
    required = (applied / "requirements.txt").read_text().splitlines()
    assert {"blake3>=1.0", "msgpack>=1.2.1"} <= {*required}


def test_gradios_linter_passes(applied, edited, new):
    """With Gradio's own rules, as its pyproject.toml has them after the diff."""
    rules = (applied / "pyproject.toml").read_text()
    # what a newer ruff takes by default is not what Gradio asks for
    assert rules.count("extend-select = [") == 1
    (applied / "pyproject.toml").write_text(rules.replace("extend-select", "select"))
    ruff = Path(sys.executable).with_name("ruff")
    files = [
        name for name in [*edited, *new] if name.endswith(".py") and "demo/" not in name
    ]
    try:
        run(ruff, "check", "--no-cache", "--ignore", YOUNGER, *files, cwd=applied)
        run(ruff, "format", "--no-cache", "--check", *files, cwd=applied)
    finally:
        (applied / "pyproject.toml").write_text(rules)


def test_the_tests_run_there_as_gradios_do(applied):
    """All are found by Gradio's settings, and quick ones pass."""
    inside = {"PYTHONPATH": str(applied), "PYTHONDONTWRITEBYTECODE": "1"}
    options = {"cwd": applied, "env": {**os.environ, **inside}}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    if find_spec("torch") is None:  # only where all tests are run
        command.append("--ignore=test/caching/test_model_state.py")
    said = run(*command, "-k", " or ".join(QUICK), "test/caching", **options)
    counts = re.search(r"(\d+) passed(?:, \d+ skipped)?, (\d+) deselected", said)
    passed, others = counts.groups()
    assert int(passed) > 50
    assert int(others) > 500


def test_words_are_said_of_the_releases_that_they_are_for():
    text = "a\n<!-- until 6.12.0 -->\nold\n<!-- end -->\n<!-- since 6.12.0 -->\nnew\n"
    text += "<!-- end -->\nb\n"
    assert pull_request.for_release(text, "6.11.0") == "a\nold\nb\n"
    assert pull_request.for_release(text, "6.31.0") == "a\nnew\nb\n"


def test_the_words_have_their_numbers(applied, edited, steps):
    text = (HERE.place / "pr" / "PULL_REQUEST.md").read_text()
    assert re.findall(r"\{\w*\}|<!--", text) == []
    facts = pull_request.facts(HERE, steps)
    assert facts["edited_files"] == len(edited)
    assert f"**{facts['seam_lines']} lines**" in text
    told = re.findall(r"^### (\S+): (.+)$", text, re.MULTILINE)
    assert told == [(str(step.patch), step.patch.title) for step in steps]
