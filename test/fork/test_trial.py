from dataclasses import replace
from pathlib import Path

import pytest

from fork import patches, trial
from fork.errors import SeriesError
from fork.patches import Step
from fork.series import Patch


@pytest.fixture
def steps(monkeypatch):
    """Three patches that need no checkout."""
    made = [
        Step(Patch(number, name, "", "", (), ()), {}, {}, 0)
        for number, name in enumerate("abc", start=1)
    ]
    monkeypatch.setattr(patches, "steps", lambda _: made)
    monkeypatch.setattr(trial, "prefixes", lambda s, _: ((each, Path()) for each in s))
    monkeypatch.setattr(trial, "imports", lambda *_: None)
    return made


def test_all_patches_are_told_of(steps, project, monkeypatch):
    monkeypatch.setattr(trial, "tests", lambda step, _: f"{step.patch.number} passed")
    told = []
    assert trial.run(project, told.append, []) == "all patches are sound"
    assert told[1:] == [
        "02-b: applies, imports, 2 passed",
        "03-c: applies, imports, 3 passed",
    ]


def test_a_patch_that_fails_does_not_keep_the_next_from_being_tried(
    steps, project, monkeypatch
):
    def tests(step, _):
        if step.patch.name == "b":
            raise SeriesError("02-b fails its tests:\n1 failed")
        return "1 passed"

    monkeypatch.setattr(trial, "tests", tests)
    told = []
    with pytest.raises(SeriesError, match="^not sound: 02-b$"):
        trial.run(project, told.append, [])
    assert told[1:] == [
        "02-b fails its tests:\n1 failed",
        "03-c: applies, imports, 1 passed",
    ]


def test_patches_may_be_tried_by_name(steps, project, monkeypatch):
    applied = []
    monkeypatch.setattr(trial, "tests", lambda step, _: "1 passed")
    monkeypatch.setattr(
        trial,
        "prefixes",
        lambda s, _: ((applied.append(each) or each, Path()) for each in s),
    )
    told = []
    assert trial.run(project, told.append, ["b"]) == "these patches are sound"
    assert told == ["02-b: applies, imports, 1 passed"]
    # Those before are what it applies to.
    assert applied[0] is steps[0]


@pytest.mark.usefixtures("steps")
def test_a_name_that_no_patch_has_is_an_error(project):
    with pytest.raises(SeriesError, match="^no patch is named x, y$"):
        trial.run(project, print, ["b", "y", "x"])


def test_a_patch_without_tests_is_sound(steps):
    assert trial.tests(steps[0], Path()) == "no tests of Python"


def test_the_summary_is_found_before_what_is_said_at_the_exit(steps, tmp_path):
    (tmp_path / "test").mkdir()
    (tmp_path / "test/test_a.py").write_text(
        "import atexit\natexit.register(print, 'never retrieved')\ndef test_it(): pass"
    )
    step = replace(steps[0], additions={"test/test_a.py": ""})
    assert trial.tests(step, tmp_path).startswith("1 passed in ")


def test_an_error_shows_no_line_of_a_cache_that_nobody_reads(steps, tmp_path):
    package = tmp_path / "gradio/caching"
    package.mkdir(parents=True)
    (package.parent / "__init__.py").touch()
    (package / "__init__.py").write_text("from gradio.caching import former")
    (package / "former.py").write_text("secret = 1 / 0")
    with pytest.raises(SeriesError) as error:
        trial._python(tmp_path, "failed", "-c", "import gradio.caching")
    assert "former.py" in str(error.value)
    assert "ZeroDivisionError" in str(error.value)
    assert "secret" not in str(error.value)
