"""The diff of the pull request, applied to Gradio's sources as registries have them."""

import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from fork import contribution, edit_file, pin, pull_request, sources
from fork.project import HERE
from support.commands import run

# test files that are quick and need no server
QUICK = ["test_wire", "test_settings", "test_hashing_golden"]

# rules that the ruff which Gradio pins (0.12.9) has in preview only
YOUNGER = "PLW0108"


@pytest.fixture(scope="module")
def checkout(base_tree, tmp_path_factory) -> Path:
    """Gradio's sources, before the diff: a commit."""
    root = tmp_path_factory.mktemp("gradio")
    skipped = shutil.ignore_patterns("templates", "media_assets")
    shutil.copytree(base_tree / "gradio", root / "gradio", ignore=skipped)
    (root / "gradio/templates").symlink_to(base_tree / "gradio/templates")
    sdist = sources.unpacked(HERE.base, pin.read(HERE.pin))
    shutil.copytree(sdist, root, dirs_exist_ok=True)
    names = {edit.file for edit in edit_file.of_sources(HERE.seams)}
    sources.lay(HERE, names, root)
    run("git", "init", "--quiet", cwd=root)
    run("git", "add", "--all", cwd=root)
    me = ["-c", "user.name=x", "-c", "user.email=x@localhost"]
    run("git", *me, "commit", "--quiet", "--message=base", cwd=root)
    return root


@pytest.fixture(scope="module")
def applied(checkout) -> Path:
    path = pull_request.write(HERE)
    run("git", "apply", "--check", path, cwd=checkout)
    run("git", "apply", path, cwd=checkout)
    return checkout


def test_it_leaves_what_it_is_made_of(applied):
    edits, new = pull_request.edited(HERE), contribution.files(HERE)
    assert len(edits) > 10
    texts = {**{name: text for name, (_, text) in edits.items()}, **new}
    for name, text in texts.items():
        assert (applied / name).read_bytes().decode("utf-8") == text


def test_it_changes_nothing_else(applied):
    listed = run("git", "status", "--porcelain", "--untracked-files=all", cwd=applied)
    found = {line[3:] for line in listed.splitlines()}
    wanted = {*pull_request.edited(HERE), *contribution.files(HERE)}
    assert {name for name in found if "__pycache__" not in name} == wanted


def test_the_new_dependency_is_required(applied):
    assert "\nblake3>=1.0\n" in (applied / "requirements.txt").read_text()


def test_gradios_linter_passes(applied, tmp_path):
    """With Gradio's own rules, as its pyproject.toml has them after the diff."""
    rules = (applied / "pyproject.toml").read_text()
    # what a newer ruff takes by default is not what Gradio asks for
    assert rules.count("extend-select = [") == 1
    (applied / "pyproject.toml").write_text(rules.replace("extend-select", "select"))
    ruff = Path(sys.executable).with_name("ruff")
    python = [*pull_request.edited(HERE), *contribution.files(HERE)]
    files = [name for name in python if name.endswith(".py") and "demo/" not in name]
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
    said = run(*command, "-k", " or ".join(QUICK), "test/caching", **options)
    passed, others = re.search(r"(\d+) passed, (\d+) deselected", said).groups()
    assert int(passed) > 50
    assert int(others) > 500


def test_the_words_have_their_numbers(applied):
    text = (HERE.build / "pr" / "PULL_REQUEST.md").read_text()
    assert re.findall(r"\{\w*\}", text) == []
    edits = pull_request.edited(HERE)
    facts = pull_request._facts(HERE, edits, contribution.files(HERE))
    assert facts["edited_files"] == len(edits)
    assert f"**{facts['seam_lines']} lines**" in text
